import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER_CHECKS } from '../../src/report/findings/checks.ts';
import { type ServedPage, servePage } from '../fixtures/dashboard.ts';
import { writePeriod } from '../fixtures/export.ts';
import { orderlyMonth, personArn, usageOn } from '../fixtures/organisation.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

const folder = temporaryFolder();
const cur = join(folder.path, 'cur');
let served: ServedPage;

const CONFIG = `dimensions:
  team:
    tags: [iamPrincipal/team]
  squad: iamPrincipal/Squad
rules:
  - match: { role: indexer }
    set: { team: search }
`;

const untagged = (day: string, cost: number, principal: string) =>
  usageOn(day, cost, { line_item_iam_principal: principal, tags: {} });

const role = (name: string, session: string): string => `arn:aws:sts::111122223333:assumed-role/${name}/${session}`;

const monthOf = (period: string) => [
  ...orderlyMonth(period),
  untagged(`${period}-02`, 40, role('llm-gateway', 'gateway')),
  untagged(`${period}-03`, 5, role('worker', 'a')),
  untagged(`${period}-03`, 6, role('worker', 'b')),
  untagged(`${period}-04`, 2, role('indexer', 'a')),
  untagged(`${period}-04`, 7.5, 'arn:aws:iam::111122223333:user/BedrockAPIKey-abcd'),
  untagged(`${period}-05`, 9, personArn('zoe')),
];

beforeAll(async () => {
  mkdirSync(cur);
  writeFileSync(join(folder.path, 'bursar.yaml'), CONFIG);
  for (const period of ['2026-07', '2026-08', '2026-09', '2026-10']) {
    await writePeriod(cur, period, [{ lines: monthOf(period) }]);
  }
  served = await servePage(folder.path, cur);
});

afterAll(async () => {
  await served.close();
  folder.remove();
  expect(served.bugs).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
const json = async (path: string): Promise<any> => (await fetch(new URL(path, served.url))).json();

// biome-ignore lint/suspicious/noExplicitAny: the same
async function bursar(command: string, ...args: string[]): Promise<any> {
  const places = ['--cur', cur, '--ledger', join(folder.path, 'ledger'), '--format', 'json'];
  const run = await runBursar([command, ...args, ...places], { cwd: folder.path });
  return JSON.parse(run.stdout);
}

describe('findings', () => {
  test.each([[''], ['2026-09'], ['2026-07..2026-10']])(
    'are those of bursar doctor, of the periods asked for: %s',
    async (period) => {
      const page = await json(`/api/findings${period === '' ? '' : `?period=${period}`}`);
      const doctor = await bursar('doctor', ...(period === '' ? [] : ['--period', period]));
      const names = LEDGER_CHECKS.map(({ name }) => name);
      const same = doctor.findings.filter(({ check }: { check: string }) => names.includes(check));
      expect(same).toHaveLength(names.length);
      expect(page.findings).toEqual(same);
      expect([page.periods, page.currency]).toEqual([doctor.periods, doctor.currency]);
      const bad = same.filter(({ verdict }: { verdict: string }) => verdict === 'warn' || verdict === 'fail');
      expect(bad.map(({ check }: { check: string }) => check)).toEqual(
        expect.arrayContaining(['allocation', 'tags', 'gateways']),
      );
      expect(page.counts.warn + page.counts.fail).toBe(bad.length);
    },
  );
});

describe('dollars of nobody', () => {
  test('are ranked by what would settle them, and add up to the row of the report', async () => {
    const { groups, cost, rest, count, allocation } = await json('/api/unowned?by=team&period=2026-10');
    const told = groups.map(({ name, callers, cost }: Record<string, string>) => [name, callers, cost]);
    expect(told).toEqual([
      ['llm-gateway', 1, '40.0000000000'],
      ['worker', 2, '11.0000000000'],
      ['zoe@example.com', 1, '9.0000000000'],
      ['BedrockAPIKey-abcd', 1, '7.5000000000'],
    ]);
    expect([cost, rest, count]).toEqual(['67.5000000000', '0.0000000000', 4]);
    const { usage, remedies } = await bursar('explain', 'team=(none)', '--period', '2026-10');
    expect(usage).toBe(cost);
    const pasted = remedies.flatMap(({ paste }: { paste: string[] }) => paste);
    for (const { remedies: own } of groups) {
      for (const { paste } of own) expect(pasted).toEqual(expect.arrayContaining(paste));
    }
    expect(allocation).toBeNull();
  });

  test('within the filters of the page, and by another dimension', async () => {
    const { groups } = await json('/api/unowned?by=team&period=2026-10&where=role=worker');
    expect(groups.map(({ name }: { name: string }) => name)).toEqual(['worker']);
    const squad = await json('/api/unowned?by=squad&period=2026-10&size=2');
    expect([squad.groups.length, squad.cost]).toEqual([2, '105.5000000000']);
  });

  test('a rule that is pasted settles its group', async () => {
    const { groups } = await json('/api/unowned?by=team&period=2026-10');
    const [, worker] = groups;
    const pasted = worker.remedies[0].paste.slice(1).join('\n').replaceAll('TEAM', 'platform');
    const config = join(folder.path, 'pasted.yaml');
    writeFileSync(config, `${CONFIG}${pasted}\n`);
    const { rows } = await bursar('report', '--config', config, '--by', 'team', '--period', '2026-10');
    expect(rows.find(({ team }: { team: string }) => team === 'platform').cost).toBe(worker.cost);
  });
});

describe('lines', () => {
  test.each([
    ['by=team&where=role=worker', ['role=worker', '--by', 'team']],
    ['by=team,squad&where=team=(none)&cost=unblended', ['team=(none)', '--by', 'team,squad', '--cost', 'unblended']],
  ])('%s are what bursar explain tells', async (query, args) => {
    expect(await json(`/api/lines?period=2026-10&${query}`)).toEqual(
      await bursar('explain', ...args, '--period', '2026-10'),
    );
  });

  test('of nothing are none', async () => {
    const body = await json('/api/lines?period=2026-10&by=team&where=role=nobody');
    expect([body.chargeCount, body.charges, body.total]).toEqual([0, [], '0.0000000000']);
  });
});
