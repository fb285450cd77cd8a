import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DRIVERS } from '../../src/domain/driver.ts';
import { type ServedPage, servePage } from '../fixtures/dashboard.ts';
import { writePeriod } from '../fixtures/export.ts';
import { monthOf, writeGrowingMonths } from '../fixtures/months.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

/** The page's cards on time: what changed, and what is to come; both say what the command line says. */

const folder = temporaryFolder();
const cur = join(folder.path, 'cur');
let served: ServedPage;

beforeAll(async () => {
  mkdirSync(cur);
  await writeGrowingMonths(cur);
  served = await servePage(folder.path, cur);
});

afterAll(async () => {
  await served.close();
  folder.remove();
  expect(served.bugs).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
const json = async (path: string, { url } = served): Promise<any> => (await fetch(new URL(path, url))).json();

async function report(...args: string[]) {
  const ledger = join(folder.path, 'ledger');
  const run = await runBursar(['report', '--cur', cur, '--ledger', ledger, ...args, '--format', 'json'], {
    cwd: folder.path,
  });
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout);
}

describe('what changed', () => {
  const withoutPrint = (body: { rows: Record<string, unknown>[] }, dimensions: readonly string[]) =>
    body.rows.map(({ values, adjustment, other, before, now, change, drivers, because }) => ({
      ...Object.fromEntries(dimensions.map((name, index) => [name, (values as unknown[])[index]])),
      ...(adjustment === null ? {} : { adjustment }),
      ...(other ? { other } : {}),
      before,
      now,
      change,
      drivers,
      because,
    }));

  test.each([
    ['the same days of the month before', 'by=team', ['--period', '2026-10', '--to', '2026-10-19'], '2026-09'],
    [
      'two dimensions, of some',
      'by=team,model&where=team!%3Ddata&period=2026-10&to=2026-10-10',
      ['--where', 'team!=data', '--period', '2026-10', '--to', '2026-10-10'],
      '2026-09',
    ],
    ['a closed month against another', 'by=session&period=2026-09&compare=2026-07', ['--period', '2026-09'], '2026-07'],
    [
      'the greatest of many',
      'by=session&top=2',
      ['--period', '2026-10', '--to', '2026-10-19', '--top', '2'],
      '2026-09',
    ],
  ])('%s: rows, drivers and sentences are those of bursar report', async (_, query, args, since) => {
    const by = new URLSearchParams(query).get('by') ?? '';
    const body = await json(`/api/changes?${query}`);
    const told = await report('--by', by, ...args, '--changed-since', since);
    expect(withoutPrint(body, by.split(','))).toEqual(told.rows);
    expect(body.sums).toMatchObject({ change: told.change, drivers: told.drivers, because: told.because });
    expect([body.sums.before, body.sums.now]).toEqual([told.before.total, told.now.total]);
    expect(body.before.snapshot).toBe(told.before.source.snapshot);
    for (const { name, because } of body.rows) expect(because.startsWith(`${name} `)).toBe(true);
  });

  test('the first days of a month against more or fewer of them: both sides are what the command line says of them', async () => {
    const total = async (to: string) => (await report('--period', '2026-10', '--to', to)).total;
    for (const [to, before] of [
      ['2026-10-15', '2026-10-08'],
      ['2026-10-06', '2026-10-11'],
    ] as const) {
      const { sums } = await json(`/api/changes?by=person&period=2026-10&to=${to}&compare=2026-10-01..${before}`);
      expect([sums.before, sums.now]).toEqual([await total(before), await total(to)]);
    }
  });

  test('what is printed adds up, along the rows and down the columns', async () => {
    const { rows, sums } = await json('/api/changes?by=session');
    const cents = (text: string): number => Math.round(Number(text) * 100);
    const sum = (all: number[]): number => all.reduce((a, b) => a + b, 0);
    expect(rows.length).toBeGreaterThan(3);
    for (const { printed } of [...rows, sums]) {
      expect(cents(printed.now) - cents(printed.before)).toBe(cents(printed.change));
      expect(sum(DRIVERS.map((driver) => cents(printed.drivers[driver])))).toBe(cents(printed.change));
    }
    const column = (of: (row: (typeof rows)[number]) => string): number =>
      sum(rows.map((row: never) => cents(of(row))));
    expect(column(({ printed }) => printed.change)).toBe(cents(sums.printed.change));
    expect(column(({ printed }) => printed.now) + cents(sums.unmoved)).toBe(cents(sums.printed.now));
    for (const driver of DRIVERS) {
      expect(column(({ printed }) => printed.drivers[driver])).toBe(cents(sums.printed.drivers[driver]));
    }
  });

  test('each cause is where it belongs', async () => {
    const { rows } = await json('/api/changes?by=team');
    const of = (team: string) => rows.find(({ values }: { values: string[] }) => values[0] === team);
    expect(of('gone').drivers).toMatchObject({ gonePrincipals: '-7.7770000000', volume: '0.0000000000' });
    expect(of('gone')).toMatchObject({ ratio: -1, now: '0.0000000000' });
    expect(of('new').drivers).toMatchObject({ newPrincipals: '5.5550000000' });
    expect(of('new').ratio).toBeNull();
    expect(of('data')).toBeUndefined();
  });

  test('the first month, and nothing to compare with, say so', async () => {
    const first = await json('/api/changes?by=team&period=2026-07');
    expect(first).toMatchObject({ rows: [], sums: null, before: { kind: 'nothing' } });
    expect(first.before.why).toContain('2026-06');
    const none = await json('/api/changes?by=team&compare=none');
    expect([none.sums, none.before.why]).toEqual([null, 'Nothing is compared.']);
  });
});

describe('the forecast', () => {
  test.each([[[]], [['team=backend']]])('of the lines that %s keep, is that of bursar report', async (filters) => {
    const where = filters.map((filter) => `where=${encodeURIComponent(filter)}`).join('&');
    const { forecast, total } = await json(`/api/forecast?${where}`);
    const told = await report('--forecast', ...filters.flatMap((filter) => ['--where', filter]));
    expect(forecast).toEqual({
      kind: 'estimate',
      period: '2026-10',
      through: told.through,
      daysLeft: told.daysLeft,
      billed: told.billed,
      rest: told.estimatedRest,
      total: told.estimatedTotal,
      range80: told.range80,
      history: told.history,
    });
    expect(forecast.billed).toBe(total);
    expect(Number(forecast.range80.low)).toBeGreaterThan(0);
  });

  test.each([
    ['a closed month', 'period=2026-09', /^2026-09 is /],
    ['several months', 'period=2026-09..2026-10', /one billing period/],
    ['some days', 'from=2026-10-02&to=2026-10-05', /whole billing period/],
  ])('%s has none', async (_, query, why) => {
    const { forecast } = await json(`/api/forecast?${query}`);
    expect(forecast).toEqual({ kind: 'closed', why: expect.stringMatching(why) });
  });
});

test('an organisation of a few days has no forecast, which is not one of nothing', async () => {
  const young = temporaryFolder();
  const export_ = join(young.path, 'cur');
  mkdirSync(export_);
  await writePeriod(export_, '2026-10', [{ lines: monthOf('2026-10', 4, 1) }]);
  const page = await servePage(young.path, export_);
  try {
    const { forecast } = await json('/api/forecast', page);
    expect(forecast).toEqual({ kind: 'unknown', why: expect.stringMatching(/too little history .*: 3 days of usage/) });
  } finally {
    await page.close();
    young.remove();
  }
});
