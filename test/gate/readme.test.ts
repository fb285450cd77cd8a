import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

const README = join(import.meta.dirname, '../../README.md');
const BLOCK = /(<!-- demo: [^\n]*-->\n```text\n)([\s\S]*?)(```)/;

test('the README shows what the demo prints (BURSAR_UPDATE_README=1 writes it)', async () => {
  const folder = temporaryFolder();
  const { stdout, stderr, code } = await runBursar(['demo', '--no-serve'], {
    cwd: folder.path,
    env: { XDG_DATA_HOME: join(folder.path, 'data'), npm_lifecycle_event: 'start' },
  });
  folder.remove();
  expect({ code, stderr: stderr.replaceAll(/^\S+ {2}ingested.*\n|^Ledger:.*\n/gm, '') }).toEqual({
    code: 0,
    stderr: '',
  });
  const printed = stdout
    .replaceAll(folder.path, '…')
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, '20261124T090000Z-1a2b3c');
  const readme = readFileSync(README, 'utf8');
  if (process.env.BURSAR_UPDATE_README === '1') {
    writeFileSync(
      README,
      readme.replace(BLOCK, (_, head: string, __, foot: string) => head + printed + foot),
    );
    return;
  }
  expect(BLOCK.exec(readme)?.[2]).toBe(printed);
});
