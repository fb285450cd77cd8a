import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { describeProgram } from '../../src/cli/main.ts';
import { loadSetupConfig } from '../../src/config/config.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/guides/set-up.md'), 'utf8');

test('the bursar.yaml of the guide is taken', async () => {
  const [, yaml = ''] = /<!-- bursar\.yaml:[^\n]*-->\n```yaml\n([\s\S]*?)```/.exec(GUIDE) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'bursar-guide-'));
  writeFileSync(join(folder, 'bursar.yaml'), yaml);
  const { wish, asked } = await loadSetupConfig({}, {}, folder);
  rmSync(folder, { recursive: true });
  expect(asked).toBe(true);
  expect(wish).toMatchObject({
    tagPrincipals: true,
    activateTags: true,
    export: { bucket: 'acme-cur', prefix: 'cur' },
  });
  expect(GUIDE).toContain(`s3://${wish.export?.bucket}/${wish.export?.prefix}/${wish.export?.name}`);
});

test('its commands and options are there', async () => {
  const lines = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
  const called = lines.map((line) => line.replace(/ > .*$/, '').split(' '));
  expect(called.length).toBeGreaterThan(8);
  const context = { env: {}, cwd: '/', stdout: process.stdout, stderr: process.stderr, signal: AbortSignal.abort() };
  const program = await describeProgram(Object.keys(COMMANDS), context, () => {});
  for (const [bursar, name, ...rest] of called) {
    expect(bursar).toBe('bursar');
    const command = program.commands.find((one) => one.name() === name);
    const options = rest.filter((word) => word.startsWith('--'));
    const known = command?.options.map(({ long }) => long) ?? [];
    expect({ name, unknown: options.filter((option) => !known.includes(option)) }).toEqual({ name, unknown: [] });
  }
});
