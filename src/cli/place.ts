import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Config, defaultLedger, type FolderConfig, isInBucket, type TrinoConfig } from '../config/config.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BucketExport, Fetching } from '../source/cur/bucket.ts';
import type { CurExport } from '../source/cur/export.ts';
import type { Context } from './context.ts';

/** What a command works on: the export, its ledger, and engines that reach both. Whoever opens an engine closes it. */
export interface Place {
  readonly source: CurExport;
  readonly ledger: Ledger;
  openReader(): Promise<Engine>;
  /** For the one who ingests: what an ingest that was killed left behind is removed first. */
  openWriter(): Promise<Engine>;
  /** what is being downloaded at this moment; `null`: nothing */
  fetching(): Fetching | null;
  close(): Promise<void>;
}

/** Finds the export and opens its ledger, with the engine that the configuration names. */
export function openPlace(config: Config, context: Context): Promise<Place> {
  return config.engine === 'trino' ? openTrinoPlace(config, context) : openFolderPlace(config, context);
}

/** Each thread holds buffers of its own; this much for each keeps the whole process below 1.5 GB on small machines. */
const MEMORY_PER_THREAD_MB = 400;

async function openFolderPlace(config: FolderConfig, context: Context): Promise<Place> {
  const { env, signal } = context;
  const { openFolderLedger } = await import('../ledger/folder-ledger.ts');
  const { source, ...ofSource } = await openFiles(config, context);
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
    ...ofSource,
  };
}

/** The export's files, in a folder or in a bucket. */
async function openFiles(
  config: FolderConfig,
  context: Context,
): Promise<Pick<Place, 'source' | 'fetching' | 'close'>> {
  if (isInBucket(config.cur)) return openBucketFiles(config, context);
  const { openExportFolder } = await import('../source/cur/folder.ts');
  return { source: await openExportFolder(config.cur), fetching: () => null, close: async () => {} };
}

async function openBucketFiles({ cur, aws, cache }: FolderConfig, { signal }: Context) {
  if (cache === null) {
    throw new OperatingError('OPTION_INVALID', 'there is no home folder to keep data files from S3 in', {
      hint: 'Say where with BURSAR_CACHE, or with cache.folder in bursar.yaml.',
    });
  }
  const { openAwsSession } = await import('../aws/session.ts');
  const { openExportBucket } = await import('../source/cur/bucket.ts');
  const session = openAwsSession(aws);
  const source: BucketExport = await openExportBucket(cur, { ...aws, session, cache, signal });
  return {
    source,
    fetching: () => source.fetching(),
    close: async () => {
      source.close();
      session.close();
    },
  };
}

async function openTrinoPlace({ table, trino, limits }: TrinoConfig, { signal }: Context): Promise<Place> {
  const { openTrino } = await import('../engine/trino.ts');
  const { trinoTables } = await import('../engine/dialect/trino.ts');
  const { openExportTable } = await import('../source/cur/table.ts');
  const { openSchemaLedger } = await import('../ledger/schema-ledger.ts');
  const open = () => openTrino(trino, { limits, signal });
  const engine = await open();
  try {
    const source = await openExportTable(engine, table);
    return {
      source,
      ledger: await openSchemaLedger(engine, trinoTables, `${trino.catalog}.${trino.schema}`, source.place),
      openReader: open,
      openWriter: async () => {
        const writer = await open();
        await writer.dropLeftWorkTables();
        return writer;
      },
      fetching: () => null,
      close: () => engine.close(),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
