import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { USAGE, writePeriod } from '../../fixtures/export.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

const work = temporaryFolder();
const cur = join(work.path, 'cur');
let disk: SmallDisk;

beforeAll(() => {
  disk = mountSmallDisk(join(work.path, 'disk'), 4_000);
});

afterAll(() => {
  disk.unmount();
  work.remove();
});

function bursar(...args: string[]): Promise<Run> {
  return runBursar(args, { cwd: work.path, env: { BURSAR_LEDGER: join(disk.path, 'ledger') } });
}

test('a ledger that may only be read answers, also what it cannot keep; what is new is refused', async () => {
  await writePeriod(cur, '2026-10', [{ lines: [{ ...USAGE, tags: {} }] }]);
  writeFileSync(
    join(work.path, 'bursar.yaml'),
    JSON.stringify({
      cur,
      dimensions: { team: 'iamPrincipal/team' },
      rules: [{ match: { arn: '*:user/alice' }, set: { team: 'data' } }],
    }),
  );
  expect((await bursar('ingest')).code).toBe(0);
  disk.makeReadOnly();
  const report = await bursar('report', '--by', 'team', '--format', 'json');
  expect(report).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(report.stdout)).toMatchObject({ rows: [{ team: 'data', cost: '3.0000000000' }] });
  expect((await bursar('report', '--by', 'model', '--format', 'csv')).code).toBe(0);
  expect((await bursar('verify')).code).toBe(0);
  expect((await bursar('explain', 'team=data')).code).toBe(0);

  await writePeriod(cur, '2026-10', [{ lines: [USAGE, USAGE] }], (dataFiles) => ({ again: true, dataFiles }));
  const run = await bursar('report');
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toMatch(/^error FOLDER_NOT_WRITABLE: .*read-only file system/);
});
