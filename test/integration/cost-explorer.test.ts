import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { billedLines } from '../fixtures/billed-lines.ts';
import { type CostExplorerServer, startCostExplorer } from '../fixtures/cost-explorer-server.ts';
import { OTHER_SERVICE, USAGE, writePeriod } from '../fixtures/export.ts';
import { type Run, runBursar } from '../fixtures/run.ts';
import { type Lake, openLake } from './lake.ts';

let lake: Lake;
let server: CostExplorerServer;
beforeAll(async () => {
  lake = await openLake('cost_explorer');
  const cur = join(lake.folder, 'cur');
  const tax = { ...USAGE, line_item_line_item_type: 'Tax', line_item_unblended_cost: 0.57 };
  const lines = [USAGE, { ...USAGE, line_item_unblended_cost: 1e-7 }, OTHER_SERVICE, tax];
  await writePeriod(cur, '2026-10', [{ lines }]);
  await lake.rawTable('cur', cur);
  server = await startCostExplorer(await billedLines(cur, '2026-10', 'iamPrincipal/team'));
  server.account = '000000000001';
});
afterAll(async () => {
  await server.stop();
  await lake.remove();
});

function against(...args: string[]): Promise<Run> {
  const env = {
    ...server.env,
    BURSAR_CONFIG: join(lake.folder, 'bursar.yaml'),
    BURSAR_LEDGER: join(lake.folder, 'kept'),
  };
  return runBursar(['verify', '--against', 'ce', '--yes', '--format', 'json', ...args], { cwd: lake.folder, env });
}

test('a bill that Trino reads is compared with Cost Explorer day by day', async () => {
  const equal = await against();
  expect(equal).toMatchObject({ code: 0, stderr: expect.stringContaining('asked 1 page, $0.01') });
  const day = JSON.parse(equal.stdout).comparisons[0].days.find(({ day }: { day: string }) => day === '2026-10-05');
  expect(day.export).toEqual({ bill: '6.5700001000', bedrock: '3.0000001000' });

  server.lines = server.lines.map((line) => ({ ...line, unblended: line.unblended + 1_000_000n }));
  const other = await against('--refresh');
  expect(other.code).toBe(1);
  expect(JSON.parse(other.stdout).comparisons[0].difference.bill).toMatch(/^-0\.000/);
});
