import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inject } from 'vitest';
import { trinoTables } from '../../src/engine/dialect/trino.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openTrino } from '../../src/engine/trino.ts';
import { type IngestOutcome, ingest } from '../../src/ledger/ingest.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openSchemaLedger } from '../../src/ledger/schema-ledger.ts';
import type { Snapshot } from '../../src/ledger/snapshot.ts';
import type { CurExport } from '../../src/source/cur/export.ts';
import { openExportTable } from '../../src/source/cur/table.ts';
import { type Run, runBursar } from '../fixtures/run.ts';
import { columnsOf, createRaw } from './raw-table.ts';

const CATALOG = 'hive';

/** A schema of the test server, with a folder for exports that the server sees. */
export interface Lake {
  readonly schema: string;
  readonly folder: string;
  open(signal?: AbortSignal): ReturnType<typeof openTrino>;
  /** Runs statements as an administrator would. */
  sql(...statements: string[]): Promise<void>;
  /** Makes the raw table `name` over the export in a folder below {@link folder}, as docs/guides/trino.md tells to. */
  rawTable(name: string, exportFolder: string, columns?: Readonly<Record<string, string>>): Promise<void>;
  /** Runs the command line with a bursar.yaml for this schema and the raw table `cur`. */
  bursar(...args: string[]): Promise<Run>;
  remove(): Promise<void>;
}

export async function openLake(schema: string): Promise<Lake> {
  const { httpPort, lake } = inject('trino');
  const folder = join(lake, schema);
  const config = join(folder, 'bursar.yaml');
  mkdirSync(folder);
  const server = { host: '127.0.0.1', port: httpPort, tls: false, user: 'tester', catalog: CATALOG, schema };
  writeFileSync(config, JSON.stringify({ engine: 'trino', cur: 'cur', trino: server }));
  const open = (signal?: AbortSignal) =>
    openTrino({ ...server, ca: null, password: null, token: null }, signal === undefined ? {} : { signal });
  const sql = async (...statements: string[]): Promise<void> => {
    const engine = await open();
    for (const statement of statements) await engine.run(statement);
    await engine.close();
  };
  await sql(`CREATE SCHEMA ${CATALOG}.${schema}`);
  return {
    schema,
    folder,
    open,
    sql,
    async rawTable(name, exportFolder, columns) {
      const data = `local:///${relative(lake, exportFolder)}/data/`;
      await sql(createRaw(name, data, columns ?? (await columnsOf(exportFolder))));
    },
    bursar: (...args) => runBursar(args, { cwd: folder, env: { BURSAR_CONFIG: config } }),
    async remove() {
      await sql(`DROP SCHEMA ${CATALOG}.${schema} CASCADE`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The raw table and its ledger, ingested by the same code as the command line runs. */
export interface Ingested {
  readonly engine: Engine;
  readonly source: CurExport;
  readonly ledger: Ledger;
  readonly outcomes: readonly IngestOutcome[];
  readonly snapshots: readonly Snapshot[];
}

export async function ingestTable(lake: Lake, table: string): Promise<Ingested> {
  const engine = await lake.open();
  const source = await openExportTable(engine, [CATALOG, lake.schema, table]);
  const ledger = await openSchemaLedger(engine, trinoTables, `${CATALOG}.${lake.schema}`, source.place);
  const outcomes = await ingest(() => lake.open(), source, ledger, await source.deliveries());
  const snapshots = outcomes.map((outcome) => {
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.snapshot;
  });
  return { engine, source, ledger, outcomes, snapshots };
}
