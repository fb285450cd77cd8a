import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Row } from '../../src/engine/engine.ts';
import { openTrino } from '../../src/engine/trino.ts';
import type { TrinoLimits, TrinoServer } from '../../src/engine/trino-client.ts';
import { STRINGS } from '../engines/strings.ts';

const SCHEMA = 'engine';

/** The server of this run, as somebody who needs no password sees it. */
function server(): TrinoServer {
  const { httpPort } = inject('trino');
  const nobody = { user: 'tester', password: null, token: null };
  return { host: '127.0.0.1', port: httpPort, tls: false, ca: null, ...nobody, catalog: 'hive', schema: SCHEMA };
}

type Engine = Awaited<ReturnType<typeof openTrino>>;

const opened: Engine[] = [];
async function open(options: { limits?: Partial<TrinoLimits>; signal?: AbortSignal } = {}): Promise<Engine> {
  const engine = await openTrino(server(), options);
  opened.push(engine);
  return engine;
}

let engine: Engine;
beforeAll(async () => {
  engine = await open();
  await engine.run(`CREATE SCHEMA hive.${SCHEMA}`);
});
afterAll(async () => {
  await Promise.all(opened.filter((one) => one !== engine).map((one) => one.close()));
  await engine.run(`DROP SCHEMA hive.${SCHEMA} CASCADE`);
  await engine.close();
});

async function* inChunks(rows: readonly Row[], size = rows.length): AsyncGenerator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

/** Runs for hours; the mark finds it among the statements of the server. */
const endless = (mark: number, what = 'count(*)'): string =>
  `SELECT ${mark} AS mark, ${what} AS n FROM UNNEST(sequence(1, 10000)) AS a(x)
   CROSS JOIN UNNEST(sequence(1, 10000)) AS b(x) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(x)`;

/** The same with rows that come at once. */
const endlessRows = (mark: number): string => endless(mark, 'a.x');

/** `query_id`, `state` and `error_code` of the statement with the mark, as the server tells. */
async function seenByServer(mark: number): Promise<Row | undefined> {
  const [row] = await engine.rows(
    `SELECT query_id, state, error_code FROM system.runtime.queries WHERE query LIKE 'SELECT ${mark} AS mark%'`,
  );
  return row;
}

const seen = (mark: number) => expect.poll(() => seenByServer(mark), { timeout: 60_000 });

describe('values', () => {
  test.each([
    ['DECIMAL', `CAST('1234.5' AS DECIMAL(18,10))`, '1234.5000000000', 'DECIMAL(18, 10)'],
    [
      'a great DECIMAL',
      `CAST('-9999999999999999999999999999' AS DECIMAL(38,10))`,
      '-9999999999999999999999999999.0000000000',
      'DECIMAL(38, 10)',
    ],
    ['BIGINT', '9007199254740991', '9007199254740991', 'BIGINT'],
    ['INTEGER', 'CAST(-2147483648 AS INTEGER)', -2147483648, 'INTEGER'],
    ['TINYINT', 'CAST(23 AS TINYINT)', 23, 'TINYINT'],
    ['DOUBLE', '1.5E-7', 1.5e-7, 'DOUBLE'],
    ['NaN', 'nan()', 'NaN', 'DOUBLE'],
    ['infinity', '-infinity()', '-Infinity', 'DOUBLE'],
    ['BOOLEAN', 'FALSE', false, 'BOOLEAN'],
    ['DATE', `DATE '2026-02-28'`, '2026-02-28', 'DATE'],
    ['TIMESTAMP', `TIMESTAMP '2026-02-28 01:02:03.004'`, '2026-02-28 01:02:03.004', 'TIMESTAMP(3)'],
    [
      'an instant',
      `TIMESTAMP '2026-02-28 01:02:03 +02:00'`,
      '2026-02-28 01:02:03 +02:00',
      'TIMESTAMP(0) WITH TIME ZONE',
    ],
    ['VARCHAR', `CAST('é🦊' AS VARCHAR)`, 'é🦊', 'VARCHAR'],
    ['MAP', `map(ARRAY[CAST('k' AS VARCHAR)], ARRAY[CAST('v' AS VARCHAR)])`, '{"k":"v"}', 'MAP(VARCHAR, VARCHAR)'],
    ['ARRAY', 'ARRAY[1, NULL]', '[1,null]', 'ARRAY(INTEGER)'],
    ['NULL', 'CAST(NULL AS DECIMAL(18,10))', null, 'DECIMAL(18, 10)'],
  ])('%s', async (_, sql, value, type) => {
    expect(await engine.rows(`SELECT ${sql} AS value`)).toEqual([{ value }]);
    expect([...(await engine.columns(`(SELECT ${sql} AS value)`))]).toEqual([['value', type]]);
  });

  test('an integer that JSON cannot carry is a bug', async () => {
    await expect(engine.rows('SELECT 9007199254740993 AS n')).rejects.toThrow('rounded');
  });
});

