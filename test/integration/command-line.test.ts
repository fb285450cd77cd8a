import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findDimension } from '../../src/domain/dimension.ts';
import { formatMoney } from '../../src/domain/money.ts';
import { rawTotals } from '../../src/ledger/raw-totals.ts';
import { ask } from '../../src/query/ask.ts';
import { verifyPeriod } from '../../src/query/verify.ts';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { runBursar } from '../fixtures/run.ts';
import { ingestTable, type Lake, openLake } from './lake.ts';
import { columnsOf } from './raw-table.ts';

const cost = (amount: number, more: Line = {}): Line => ({ ...USAGE, line_item_unblended_cost: amount, ...more });

let lake: Lake;
beforeAll(async () => {
  lake = await openLake('command_line');
});
afterAll(() => lake.remove());

/** An export in the lake with a raw table over it; the ledger is that of the lake's schema. */
async function exported(name: string, ...lines: Line[]): Promise<string> {
  const cur = join(lake.folder, name);
  await writePeriod(cur, '2026-10', [{ lines }]);
  await lake.rawTable(name, cur);
  return cur;
}

describe('from a raw table to a number', () => {
  let files: string[];
  const total = async (): Promise<string> => {
    const { stdout, stderr, code } = await lake.bursar('report', '--by', 'team', '--format', 'json');
    expect(stderr).not.toMatch(/error|bug/);
    expect(code).toBe(0);
    return JSON.parse(stdout).total;
  };

  beforeAll(async () => {
    files = await writePeriod(join(lake.folder, 'cur'), '2026-10', [{ lines: [cost(3), cost(4)] }]);
    await lake.rawTable('cur', join(lake.folder, 'cur'));
  });

  test('ingest says what it read and where it keeps it', async () => {
    const { stdout, code } = await lake.bursar('ingest');
    expect(code).toBe(0);
    expect(stdout).toContain('Export: hive.command_line.cur\nLedger: hive.command_line\n');
    expect(stdout).toContain('2026-10  ingested: 2 lines, 2 of Bedrock');
  });

  test('an unchanged month is not read again', async () => {
    expect((await lake.bursar('ingest')).stdout).toContain('2026-10  unchanged');
    expect(await total()).toBe('7.0000000000');
  });

  test('the answer names the engine, and reads like any other', async () => {
    const { stdout } = await lake.bursar('report', '--by', 'team');
    expect(stdout).toMatch(/Billed · (?:invoiced|2026-10 open) · trino · snapshot 2026-10@/);
    expect(stdout).toMatch(/backend +7\.00 +100\.0 %/);
    expect(stdout).toContain('difference 0 ✓');
    expect(stdout).not.toContain('manifest');
  });

  test('verify proves it', async () => {
    const { stdout, code } = await lake.bursar('verify');
    expect(stdout).toMatch(/2026-10/);
    expect(code).toBe(0);
  });

  test('a month that was delivered anew replaces the old; two snapshots stay, and no work table', async () => {
    for (const amount of [10, 20, 30]) {
      rmSync(files[0] ?? '');
      files = await writePeriod(join(lake.folder, 'cur'), '2026-10', [{ lines: [cost(amount)] }]);
      expect(await total()).toBe(`${amount}.0000000000`);
    }
    const engine = await lake.open();
    for (const table of ['snapshot', 'fact', 'fact_day', 'usage', 'caller', 'tag_set']) {
      const rows = await engine.rows(`SELECT snapshot FROM "bursar_v3_${table}$partitions"`);
      expect([table, rows.length]).toEqual([table, 2]);
    }
    expect(await engine.rows(`SHOW TABLES LIKE 'bursar!_work!_%' ESCAPE '!'`)).toEqual([]);
    await engine.close();
  });

  test('Trino folds names: another spelling is the same table', async () => {
    const { stdout, code } = await lake.bursar('ingest', '--cur', 'HIVE.Command_Line.CUR');
    expect(stdout).toContain('2026-10  unchanged');
    expect(code).toBe(0);
  });

  test('a ledger belongs to one export', async () => {
    await exported('another', cost(1));
    const { stderr, code } = await lake.bursar('ingest', '--cur', 'another');
    expect(stderr).toMatch(/LEDGER_OF_ANOTHER_EXPORT: hive\.command_line holds the ledger of hive\.command_line\.cur/);
    expect(code).toBe(2);
  });
});

