import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { findDimension } from '../src/domain/dimension.ts';
import type { Period } from '../src/domain/period.ts';
import { trinoTables } from '../src/engine/dialect/trino.ts';
import { openTrino } from '../src/engine/trino.ts';
import { ingest } from '../src/ledger/ingest.ts';
import { openSchemaLedger } from '../src/ledger/schema-ledger.ts';
import { ask } from '../src/query/ask.ts';
import { openExportTable } from '../src/source/cur/table.ts';
import { columnsOf, createRaw } from '../test/integration/raw-table.ts';
import { startTrino } from '../test/integration/trino-server.ts';
import { DATA } from './folders.ts';
import { compared, inTurns, type Run, secondsOf } from './measure.ts';
import type { BenchSample } from './samples.ts';
import { type Line, SECONDS, shown, TIMES } from './table.ts';

const LEAST_FEWER_BYTES = 5;
const MOST_ROWS = 10_000_000;

/** Principal × model × day on a real Trino: asked of the ledger, and of the raw table as one would write it by hand. */
export async function onTrino(of: BenchSample, rounds: number): Promise<Line[]> {
  // The file metastore lies in the lake: one of an earlier run knows tables that this one makes.
  const left = [join(DATA, 'catalog'), join(DATA, 'trino')];
  const clean = () => Promise.all(left.map((path) => rm(path, { recursive: true, force: true })));
  await clean();
  const server = await startTrino({ lake: DATA });
  try {
    return await measured(of, rounds, server.httpPort);
  } finally {
    await server.stop();
    await clean();
  }
}

async function measured(of: BenchSample, rounds: number, port: number): Promise<Line[]> {
  const schema = 'bench';
  const place = { host: '127.0.0.1', port, tls: false, ca: null, user: 'bench', password: null, token: null };
  const open = () => openTrino({ ...place, catalog: 'hive', schema });
  const engine = await open();
  await engine.run(`CREATE SCHEMA hive.${schema}`);
  const data = `local:///${relative(DATA, of.cur)}/data/`;
  await engine.run(createRaw('cur', data, await columnsOf(of.cur)));
  const source = await openExportTable(engine, ['hive', schema, 'cur']);
  const ledger = await openSchemaLedger(engine, trinoTables, `hive.${schema}`, source.place);
  const start = performance.now();
  const [outcome] = await ingest(open, source, ledger, await source.deliveries());
  const ingestSeconds = (performance.now() - start) / 1000;
  if (outcome?.kind !== 'ingested') throw new Error(`not ingested: ${JSON.stringify(outcome)}`);

  const question = {
    by: ['principal', 'model'].map((name) => findDimension(name, {})),
    where: [],
    periods: [of.period as Period],
    from: null,
    to: null,
    grain: 'day',
    top: null,
    cost: 'net',
  } as const;
  const bytes = new Map<string, number>();
  const timed = async (which: string, asking: () => Promise<readonly unknown[]>): Promise<Run> => {
    const began = performance.now();
    const { length } = await asking();
    bytes.set(which, engine.lastStatement?.physicalInputBytes ?? Number.NaN);
    const stdout = `${length.toLocaleString('en')} rows`;
    return { seconds: (performance.now() - began) / 1000, peakBytes: null, disturbed: false, stdout };
  };
  const facts = factsQuestion((table) => ledger.relation(engine, outcome.snapshot, table));
  const runs = await inTurns(rounds, {
    ours: () => timed('ours', () => engine.rows(facts, MOST_ROWS)),
    raw: () => timed('raw', () => engine.rows(rawQuestion(of.period), MOST_ROWS)),
    answer: () => timed('answer', async () => (await ask(engine, ledger, [outcome.snapshot], question)).rows),
  });
  await engine.close();
  const faster = compared(runs.ours, runs.raw, (ours, raw) => raw / ours);
  const [ourBytes = Number.NaN, rawBytes = Number.NaN] = [bytes.get('ours'), bytes.get('raw')];
  const megabytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
  return [
    {
      what: `Trino: principal × model × day, ${of.lines / 1e6} M lines, ${runs.ours[0]?.stdout}`,
      measured: shown(secondsOf(runs.ours), SECONDS),
      against: `plain SQL on the raw table, ${runs.raw[0]?.stdout}: ${shown(secondsOf(runs.raw), SECONDS)}`,
      result: `${shown(faster, TIMES)} faster`,
      goal: '> 1×',
      met: faster.median > 1,
    },
    {
      what: 'Trino: bytes it reads',
      measured: megabytes(ourBytes),
      against: `plain SQL on the raw table: ${megabytes(rawBytes)}`,
      result: `${(rawBytes / ourBytes).toFixed(1)}× fewer`,
      goal: `≥ ${LEAST_FEWER_BYTES}×`,
      met: rawBytes / ourBytes >= LEAST_FEWER_BYTES,
    },
    {
      what: `Trino: the whole answer to it, with tokens, adjustments and check, ${runs.answer[0]?.stdout}`,
      measured: shown(secondsOf(runs.answer), SECONDS),
      against: '',
      result: '',
      goal: '',
      met: null,
    },
    {
      what: `Trino: ingest, ${of.lines / 1e6} M lines`,
      measured: `${ingestSeconds.toFixed(1)} s, once`,
      against: '',
      result: '',
      goal: '',
      met: null,
    },
  ];
}

/** As one would ask the ledger by hand: docs/guides/trino.md. */
function factsQuestion(tableOf: (table: 'fact_day' | 'usage' | 'caller') => string): string {
  return `SELECT c.principal, u.model, f.usage_day, sum(f.net) AS cost
    FROM ${tableOf('fact_day')} AS f JOIN ${tableOf('usage')} AS u ON f.usage_id = u.usage_id
    JOIN ${tableOf('caller')} AS c ON f.caller_id = c.caller_id GROUP BY 1, 2, 3`;
}

/** The raw table knows no model: the usage type without its token kind comes nearest. Rows in no order, and no tokens. */
function rawQuestion(period: string): string {
  return `SELECT coalesce(line_item_iam_principal, '') AS principal,
      regexp_replace(line_item_usage_type, '[-_](input|output|cache).*$', '') AS model,
      CAST(line_item_usage_start_date AS DATE) AS day,
      sum(coalesce(line_item_net_unblended_cost, line_item_unblended_cost)) AS cost
    FROM cur
    WHERE billing_period = '${period}'
      AND (product_product_family = 'Amazon Bedrock'
        OR line_item_product_code IN ('AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels', 'AmazonBedrockAgentCore')
        OR (bill_billing_entity = 'AWS Marketplace' AND element_at(product, 'product_name') LIKE '%(Amazon Bedrock Edition)%')
        OR coalesce(line_item_iam_principal, '') <> '')
    GROUP BY 1, 2, 3`;
}