describe('work tables', () => {
  test('every string comes back as it went', async () => {
    const rows = ['', ...STRINGS, null].map((text, i) => ({ i, text }));
    const table = await engine.load('strings', { i: 'INTEGER', text: 'VARCHAR' }, inChunks(rows, 7));
    expect(await engine.rows(`SELECT i, text FROM ${table} ORDER BY i`)).toEqual(rows);
    const found = await engine.rows(
      `SELECT count(*) AS n FROM ${table} WHERE text = ${engine.dialect.text('nul\0inside')}`,
    );
    expect(found).toEqual([{ n: '1' }]);
  });

  test('every type comes back as it went', async () => {
    const columns = {
      'a "name"': 'INTEGER',
      day: 'DATE',
      hour: 'TINYINT',
      cost: 'DECIMAL(18,10)',
      amount: 'DOUBLE',
      n: 'BIGINT',
      flag: 'BOOLEAN',
    };
    const rows = [
      { 'a "name"': 1, day: '2026-02-28', hour: 0, cost: '-0.0000000001', amount: 1.5e300, n: '5', flag: true },
      { 'a "name"': 2, day: '2026-03-01', hour: 23, cost: '99999999.9999999999', amount: 0.1, n: '-5', flag: false },
      { 'a "name"': 3, day: null, hour: null, cost: null, amount: Number.NaN, n: null, flag: null },
    ];
    const table = await engine.load('types', columns, inChunks(rows));
    const expected = rows.map((row) => (Number.isNaN(row.amount) ? { ...row, amount: 'NaN' } : row));
    expect(await engine.rows(`SELECT * FROM ${table} ORDER BY 1`)).toEqual(expected);
    const spelled = [...(await engine.columns(table)).values()].map((type) => type.replaceAll(' ', ''));
    expect(spelled).toEqual(Object.values(columns));
  });

  test('100,000 rows are loaded while they are being streamed', async () => {
    const numbers = `SELECT a * 1000 + b AS i, 'key ' || CAST(a AS VARCHAR) || '/' || CAST(b AS VARCHAR) AS text
      FROM UNNEST(sequence(0, 99)) AS a(a) CROSS JOIN UNNEST(sequence(0, 999)) AS b(b)`;
    const table = await engine.load('many', { i: 'BIGINT', text: 'VARCHAR' }, engine.stream(numbers));
    const kept = await engine.keep('kept', `SELECT i, upper(text) AS text FROM ${table}`);
    expect(await engine.rows(`SELECT count(*) AS n, count(DISTINCT text) AS texts, sum(i) AS i FROM ${kept}`)).toEqual([
      { n: '100000', texts: '100000', i: '4999950000' },
    ]);
    expect(engine.lastStatement?.physicalInputBytes).toBeGreaterThan(100_000);
  });

  test('what is loaded under a name takes the place of what was there', async () => {
    const first = await engine.load('again', { a: 'INTEGER' }, inChunks([{ a: 1 }]));
    const second = await engine.load('again', { b: 'VARCHAR' }, inChunks([]));
    expect(second).toBe(first);
    expect([...(await engine.columns(second)).keys()]).toEqual(['b']);
    expect(await engine.rows(`SELECT * FROM ${second}`)).toEqual([]);
  });

  test('a row may be nearly as long as a statement, and no longer', async () => {
    const text = '"\'\n'.repeat(100_000);
    const table = await engine.load('long', { text: 'VARCHAR' }, inChunks([{ text }, { text }]));
    expect(await engine.rows(`SELECT text FROM ${table}`)).toEqual([{ text }, { text }]);
    const load = engine.load('longer', { text: 'VARCHAR' }, inChunks([{ text: 'x'.repeat(900_001) }]));
    await expect(load).rejects.toMatchObject({ code: 'ENGINE_LIMIT', message: expect.stringContaining('900005') });
  });

  test('go with their engine, also after an interrupt', async () => {
    const abort = new AbortController();
    const one = await open({ signal: abort.signal });
    const tables = [
      await one.load('x', { a: 'INTEGER' }, inChunks([{ a: 1 }])),
      await one.keep('y', 'SELECT 1 AS a'),
    ].map((name) => name.replaceAll('"', ''));
    const left = async () => (await engine.rows('SHOW TABLES')).map(({ Table }) => Table);
    expect(await left()).toEqual(expect.arrayContaining(tables));
    abort.abort();
    await one.close();
    expect((await left()).filter((name) => tables.includes(String(name)))).toEqual([]);
  });

  test('of others are dropped after a day', async () => {
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase();
    const others = [
      'bursar_work_20260101t000000z_1a2b3c4d_usage',
      `bursar_work_${stamp}z_x_usage`,
      'bursar_work_of_mine',
    ];
    for (const name of others) await engine.run(`CREATE TABLE ${name} (a INTEGER)`);
    await engine.dropLeftWorkTables();
    const left = (await engine.rows('SHOW TABLES')).map(({ Table }) => Table);
    expect(others.filter((name) => left.includes(name))).toEqual(others.slice(1));
  });
});

