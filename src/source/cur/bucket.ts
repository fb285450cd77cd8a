import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Bucket, type BucketAccess, openBucket, type StoredObject } from '../../aws/store/bucket.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Period } from '../../domain/period.ts';
import type { FileEngine } from '../../engine/engine.ts';
import { type BucketOutcome, readBucketDeliveries, rewritten } from './bucket-deliveries.ts';
import { locateInBucket, parseAddress } from './bucket-locate.ts';
import { asOnlyFetcher, type CacheSettings, checkDisk, type Held, holdDelivery, onDisk, withRoom } from './cache.ts';
import { download, openPartials, sizeToCome, unfinished, type Wanted } from './download.ts';
import type { CurExport, DataFile, Delivery, DeliveryOutcome, RawLines } from './export.ts';
import { FolderExport } from './folder.ts';

export interface BucketOptions extends BucketAccess {
  readonly cache: CacheSettings;
  /** how long to wait before each look at a period that is being delivered; by default 1 s, then 4 s */
  readonly patience?: readonly number[];
}

/** A download that is going on. */
export interface Fetching {
  readonly period: Period;
  /** bytes that have arrived, of all that were missing */
  readonly arrived: number;
  readonly bytes: number;
}

/** An export in S3: its data files are downloaded into the cache when they are opened. */
export interface BucketExport extends CurExport {
  /** `null`: nothing is being downloaded */
  fetching(): Fetching | null;
  /** periods that were downloaded more than once, since the cache is too small for what is read in turn */
  fetchedAgain(): readonly Period[];
  /** Closes the connections. */
  close(): void;
}

const PATIENCE = [1_000, 4_000];

/**
 * The export at an address such as `s3://bucket/prefix/export`, read by an engine that reads files.
 * @throws OperatingError OPTION_INVALID, CUR_FOLDER_MISSING, CUR_SEVERAL_EXPORTS and those of `askingAws`
 */
export async function openExportBucket(address: string, options: BucketOptions): Promise<BucketExport> {
  const { bucket: name, prefix } = parseAddress(address);
  const bucket = await openBucket(name, options);
  try {
    return new CachedBucket(bucket, await locateInBucket(bucket, prefix), options);
  } catch (error) {
    bucket.close();
    throw error;
  }
}

class CachedBucket implements BucketExport {
  readonly place: string;
  readonly #bucket: Bucket;
  readonly #root: string;
  readonly #options: BucketOptions;
  readonly #files: FolderExport;
  /** by fingerprint, as the last listing showed them */
  readonly #objects = new Map<string, readonly StoredObject[]>();
  /** by fingerprint: what has been downloaded, and how often */
  readonly #fetched = new Map<string, { readonly period: Period; readonly times: number }>();
  #fetching: Fetching | null = null;

  constructor(bucket: Bucket, root: string, options: BucketOptions) {
    this.place = `s3://${bucket.name}/${root.replace(/\/$/, '')}`;
    this.#bucket = bucket;
    this.#root = root;
    this.#options = options;
    this.#files = new FolderExport({ path: this.place, name: root.split('/').at(-2) ?? bucket.name });
  }

