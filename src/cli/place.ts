import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  type Config,
  type CostExplorerConfig,
  defaultLedger,
  type FolderConfig,
  isInBucket,
  type TrinoConfig,
} from '../config/config.ts';
import { OperatingError } from '../domain/errors.ts';
import { describePeriods } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BucketExport, Fetching } from '../source/cur/bucket.ts';
import type { CurExport } from '../source/cur/export.ts';
import { combineExports } from '../source/cur/several.ts';
import type { Context } from './context.ts';
import type { AboutSource } from './cost-explorer/open.ts';
import type { ViewAsked } from './cost-explorer/view-asked.ts';

/** What a command works on: the export, its ledger, and engines that reach both. Whoever opens an engine closes it. */
export interface Place {
  readonly source: CurExport;
  readonly ledger: Ledger;
  openReader(): Promise<Engine>;
  /**
   * For one who is asked for long: it keeps tables that many questions read, where that is quicker.
   * @param share of the memory that a command may use that runs alone: 0 to 1
   */
  openLongReader(share: number): Promise<Engine>;
  /** For the one who ingests: what an ingest that was killed left behind is removed first. */
  openWriter(): Promise<Engine>;
  /** what is being downloaded at this moment; `null`: nothing */
  fetching(): Fetching | null;
  /** of a source that is no export; `null` = it is one */
  readonly about: AboutSource | null;
  close(): Promise<void>;
}

/**
 * Finds the export and opens its ledger, with the engine that the configuration names.
 * @param asked what Cost Explorer is asked for, where the configuration names it as source
 */
export async function openPlace(config: Config, context: Context, asked: ViewAsked | null = null): Promise<Place> {
  if (config.source === 'cost-explorer') {
    if (asked === null) throw new Error('nothing says what Cost Explorer is asked for');
    return openCostExplorerPlace(config, asked, context);
  }
  return config.engine === 'trino' ? openTrinoPlace(config, context) : openExportPlace(config, context);
}

async function openCostExplorerPlace(config: CostExplorerConfig, asked: ViewAsked, context: Context): Promise<Place> {
  const { openView } = await import('./cost-explorer/open.ts');
  const { source, ledger, about } = await openView(config, asked, context);
  return openFolderPlace({ source, fetching: () => null, about, close: async () => {} }, ledger, context);
}

async function openExportPlace(config: FolderConfig, context: Context): Promise<Place> {
  const opened = await openFiles(config, context);
  return openFolderPlace(opened, config.ledger ?? defaultLedger(opened.source.place, context.env), context);
}

/** Each thread holds buffers of its own; this much for each keeps the whole process below 1.5 GB on small machines. */
const MEMORY_PER_THREAD_MB = 400;

async function openFolderPlace(opened: OpenedExport, folder: string, { signal }: Context): Promise<Place> {
  const { openFolderLedger } = await import('../ledger/folder-ledger.ts');
  const ledger = await openFolderLedger(folder, opened.source.place);
  const open = async (name: string, share = 1, keepsTables = false): Promise<Engine> => {
    const { openDuckDB } = await import('../engine/duckdb.ts');
    const memoryLimit = `${Math.round(Math.max(2, availableParallelism()) * MEMORY_PER_THREAD_MB * share)}MB`;
    return openDuckDB({ temporaryFolder: join(ledger.place, name), memoryLimit, signal, keepsTables });
  };
  return {
    ...opened,
    ledger,
    openReader: () => open(`tmp-${process.pid}`),
    openLongReader: (share) => open(`tmp-${process.pid}`, share, true),
    openWriter: async () => {
      await rm(join(ledger.place, 'tmp-ingest'), { recursive: true, force: true });
      return open('tmp-ingest');
    },
  };
}

type OpenedExport = Pick<Place, 'source' | 'fetching' | 'about' | 'close'>;

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
      about: null,
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
  return { source: await openExportFolder(place), fetching: () => null, about: null, close: async () => {} };
}

const SMALL_CACHE = 'the cache holds too little for what was read in turn. cache.gigabytes in bursar.yaml raises it.';

async function openBucketFiles(
  address: string,
  { aws, cache }: FolderConfig,
  { signal, stderr }: Context,
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
    about: null,
    close: async () => {
      const again = source.fetchedAgain();
      if (again.length > 0) {
        stderr.write(`Note: ${describePeriods(again)} had to be downloaded more than once: ${SMALL_CACHE}\n`);
      }
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
  const open = () => openTrino(trino, { limits, signal });
  const engine = await open();
  try {
    const source = combineExports(await Promise.all(tables.map((table) => openExportTable(engine, table))));
    return {
      source,
      ledger: await openSchemaLedger(engine, trinoTables, `${trino.catalog}.${trino.schema}`, source.place),
      openReader: () => open(),
      openLongReader: () => open(),
      openWriter: async () => {
        const writer = await open();
        await writer.dropLeftWorkTables();
        return writer;
      },
      fetching: () => null,
      about: null,
      close: () => engine.close(),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