describe('a ledger that is not as it was left', () => {
  let own: Lake;
  let cur: string;
  beforeAll(async () => {
    own = await openLake('not_as_left');
    cur = join(own.folder, 'cur');
    await writePeriod(cur, '2026-10', [{ lines: [cost(3, { line_item_net_unblended_cost: 2 })] }]);
  });
  afterAll(() => own.remove());

  test.each(['fact', 'snapshot'])('an alien table named like our %s is not ours to fill', async (table) => {
    const alien = `bursar_v3_${table}`;
    await own.rawTable('cur', cur);
    await own.sql(`CREATE TABLE ${alien} (a INTEGER)`);
    const { stderr, code } = await own.bursar('ingest');
    expect(stderr).toMatch(/SCHEMA_UNSUITABLE: hive\.not_as_left cannot hold the ledger/);
    expect(code).toBe(2);
    await own.sql(`DROP TABLE ${alien}`, 'DROP TABLE cur');
  });

  test('a raw table that gains a column is read again, though its files are the same', async () => {
    const all = await columnsOf(cur);
    const { line_item_net_unblended_cost: _, ...some } = all;
    for (const [columns, total] of [
      [some, '3.0000000000'],
      [all, '2.0000000000'],
    ] as const) {
      await own.rawTable('cur', cur, columns);
      const { stdout } = await own.bursar('report', '--by', 'team', '--format', 'json');
      expect(JSON.parse(stdout).total).toBe(total);
      await own.sql('DROP TABLE cur');
    }
  });

  test('a snapshot whose document is damaged is made anew', async () => {
    await own.rawTable('cur', cur);
    const engine = await own.open();
    const [row] = await engine.rows('SELECT "$path" AS path FROM bursar_v3_snapshot ORDER BY snapshot DESC LIMIT 1');
    await engine.close();
    const file = join(inject('trino').lake, String(row?.path).replace('local:///', ''));
    writeFileSync(file, readFileSync(file).fill(0));
    const { stdout, code } = await own.bursar('ingest');
    expect(stdout).toContain('2026-10  ingested');
    expect(code).toBe(0);
    expect((await own.bursar('verify')).code).toBe(0);
  });
});

describe('two writers at once', () => {
  test('one wins, the other says so, and the ledger is whole', async () => {
    const two = await openLake('two_writers');
    const cur = join(two.folder, 'cur');
    await writePeriod(cur, '2026-10', [{ lines: [cost(5)] }]);
    await two.rawTable('cur', cur);
    const runs = await Promise.all([two.bursar('ingest'), two.bursar('ingest'), two.bursar('ingest')]);
    const wins = runs.filter(({ code }) => code === 0);
    expect(wins.length).toBeGreaterThanOrEqual(1);
    for (const { code, stdout, stderr } of runs) {
      if (code !== 0)
        expect(`${stdout}${stderr}`).toMatch(
          /FAILED: LEDGER_BUSY: another process published 2026-10 into hive\.two_writers/,
        );
    }
    expect((await two.bursar('verify')).code).toBe(0);
    expect((await two.bursar('report', '--by', 'team')).stdout).toContain('5.00');
    await two.remove();
  });
});