  /** A period that AWS is just delivering is looked at again, a few times. */
  async deliveries(): Promise<DeliveryOutcome[]> {
    let outcomes = await this.#look();
    for (const pause of this.#options.patience ?? PATIENCE) {
      if (!outcomes.some(isUnsettled)) break;
      await wait(pause, undefined, { signal: this.#options.signal });
      outcomes = await this.#look();
    }
    return outcomes.map((outcome) => {
      if ('error' in outcome) return { kind: 'failed', ...outcome };
      this.#objects.set(outcome.delivery.fingerprint, outcome.objects);
      return { kind: 'delivery', delivery: outcome.delivery };
    });
  }

  fetching(): Fetching | null {
    return this.#fetching;
  }

  fetchedAgain(): readonly Period[] {
    return [...this.#fetched.values()].filter(({ times }) => times > 1).map(({ period }) => period);
  }

  open(engine: FileEngine, delivery: Delivery): Promise<RawLines> {
    return this.#holding(delivery, (local) => this.#files.open(engine, local));
  }

  /** The files in the cache are those that were listed; what AWS has delivered since is for the next run. */
  async checkUnchanged(): Promise<void> {}

  reading<T>(engine: FileEngine, delivery: Delivery, action: () => Promise<T>): Promise<T> {
    return this.#holding(delivery, (local) => this.#files.reading(engine, local, action));
  }

  close(): void {
    this.#bucket.close();
  }

  #look(): Promise<BucketOutcome[]> {
    return readBucketDeliveries(this.#bucket, this.#root, Date.now());
  }

  /**
   * Runs something while the delivery lies in the cache and stays there. In between it may have to make room for another:
   * then it is downloaded again.
   */
  async #holding<T>(delivery: Delivery, action: (local: Delivery) => Promise<T>): Promise<T> {
    const { cache, signal } = this.#options;
    const held = await holdDelivery(cache, this.place, delivery, signal);
    try {
      const wanted = this.#wanted(delivery, held);
      if ((await onDisk(cache, () => unfinished(wanted))).length > 0) {
        await onDisk(cache, () => asOnlyFetcher(held, signal, () => this.#fetchMissing(delivery, wanted)));
      }
      const files = wanted.map(
        ({ object, path }): DataFile => ({ path, bytes: object.bytes, modified: object.modified }),
      );
      return await action({ ...delivery, files });
    } finally {
      held.release();
    }
  }

  async #fetchMissing({ period, fingerprint }: Delivery, wanted: readonly Wanted[]): Promise<void> {
    const { cache, signal } = this.#options;
    const missing = await unfinished(wanted);
    if (missing.length === 0) return;
    this.#fetched.set(fingerprint, { period, times: (this.#fetched.get(fingerprint)?.times ?? 0) + 1 });
    const sizes = await Promise.all(missing.map(sizeToCome));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    let partials: Awaited<ReturnType<typeof openPartials>> = new Map();
    await withRoom(cache, bytes, signal, async () => {
      partials = await openPartials(missing);
    });
    const gaps = [...partials.values()].flatMap((partial) => partial.missing());
    try {
      await checkDisk(
        cache,
        gaps.reduce((sum, { from, to }) => sum + to - from, 0),
      );
    } catch (error) {
      for (const partial of partials.values()) await partial.close();
      throw error;
    }
    let fetching: Fetching = { period, arrived: 0, bytes: gaps.reduce((sum, { from, to }) => sum + to - from, 0) };
    this.#fetching = fetching;
    try {
      await download(this.#bucket, partials, signal, (count) => {
        fetching = { ...fetching, arrived: fetching.arrived + count };
        this.#fetching = fetching;
      });
    } catch (error) {
      if (!(error instanceof OperatingError) || error.code !== 'OBJECT_CHANGED') throw error;
      throw rewritten(period, error.message, error);
    } finally {
      this.#fetching = null;
    }
  }

  #wanted({ fingerprint, period }: Delivery, { folder }: Held): Wanted[] {
    const objects = this.#objects.get(fingerprint);
    if (objects === undefined) throw new Error(`the delivery of ${period} is not one of this export`);
    return objects.map((object, index) => ({ object, path: join(folder, localName(object, index)) }));
  }
}

function isUnsettled(outcome: BucketOutcome): boolean {
  return 'error' in outcome && ['CUR_BEING_REWRITTEN', 'CUR_FILE_MISSING'].includes(outcome.error.code);
}

/** Two folders of an execution may hold files of one name; the end of the name tells what kind of file it is. */
function localName({ key, etag }: StoredObject, index: number): string {
  const number = String(index + 1).padStart(5, '0');
  const tag = etag.replaceAll(/[^\w-]/g, '').slice(0, 40);
  const name = key
    .slice(key.lastIndexOf('/') + 1)
    .replaceAll(/[^\w.=-]/g, '_')
    .slice(-120);
  return `${number}-${tag}-${name}`;
}
