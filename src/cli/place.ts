import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Config, defaultLedger, type FolderConfig, isInBucket, type TrinoConfig } from '../config/config.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BucketExport, Fetching } from '../source/cur/bucket.ts';
import type { CurExport } from '../source/cur/export.ts';
import { combineExports } from '../source/cur/several.ts';
import type { Context } from './context.ts';

/** What a command works on: the export, its ledger, and engines that reach both. Whoever opens an engine closes it. */
export interface Place {
  readonly source: CurExport;
  readonly ledger: Ledger;
  /** @param end ends what it does when aborted; by default Ctrl-C does */
  openReader(end?: AbortSignal): Promise<Engine>;
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
  const open = async (temporaryFolder: string, end = signal): Promise<Engine> => {
    const { openDuckDB } = await import('../engine/duckdb.ts');
    const memoryLimit = `${Math.max(2, availableParallelism()) * MEMORY_PER_THREAD_MB}MB`;
    return openDuckDB({ temporaryFolder, memoryLimit, signal: end });
  };
  return {
    source,
    ledger,
    openReader: (end) => open(join(ledger.place, `tmp-${process.pid}`), end),
    openWriter: async () => {
      const folder = join(ledger.place, 'tmp-ingest');
      await rm(folder, { recursive: true, force: true });
      return open(folder);
    },
    ...ofSource,
  };
}

type OpenedExport = Pick<Place, 'source' | 'fetching' | 'close'>;

/** The exports' files, in folders or in buckets. */
async function openFiles(config: FolderConfig, context: Context): Promise<OpenedExport> {
  const opened: OpenedExport[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened) await one.close();
  };
  try {
    for (const place of config.cur) opened.push(await openOne(place, config, context));
    return {
      source: combineExports(opened.map(({ source }) => source)),
      fetching: () => opened.map(({ fetching }) => fetching()).find((fetching) => fetching !== null) ?? null,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openOne(place: string, config: FolderConfig, context: Context): Promise<OpenedExport> {
  if (isInBucket(place)) return openBucketFiles(place, config, context);
  const { openExportFolder } = await import('../source/cur/folder.ts');
  return { source: await openExportFolder(place), fetching: () => null, close: async () => {} };
}

async function openBucketFiles(
  address: string,
  { aws, cache }: FolderConfig,
  { signal }: Context,
): Promise<OpenedExport> {
  if (cache === null) {
    throw new OperatingError('OPTION_INVALID', 'there is no home folder to keep data files from S3 in', {
      hint: 'Say where with BURSAR_CACHE, or with cache.folder in bursar.yaml.',
    });
  }
  const { openAwsSession } = await import('../aws/session.ts');
  const { openExportBucket } = await import('../source/cur/bucket.ts');
  const session = openAwsSession(aws);
  const source: BucketExport = await openExportBucket(address, { ...aws, session, cache, signal });
  return {
    source,
    fetching: () => source.fetching(),
    close: async () => {
      source.close();
      session.close();
    },
  };
}

async function openTrinoPlace({ tables, trino, limits }: TrinoConfig, { signal }: Context): Promise<Place> {
  const { openTrino } = await import('../engine/trino.ts');
  const { trinoTables } = await import('../engine/dialect/trino.ts');
  const { openExportTable } = await import('../source/cur/table.ts');
  const { openSchemaLedger } = await import('../ledger/schema-ledger.ts');
  const open = (end = signal) => openTrino(trino, { limits, signal: end });
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
      fetching: () => null,
      close: () => engine.close(),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