describe('what ends a statement', () => {
  test('a consumer that stops cancels it on the server', async () => {
    for await (const _ of engine.stream(endlessRows(101))) break;
    await seen(101).toMatchObject({ state: 'FAILED', error_code: 'USER_CANCELED' });
  });

  test.each([
    ['an interrupt', 102],
    ['closing', 103],
  ])('%s cancels it on the server', async (what, mark) => {
    const abort = new AbortController();
    const one = await open({ signal: abort.signal });
    const ended = one.run(endless(mark)).catch((error: unknown) => error);
    await seen(mark).toMatchObject({ state: 'RUNNING' });
    await (what === 'closing' ? one.close() : abort.abort());
    expect(await ended).toMatchObject({ name: 'EngineError', why: 'interrupted' });
    await seen(mark).toMatchObject({ state: 'FAILED', error_code: 'USER_CANCELED' });
  });

  test('the limit of time', async () => {
    const one = await open({ limits: { seconds: 2 } });
    await expect(one.run(endless(104))).rejects.toMatchObject({ code: 'ENGINE_LIMIT' });
    await seen(104).toMatchObject({ state: 'FAILED' });
  });

  test('the limit of bytes read', async () => {
    const table = await engine.load('read', { x: 'INTEGER' }, inChunks([{ x: 1 }]));
    const one = await open({ limits: { scanBytes: 1 } });
    await expect(one.run(endless(105).replace('FROM', `FROM ${table} CROSS JOIN`))).rejects.toMatchObject({
      code: 'ENGINE_LIMIT',
      message: expect.stringContaining('EXCEEDED_SCAN_LIMIT'),
    });
  });

  test('the limit of bytes in the answer', async () => {
    const one = await open({ limits: { bytes: 1e6 } });
    await expect(one.run(endlessRows(106))).rejects.toMatchObject({ code: 'ENGINE_LIMIT' });
    await seen(106).toMatchObject({ state: 'FAILED', error_code: 'USER_CANCELED' });
  });

  test('an administrator', async () => {
    const ended = engine.run(endless(107)).catch((error: unknown) => error);
    await seen(107).toMatchObject({ state: 'RUNNING' });
    const id = (await seenByServer(107))?.query_id;
    await engine.run(`CALL system.runtime.kill_query(query_id => '${id}', message => 'not now')`);
    expect(await ended).toMatchObject({
      code: 'ENGINE_STATEMENT_ENDED',
      message: expect.stringMatching(/not now.*ADMINISTRATIVELY_KILLED/),
    });
  });
});

describe('what is not there', () => {
  test.each([
    'SELECT * FROM nope.nope.nope',
    'SELECT * FROM hive.nope.nope',
    'SELECT * FROM nope',
    'SHOW TABLES FROM hive.nope',
    'CREATE TABLE hive.nope.x (a INTEGER)',
    'INSERT INTO nope VALUES 1',
  ])('%s', async (sql) => {
    await expect(engine.run(sql)).rejects.toMatchObject({
      code: 'TABLE_MISSING',
      message: expect.stringContaining('nope'),
    });
  });
});

describe('what is wrong', () => {
  test('with a statement is a bug', async () => {
    const wrong = engine.run('SELEC 1');
    await expect(wrong).rejects.toMatchObject({ name: 'EngineError', why: 'unknown', sql: 'SELEC 1' });
  });

  test.each([
    ['the end', 60, 0],
    ['a page', 4, 60],
  ])('with a file, at %s, is for the caller to explain', async (_, from, kept) => {
    const table = await engine.keep('damaged', `SELECT CAST(x AS VARCHAR) AS x FROM UNNEST(sequence(1, 9999)) AS a(x)`);
    const [row] = await engine.rows(`SELECT DISTINCT "$path" AS path FROM ${table}`);
    const file = join(inject('trino').lake, String(row?.path).replace('local:///', ''));
    const bytes = readFileSync(file);
    writeFileSync(file, kept === 0 ? bytes.subarray(0, -from) : bytes.fill(255, from, from + kept));
    await expect(engine.run(`SELECT max(x) FROM ${table}`)).rejects.toMatchObject({ name: 'EngineError', why: 'data' });
  });
});

describe('over TLS', () => {
  const who = 'SELECT current_user AS me';
  const secure = (more: Partial<TrinoServer>): TrinoServer => {
    const { httpsPort, ca, user } = inject('trino');
    return { ...server(), port: httpsPort, tls: true, ca: readFileSync(ca, 'utf8'), user, ...more };
  };

  test('a password lets in, and a token', async () => {
    const { user, password, token, jwtUser } = inject('trino');
    for (const more of [{ password }, { token, user: jwtUser }]) {
      const one = await openTrino(secure(more));
      expect(await one.rows(who)).toEqual([{ me: more.user ?? user }]);
      await one.close();
    }
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'ENGINE_REFUSED', 'HTTP 401'],
    ['no password', {}, 'ENGINE_REFUSED', 'HTTP 401'],
    ['an authority that nobody knows', { ca: null }, 'ENGINE_UNREACHABLE', 'is not trusted'],
  ])('%s does not', async (_, more, code, message) => {
    const refused = openTrino(secure(more)).then((one) => one.run(who).finally(() => one.close()));
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
