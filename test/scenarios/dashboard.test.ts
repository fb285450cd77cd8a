import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROUTES } from '../../src/dashboard/routes.ts';
import { parseMoney } from '../../src/domain/money.ts';
import { type ServedPage, servePage } from '../fixtures/dashboard.ts';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar, temporaryFolder } from '../fixtures/run.ts';

const folder = temporaryFolder();
const cur = join(folder.path, 'cur');
let served: ServedPage;

const used = (team: string | null, day: string, cost: number, more: Line = {}): Line => ({
  ...USAGE,
  bill_billing_period_start_date: `${day.slice(0, 7)}-01 00:00:00`,
  line_item_unblended_cost: cost,
  line_item_usage_start_date: `${day} 10:00:00`,
  line_item_usage_end_date: `${day} 11:00:00`,
  tags: team === null ? {} : { 'iamPrincipal/team': team },
  ...more,
});

const CACHE_READ: Line = { line_item_usage_type: 'USE1-Claude4.6Sonnet-cache-read-input-token-count' };

const TAX: Line = { line_item_line_item_type: 'Tax', line_item_iam_principal: '' };

const SEPTEMBER = [
  used('backend', '2026-09-02', 10),
  used('gone', '2026-09-03', 4),
  used('backend', '2026-09-20', 100),
  used(null, '2026-09-03', 1, TAX),
];

const OCTOBER = [
  used('backend', '2026-10-02', 12.5),
  used('backend', '2026-10-03', 1, CACHE_READ),
  used('data', '2026-10-03', 20.004, { line_item_usage_type: 'USE1-NovaLite-input-tokens' }),
  used(null, '2026-10-03', 3.001),
  used(null, '2026-10-03', 2, TAX),
];

beforeAll(async () => {
  mkdirSync(cur);
  await writePeriod(cur, '2026-09', [{ lines: SEPTEMBER }]);
  await writePeriod(cur, '2026-10', [{ lines: OCTOBER }]);
  served = await servePage(folder.path, cur);
});

afterAll(async () => {
  await served.close();
  folder.remove();
  expect(served.bugs).toEqual([]);
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, served.url), { headers });

// biome-ignore lint/suspicious/noExplicitAny: each test says what it looks for
const json = async (path: string): Promise<any> => (await get(path)).json();

describe('the contract', () => {
  const QUERIES: Readonly<Record<string, string>> = {
    '/api/status': '',
    '/api/summary': '?by=team',
    '/api/forecast': '',
    '/api/columns': '?by=team',
    '/api/changes': '?by=team,model&where=team!=data&top=1',
    '/api/table': '?by=team,model&size=2&where=team!=data&sort=change&order=asc',
    '/api/table.csv': '?by=team',
    '/api/mix': '?where=team=backend',
    '/api/findings': '?period=2026-10',
    '/api/unowned': '?by=team',
    '/api/lines': '?by=team&where=usage-type=USE1-NovaLite-input-tokens',
    '/api/values': '?dimension=team',
    '/api/answer': '?by=team&grain=day',
    '/api/sql': '?by=team',
  };

  test.each(ROUTES.map((route) => [route.path, route] as const))('%s answers as it says', async (path, { body }) => {
    const response = await get(`${path}${QUERIES[path]}`);
    expect(response.status).toBe(200);
    if (body instanceof z.ZodType) expect(body.safeParse(await response.json()).error).toBeUndefined();
    else expect((await response.text()).length).toBeGreaterThan(20);
  });

  test('OpenAPI lists every address with what it takes and gives', async () => {
    const { openapi, paths } = await json('/api/openapi.json');
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(ROUTES.map(({ path }) => path));
    for (const { path, query } of ROUTES) {
      const names = paths[path].get.parameters.map(({ name }: { name: string }) => name);
      expect(names).toEqual(Object.keys(query.shape));
      expect(paths[path].get.responses[200].content).toBeTypeOf('object');
    }
  });

  test('an answer is that of bursar report', async () => {
    const run = await runBursar(
      [
        'report',
        '--cur',
        cur,
        '--ledger',
        join(folder.path, 'ledger'),
        '--by',
        'team,model',
        '--where',
        'team!=data',
        '--format',
        'json',
      ],
      { cwd: folder.path },
    );
    expect(await json('/api/answer?by=team,model&where=team!%3Ddata')).toEqual(JSON.parse(run.stdout));
  });

  test.each([
    ['/api/table', 400, 'OPTION_INVALID', /^by: /],
    ['/api/table?by=team&size=1000', 400, 'OPTION_INVALID', /^size: /],
    ['/api/table?by=team&nonsense=1', 400, 'OPTION_INVALID', /nonsense/],
    ['/api/table?by=team,model,region', 400, 'OPTION_INVALID', /at most 2/],
    ['/api/table?by=tema', 400, 'DIMENSION_UNKNOWN', /tema/],
    ['/api/table?by=team&where=nonsense', 400, 'OPTION_INVALID', /nonsense/],
    ['/api/unowned?by=model', 400, 'OPTION_INVALID', /model does not say/],
    ['/api/findings?period=2020-01', 404, 'PERIOD_WITHOUT_DATA', /no such billing period/],
    ['/api/mix?period=2020-01', 404, 'PERIOD_WITHOUT_DATA', /2020-01/],
    ['/api/nothing', 404, 'NOT_FOUND', /\/api\/nothing/],
  ])('%s fails with what and why', async (path, status, code, message) => {
    const response = await get(path);
    const { error } = (await response.json()) as { error: { code: string; message: string; hint: string } };
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBe('');
  });
});