describe('what can be wrong with the server', () => {
  const serverWith = async (change: Record<string, unknown>, env: Record<string, string> = {}) => {
    const { httpPort } = inject('trino');
    const trino = { host: '127.0.0.1', port: httpPort, tls: false, catalog: 'hive', schema: 'command_line', ...change };
    const path = join(lake.folder, 'server.yaml');
    writeFileSync(path, JSON.stringify({ engine: 'trino', cur: 'cur', trino }));
    return runBursar(['ingest', '--config', path], { cwd: lake.folder, env });
  };

  test.each<[string, Record<string, unknown>, RegExp, number]>([
    ['nobody listens there', { port: 9 }, /ENGINE_UNREACHABLE: .*127\.0\.0\.1:9/, 4],
    ['there is no such host', { host: 'trino.invalid' }, /ENGINE_UNREACHABLE: .*trino\.invalid/, 4],
    ['no such catalog', { catalog: 'nope' }, /TABLE_MISSING: .*nope/, 2],
    ['no such schema', { schema: 'nope' }, /TABLE_MISSING: .*nope/, 2],
  ])('%s', async (_, change, message, exitCode) => {
    const { stderr, code } = await serverWith(change);
    expect(stderr).toMatch(message);
    expect(code).toBe(exitCode);
  });

  test('a catalog without partitions cannot hold the ledger', async () => {
    await lake.sql('CREATE SCHEMA IF NOT EXISTS memory.ledger');
    const path = join(lake.folder, 'memory.yaml');
    const trino = {
      host: '127.0.0.1',
      port: inject('trino').httpPort,
      tls: false,
      catalog: 'memory',
      schema: 'ledger',
    };
    writeFileSync(path, JSON.stringify({ engine: 'trino', cur: 'hive.command_line.cur', trino }));
    const { stderr, code } = await runBursar(['ingest', '--config', path], { cwd: lake.folder });
    expect(stderr).toMatch(/SCHEMA_UNSUITABLE: memory\.ledger cannot hold the ledger: .*property/);
    expect(code).toBe(2);
  });

  describe('over TLS', () => {
    const { httpsPort, ca, user, password, token, jwtUser } = inject('trino');
    const tls = { port: httpsPort, tls: true, ca, user };

    test('a password lets in', async () => {
      const { stdout, stderr, code } = await serverWith(tls, { BURSAR_TRINO_PASSWORD: password });
      expect(stderr).toBe('');
      expect(stdout).toContain('2026-10');
      expect(code).toBe(0);
    });

    test('a token lets in', async () => {
      const { code } = await serverWith({ ...tls, user: jwtUser }, { BURSAR_TRINO_TOKEN: token });
      expect(code).toBe(0);
    });

    test.each<[string, Record<string, unknown>, Record<string, string>, RegExp, number]>([
      ['a wrong password', tls, { BURSAR_TRINO_PASSWORD: 'wrong' }, /ENGINE_REFUSED/, 3],
      ['no secret at all', tls, {}, /ENGINE_REFUSED/, 3],
      [
        'a certificate nobody knows',
        { ...tls, ca: undefined },
        { BURSAR_TRINO_PASSWORD: 'x' },
        /ENGINE_UNREACHABLE: .*certificate/,
        4,
      ],
      ['TLS where there is none', { tls: true }, {}, /ENGINE_UNREACHABLE/, 4],
      [
        'a password in the clear',
        { tls: false },
        { BURSAR_TRINO_PASSWORD: 'x' },
        /CONFIG_INVALID: a password or token never/,
        2,
      ],
    ])('%s', async (_, change, env, message, exitCode) => {
      const { stderr, code } = await serverWith(change, env);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain(password);
      expect(code).toBe(exitCode);
    });
  });
});

describe('while it runs', () => {
  test('a reader whose snapshot is replaced looks again; a proof of it says so', async () => {
    const own = await openLake('replaced');
    const cur = join(own.folder, 'cur');
    let [file = ''] = await writePeriod(cur, '2026-10', [{ lines: [cost(1)] }]);
    await own.rawTable('cur', cur);
    const { engine, ledger, source, snapshots } = await ingestTable(own, 'cur');
    const [delivery] = await source.deliveries();
    const [old] = snapshots;
    if (old === undefined || delivery?.kind !== 'delivery') throw new Error('nothing was ingested');
    const exported = await rawTotals(engine, await source.open(engine, delivery.delivery), []);
    for (const amount of [2, 3]) {
      rmSync(file);
      [file = ''] = await writePeriod(cur, '2026-10', [{ lines: [cost(amount)] }]);
      expect((await own.bursar('ingest')).code).toBe(0);
    }
    // Two publications later its partitions are gone.
    const question = {
      by: [findDimension('model', {})],
      where: [],
      periods: [old.period],
      from: null,
      to: null,
      grain: null,
      top: null,
      cost: 'net',
    } as const;
    const answer = await ask(engine, ledger, [old], question);
    expect(formatMoney(answer.total)).toBe('3.0000000000');
    expect(answer.check.difference).toBe(0n);
    await expect(verifyPeriod(engine, ledger, old, exported, [])).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    await engine.close();
    await own.remove();
  });

  test('a month that is rewritten meanwhile is refused', async () => {
    const own = await openLake('rewritten');
    const cur = join(own.folder, 'cur');
    const [file = ''] = await writePeriod(cur, '2026-10', [{ lines: [cost(1)] }]);
    await own.rawTable('cur', cur);
    const { source, engine } = await ingestTable(own, 'cur');
    const [delivery] = await source.deliveries();
    if (delivery?.kind !== 'delivery') throw new Error('no delivery');
    await source.checkUnchanged(delivery.delivery);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    await expect(source.checkUnchanged(delivery.delivery)).rejects.toMatchObject({ code: 'CUR_FILES_CHANGED' });
    await engine.close();
    expect(readdirSync(own.folder)).toContain('cur');
    await own.remove();
  });
});
