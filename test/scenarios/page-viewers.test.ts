import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../src/demo/write.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { type ServedPage, servePage } from '../fixtures/dashboard.ts';
import { temporaryFolder } from '../fixtures/run.ts';

/** The page of the sample organisation, made larger, for many who look at it at once. */

const CALLERS = 400;

const folder = temporaryFolder();
let cur: string;
let served: ServedPage;

beforeAll(async () => {
  const engine = await openDuckDB({ keepOrder: true });
  const sample = { dir: folder.path, engine, lines: 20_000, months: 2, callers: CALLERS, truth: false };
  cur = (await writeSampleOrganisation(sample)).exportDir;
  await engine.close();
  served = await servePage(folder.path, cur);
});

afterAll(async () => {
  await served.close();
  folder.remove();
  expect(served.bugs).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
const json = async (path: string): Promise<any> => (await fetch(new URL(path, served.url))).json();

const cents = (text: string): bigint => BigInt(text.replace('.', ''));
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

describe('one change has one number, wherever it is shown', () => {
  interface Shown {
    readonly values: readonly (string | null)[];
    readonly adjustment: string | null;
    readonly other: boolean;
  }
  const nameOf = ({ values, adjustment }: Shown): string => JSON.stringify([values, adjustment]);

  async function tableRows(query: string) {
    const first = await json(`/api/table?${query}&size=100`);
    const more = Array.from({ length: first.pages - 1 }, (_, index) =>
      json(`/api/table?${query}&size=100&page=${index + 2}`),
    );
    return { sums: first.sums, rows: [first, ...(await Promise.all(more))].flatMap(({ rows }) => rows) };
  }

  test.each([
    'by=team',
    'by=person',
    'by=cost-center,model&cost=list&compare=2026-09',
    'by=principal',
    // Nothing moved.
    'by=team&period=2026-09&compare=2026-09',
    'by=principal&where=team!%3Ddata&from=2026-10-03&to=2026-10-05',
  ])('%s', async (query) => {
    const { rows, sums } = await tableRows(query);
    const changes = await json(`/api/changes?${query}&top=100`);
    const summary = await json(`/api/summary?${query.replace(/by=[^&]*/, 'by=team')}`);
    const inTable = new Map(rows.map((row) => [nameOf(row), row]));
    const own = changes.rows.filter(({ other }: Shown) => !other);
    for (const row of own) {
      const { cents: now, change } = inTable.get(nameOf(row));
      expect([nameOf(row), now, change.cents]).toEqual([nameOf(row), row.printed.now, row.printed.change]);
    }
    if (own.length === changes.rows.length) {
      const moved = new Set(own.map(nameOf));
      for (const row of rows) if (!moved.has(nameOf(row))) expect(row.change.cents).toBe('0.00');
    }
    expect([sums.change.cents, summary.change.cents]).toEqual([changes.sums.printed.change, sums.change.cents]);
    expect(sums.cents).toBe(changes.sums.printed.now);
    expect(sum(rows.map((row) => cents(row.cents)))).toBe(cents(sums.cents));
    expect(sum(rows.map(({ change }) => cents(change.cents)))).toBe(cents(sums.change.cents));
  });

  test('CSV subtracts as the screen does', async () => {
    const csv: Record<'cost' | 'costBefore' | 'change', string>[] = parse(
      await (await fetch(new URL('/api/table.csv?by=person', served.url))).text(),
      { columns: true },
    );
    const { sums } = await json('/api/changes?by=person');
    expect(csv.length).toBeGreaterThan(20);
    for (const { cost, costBefore, change } of csv) expect(cents(cost) - cents(costBefore)).toBe(cents(change));
    expect(sum(csv.map(({ costBefore }) => cents(costBefore)))).toBe(cents(sums.printed.before));
  });
});

test('small questions are answered while a large one is worked out', async () => {
  let isDone = false;
  const large = json('/api/changes?by=principal,usage-type&top=7').finally(() => {
    isDone = true;
  });
  let meanwhile = 0;
  while (!isDone) {
    await json('/api/status');
    if (!isDone) meanwhile++;
  }
  expect((await large).rows).toHaveLength(8);
  expect(meanwhile).toBeGreaterThan(2);
});

describe('many viewers at once', () => {
  const VIEWERS = 200;
  const SCOPES = [
    {},
    { where: 'team=data' },
    { where: 'model!=(none)' },
    { period: '2026-09' },
    { from: '2026-10-02' },
  ];
  const CARDS = [
    'summary?by=team',
    'columns?by=team',
    'table?by=team',
    'table?by=session',
    'mix?cost=net',
    'forecast?cost=net',
  ];
  const paths = SCOPES.flatMap((scope) => CARDS.map((card) => `/api/${card}&${new URLSearchParams(scope)}`));

  const status = async (path: string, { url } = served) => {
    const response = await fetch(new URL(path, url));
    return { status: response.status, text: await response.text() };
  };

  /** Each looks at every card of one scope at once, as a browser does. */
  const look = (viewer: number) =>
    Promise.all(CARDS.map((_, card) => status(paths[(viewer % SCOPES.length) * CARDS.length + card] ?? '')));

  test('each has the right answers, and the second time costs no memory', async () => {
    const all = async () => (await Promise.all(Array.from({ length: VIEWERS }, (_, viewer) => look(viewer)))).flat();
    const answers = await all();
    expect(answers.find(({ status }) => status !== 200)).toBeUndefined();
    expect(new Set(answers.map(({ text }) => text)).size).toBe(paths.length);
    const before = process.memoryUsage().rss;
    const again = await all();
    expect(again).toEqual(answers);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  test('more than may wait are told so, and the others are answered', async () => {
    // Enough for all that one card asks.
    const WAITING = 6;
    const busy = await servePage(folder.path, cur, { limits: { seconds: 60, waiting: WAITING } });
    try {
      const days = Array.from({ length: 20 }, (_, index) => `2026-10-${String(index + 1).padStart(2, '0')}`);
      const asked = await Promise.all(
        days.map((day) => status(`/api/answer?by=team&period=2026-10&from=${day}&to=${day}`, busy)),
      );
      const answered = asked.filter(({ status }) => status === 200);
      const refused = asked.filter(({ status }) => status !== 200);
      // One turn may be taken by tables that are made before anybody asks.
      expect(answered.length).toBeGreaterThanOrEqual(WAITING - 1);
      expect(refused.length).toBeGreaterThan(0);
      for (const { status, text } of refused) {
        expect([status, JSON.parse(text).error.code]).toEqual([503, 'PAGE_BUSY']);
      }
      expect((await status('/api/summary?by=team', busy)).status).toBe(200);
      expect(busy.bugs).toEqual([]);
    } finally {
      await busy.close();
    }
  });
});