describe('the table', () => {
  const names = (rows: { values: (string | null)[]; adjustment: string | null }[]) =>
    rows.map(({ values, adjustment }) => adjustment ?? values[0]);

  test('the same days of the month before; who is gone is a row; the cents add up', async () => {
    const { rows, sums, before, total, check } = await json('/api/table?by=team');
    expect(before).toMatchObject({ kind: 'time', from: '2026-09-01', to: '2026-09-04', total: '15.0000000000' });
    expect(names(rows)).toEqual(['data', 'backend', null, 'gone', 'Tax']);
    expect(rows.map(({ cents }: { cents: string }) => cents)).toEqual(['20.01', '13.50', '3.00', '0.00', '2.00']);
    expect([total, sums.cents]).toEqual(['38.5050000000', '38.51']);
    expect(rows[3]).toMatchObject({
      cost: '0.0000000000',
      change: { before: '4.0000000000', amount: '-4.0000000000', ratio: -1 },
    });
    expect(sums.change).toMatchObject({ before: '15.0000000000', amount: '23.5050000000' });
    expect(check).toEqual({ bill: total, shown: total, filteredOut: '0', difference: '0' });
  });

  test('what a row is of besides: its model, its days, its prices', async () => {
    const { rows, times } = await json('/api/table?by=team');
    const backend = rows[1];
    expect(backend.topModel).toEqual({ model: 'Claude Sonnet 4.6', share: 1 });
    expect(times).toEqual(['2026-10-02', '2026-10-03']);
    expect(backend.course).toEqual(['12.5000000000', '1.0000000000']);
    expect([backend.costPerMillionTokens, backend.cacheHitRate]).toEqual(['6.7500000000', 0.5]);
    expect(rows.at(-1)).toMatchObject({ adjustment: 'Tax', topModel: null, course: null, costPerMillionTokens: null });
  });

  test('pages, in an order of one’s own; adjustments stay last', async () => {
    const pages = await Promise.all(
      [1, 2, 3].map((page) => json(`/api/table?by=team&size=2&page=${page}&sort=name&order=asc`)),
    );
    expect(pages.flatMap(({ rows }) => names(rows))).toEqual(['backend', 'data', 'gone', null, 'Tax']);
    expect(pages.map(({ page, pages, count }) => [page, pages, count])).toEqual([
      [1, 3, 5],
      [2, 3, 5],
      [3, 3, 5],
    ]);
  });

  test('CSV has every row with the same cents, in the same order', async () => {
    const { rows } = await json('/api/table?by=team&sort=change');
    const csv: Record<string, string>[] = parse(await (await get('/api/table.csv?by=team&sort=change')).text(), {
      columns: true,
    });
    expect(csv.map(({ cost, change, exactCost }) => [cost, change, exactCost])).toEqual(
      rows.map(({ cents, change, cost }: { cents: string; change: { cents: string }; cost: string }) => [
        cents,
        change.cents,
        cost,
      ]),
    );
  });

  test('compared with nothing, or with a month that is not there', async () => {
    expect((await json('/api/table?by=team&compare=none')).rows[0].change).toBeNull();
    const { before, sums } = await json('/api/table?by=team&period=2026-09');
    expect(before).toMatchObject({ kind: 'nothing', why: expect.stringContaining('2026-08') });
    expect(sums.change).toBeNull();
  });

  test('compared with any other days', async () => {
    const other = await json('/api/answer?by=team&from=2026-09-03&to=2026-09-09');
    const compare = 'compare=2026-09-03..2026-09-09';
    const { before, sums, total } = await json(`/api/table?by=team&from=2026-10-01&to=2026-10-05&${compare}`);
    expect(before).toMatchObject({ kind: 'time', from: '2026-09-03', to: '2026-09-10', total: other.total });
    expect(parseMoney(sums.change.amount)).toBe(parseMoney(total) - parseMoney(other.total));
  });
});

