import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/guides/allocation.md'), 'utf8');

const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(GUIDE)?.[1] ?? '';

test('bursar.yaml and people file of the guide do what it says', async () => {
  const folder = temporaryFolder();
  const caller = (principal: string | null, cost: number, tag?: string) => ({
    ...USAGE,
    line_item_iam_principal: principal,
    line_item_usage_account_id: principal === null ? '555566667777' : '001122334455',
    line_item_unblended_cost: cost,
    tags: tag === undefined ? {} : { 'resourceTags/Team': tag },
  });
  const sts = 'arn:aws:sts::001122334455:assumed-role';
  mkdirSync(join(folder.path, 'cur'));
  await writePeriod(join(folder.path, 'cur'), '2026-10', [
    {
      lines: [
        caller(`${sts}/llm-gateway/gateway`, 1),
        caller(`${sts}/AWSReservedSSO_DataScience_Sandbox_0123456789abcdef/someone@example.com`, 2),
        caller(`${sts}/batch-runner/i-0123`, 4),
        caller(`${sts}/Federated/Mia.Keller@example.com`, 8),
        caller('arn:aws:iam::001122334455:user/BedrockAPIKey-7k2m', 16),
        caller(null, 32),
        caller(`${sts}/checkout/i-0123`, 64, 'web-team'),
      ],
    },
  ]);
  writeFileSync(join(folder.path, 'bursar.yaml'), block('yaml'));
  writeFileSync(join(folder.path, 'people.csv'), block('csv'));
  const rows = async (by: string): Promise<Record<string, string>> => {
    const args = ['report', '--by', by, '--format', 'json', '--ledger', join(folder.path, 'ledger')];
    const { stdout, stderr, code } = await runBursar(args, { cwd: folder.path });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const answer = JSON.parse(stdout) as { rows: Record<string, string>[] };
    return Object.fromEntries(answer.rows.map((row) => [row[by] ?? '(none)', String(Number(row.cost))]));
  };
  expect(await rows('team')).toEqual({ '(shared)': '1', data: '6', frontend: '72', platform: '32', '(none)': '16' });
  expect(await rows('cost-center')).toEqual({ '(shared)': '1', '4200': '2', '4100': '8', '(none)': '116' });
  expect(await rows('person')).toEqual({
    'someone@example.com': '2',
    'Mia Keller': '28',
    '(none)': '97',
  });
  folder.remove();
});
