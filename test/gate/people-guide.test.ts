import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/guides/people.md'), 'utf8');

/** The block behind a comment that begins so. */
const block = (mark: string): string =>
  new RegExp(`<!-- ${mark.replaceAll(/[./]/g, '\\$&')}[^\\n]*-->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(GUIDE)?.[1] ??
  '';

test('the CSV file of the guide becomes people, and their dollars have a team', async () => {
  const folder = temporaryFolder();
  const caller = (session: string, cost: number) => ({
    ...USAGE,
    line_item_iam_principal: `arn:aws:sts::001122334455:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/${session}`,
    line_item_unblended_cost: cost,
    tags: {},
  });
  const lines = [
    caller('mia.keller@corp.example', 1),
    caller('Ben.Lind@example.com', 2),
    caller('olga.dietz@example.com', 4),
  ];
  mkdirSync(join(folder.path, 'cur'));
  await writePeriod(join(folder.path, 'cur'), '2026-10', [{ lines }]);
  writeFileSync(join(folder.path, 'bursar.yaml'), block('bursar.yaml: test/gate'));
  writeFileSync(join(folder.path, 'staff.csv'), block('staff.csv'));
  const bursar = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await runBursar([...args, '--ledger', join(folder.path, 'ledger')], {
      cwd: folder.path,
    });
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const [, options = ''] = /bursar people import (--from staff\.csv .*)\n/.exec(GUIDE) ?? [];
  const words = [...options.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  expect(await bursar('people', 'import', ...words)).toContain('Nothing was written');
  expect(await bursar('people', 'import')).toMatch(/^2026-10 +\$7\.00 +100\.0 %/m);
  const { rows } = JSON.parse(await bursar('report', '--by', 'person,team', '--format', 'json'));
  const spent = rows.map(({ person, team, cost }: Record<string, string>) => `${person} ${team} ${Number(cost)}`);
  expect(spent.sort()).toEqual(['Ben Lind Web 2', 'Mia Keller data 1', 'Olga Dietz Web 4']);
  folder.remove();
});