describe('the other cards', () => {
  test('columns add up to the total, and lie beside the same day of the month before', async () => {
    const { times, series, totals, columnsBefore, total } = await json('/api/columns?by=team');
    expect(times).toEqual(['2026-10-02', '2026-10-03']);
    expect(totals).toEqual(['12.5000000000', '26.0050000000']);
    expect(series.map(({ kind, value, total }: Record<string, string>) => [kind, value, total])).toEqual([
      ['value', 'data', '20.0040000000'],
      ['value', 'backend', '13.5000000000'],
      ['value', null, '3.0010000000'],
      ['adjustments', null, '2.0000000000'],
    ]);
    expect(columnsBefore).toEqual([
      { time: '2026-09-02', usage: '10.0000000000', adjustments: '0.0000000000' },
      { time: '2026-09-03', usage: '4.0000000000', adjustments: '1.0000000000' },
    ]);
    expect(total).toBe('38.5050000000');
  });

  test('key figures', async () => {
    const body = await json('/api/summary?by=team');
    expect(body.change).toEqual({ amount: '23.5050000000', cents: '23.51', ratio: 1.567 });
    expect(body.unallocated).toEqual({ dimension: 'team', cost: '3.0010000000', share: 0.082208 });
    // Input at 12.5 + 3.001 for two million tokens, one million reads for 1.
    expect(body.cache).toMatchObject({ saved: '6.7505000000', net: '6.7505000000', unknown: '0.0000000000' });
    expect([body.accounts, body.payers]).toEqual([1, 1]);
  });

  test('models by token kind add up to usage', async () => {
    const { models, cache } = await json('/api/mix');
    expect(models.map(({ model, cost }: Record<string, string>) => [model, cost])).toEqual([
      ['Nova Lite', '20.0040000000'],
      ['Claude Sonnet 4.6', '16.5010000000'],
    ]);
    expect(models[1].kinds.map(({ kind, cost }: Record<string, string>) => [kind, cost])).toEqual([
      ['input', '15.5010000000'],
      ['cache-read', '1.0000000000'],
    ]);
    expect(cache.read).toEqual({ cost: '1.0000000000', tokens: '1000000' });
  });

  test('values to filter by, with their dollars, also those filtered out', async () => {
    const { values, count } = await json('/api/values?dimension=team&where=team%3Ddata&containing=A');
    expect(values).toEqual([
      { value: 'data', cost: '20.0040000000' },
      { value: 'backend', cost: '13.5000000000' },
    ]);
    expect(count).toBe(2);
  });
});

describe('for this machine alone', () => {
  /** `fetch` sets Host by itself. */
  const status = (headers: Record<string, string>, method = 'GET') =>
    new Promise<number | undefined>((resolve, reject) => {
      request(new URL('/api/status', served.url), { headers, method }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('another name, another origin, another site are refused', async () => {
    const { host, port } = new URL(served.url);
    expect(await status({})).toBe(200);
    expect(await status({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200);
    expect(await status({ host: `attacker.example:${port}` })).toBe(403);
    expect(await status({ host: '127.0.0.1:1' })).toBe(403);
    expect(await status({ host, origin: 'https://attacker.example' })).toBe(403);
    expect(await status({ host, origin: 'null' })).toBe(403);
    expect(await status({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
    expect(await status({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
    expect(await status({ host }, 'POST')).toBe(404);
  });

  test('every answer forbids what is inline, framed or guessed, and lets no other site read', async () => {
    for (const path of ['/api/status', '/api/nothing', '/']) {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('--host of another address is an error, before anything is read', async () => {
    const run = await runBursar(['serve', '--cur', '/nowhere', '--host', '0.0.0.0']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('--host 0.0.0.0 would let others read the bill without a login');
  });
});

test('a ledger that is replaced under the page: the next answer says so', async () => {
  const before = await json('/api/table?by=team&period=2026-10');
  await writePeriod(cur, '2026-10', [{ lines: [...OCTOBER, used('data', '2026-10-03', 1)] }], (files) => ({
    executionId: 'later',
    dataFiles: files,
  }));
  await served.ingestAgain();
  const now = await json('/api/table?by=team&period=2026-10');
  expect(now.source.snapshot).not.toBe(before.source.snapshot);
  expect([before.total, now.total]).toEqual(['38.5050000000', '39.5050000000']);
});
