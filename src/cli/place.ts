import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Config, defaultLedger, type FolderConfig, type TrinoConfig } from '../config/config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CurExport } from '../source/cur/export.ts';
import { combineExports } from '../source/cur/several.ts';
import type { Context } from './context.ts';

/** What a command works on: the export, its ledger, and engines that reach both. Whoever opens an engine closes it. */
export interface Place {
  readonly source: CurExport;
  readonly ledger: Ledger;
  openReader(): Promise<Engine>;
  /** For the one who ingests: what an ingest that was killed left behind is removed first. */
  openWriter(): Promise<Engine>;
  close(): Promise<void>;
}

/** Finds the export and opens its ledger, with the engine that the configuration names. */
export function openPlace(config: Config, context: Context): Promise<Place> {
  return config.engine === 'trino' ? openTrinoPlace(config, context) : openFolderPlace(config, context);
}

/** Each thread holds buffers of its own; this much for each keeps the whole process below 1.5 GB on small machines. */
const MEMORY_PER_THREAD_MB = 400;

async function openFolderPlace(config: FolderConfig, { env, signal }: Context): Promise<Place> {
  const { openExportFolder } = await import('../source/cur/folder.ts');
  const { openFolderLedger } = await import('../ledger/folder-ledger.ts');
  const source = combineExports(await Promise.all(config.cur.map(openExportFolder)));
  const ledger = await openFolderLedger(config.ledger ?? defaultLedger(source.place, env), source.place);
  const open = async (temporaryFolder: string): Promise<Engine> => {
    const { openDuckDB } = await import('../engine/duckdb.ts');
    const memoryLimit = `${Math.max(2, availableParallelism()) * MEMORY_PER_THREAD_MB}MB`;
    return openDuckDB({ temporaryFolder, memoryLimit, signal });
  };
  return {
    source,
    ledger,
    openReader: () => open(join(ledger.place, `tmp-${process.pid}`)),
    openWriter: async () => {
      const folder = join(ledger.place, 'tmp-ingest');
      await rm(folder, { recursive: true, force: true });
      return open(folder);
    },
    close: async () => {},
  };
}

async function openTrinoPlace({ tables, trino, limits }: TrinoConfig, { signal }: Context): Promise<Place> {
  const { openTrino } = await import('../engine/trino.ts');
  const { trinoTables } = await import('../engine/dialect/trino.ts');
  const { openExportTable } = await import('../source/cur/table.ts');
  const { openSchemaLedger } = await import('../ledger/schema-ledger.ts');
  const open = () => openTrino(trino, { limits, signal });
  const engine = await open();
  try {
    const source = combineExports(await Promise.all(tables.map((table) => openExportTable(engine, table))));
    return {
      source,
      ledger: await openSchemaLedger(engine, trinoTables, `${trino.catalog}.${trino.schema}`, source.place),
      openReader: open,
      openWriter: async () => {
        const writer = await open();
        await writer.dropLeftWorkTables();
        return writer;
      },
      close: () => engine.close(),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
