import { createHash } from 'node:crypto';
import type { Bucket, StoredObject } from '../../aws/store/bucket.ts';
import { OperatingError } from '../../domain/errors.ts';
import { isPeriod, type Period } from '../../domain/period.ts';
import type { Delivery } from './export.ts';
import { PARTITION } from './locate.ts';
import { DATA_FILE, newestOf, parseManifest } from './manifest.ts';

/** A delivery with the objects that it is made of, in the order of `delivery.files`. */
interface BucketDelivery {
  readonly delivery: Delivery;
  readonly objects: readonly StoredObject[];
}

export type BucketOutcome = BucketDelivery | { readonly period: Period; readonly error: OperatingError };

/** Manifests are a few kilobytes; this is no manifest. */
const MANIFEST_LIMIT = 64 * 1024 * 1024;
const MANIFESTS_AT_ONCE = 8;
/** A copy of a bucket (aws s3 sync, replication) may bring the manifest before the last data file, by some minutes. */
const COPY_MS = 3_600_000;

/**
 * The newest delivery of every billing period, oldest period first; what cannot be read now is told beside. Reads listings
 * and manifests only.
 *
 * The order makes the picture whole: manifests are listed before the data and read after it, and each must still be the
 * one that was listed. Data that was written anew in between is newer than its manifest.
 * @param root prefix of the export, with a slash at its end
 * @param now milliseconds since 1970
 */
export async function readBucketDeliveries(bucket: Bucket, root: string, now: number): Promise<BucketOutcome[]> {
  const metadata = await listPartitions(bucket, `${root}metadata/`);
  const data = await listPartitions(bucket, `${root}data/`);
  const periods = [...new Set([...data.keys(), ...metadata.keys()])].sort();
  const outcomes: BucketOutcome[] = [];
  for (let first = 0; first < periods.length; first += MANIFESTS_AT_ONCE) {
    const some = periods.slice(first, first + MANIFESTS_AT_ONCE);
    outcomes.push(
      ...(await Promise.all(
        some.map((period) =>
          orFailed(period, () =>
            readDelivery({ bucket, root, period, now }, data.get(period) ?? [], metadata.get(period) ?? []),
          ),
        ),
      )),
    );
  }
  return outcomes;
}

/** One bad month must not hide the others; a bucket that cannot be read at all hides all of them. */
async function orFailed(period: Period, read: () => Promise<BucketDelivery>): Promise<BucketOutcome> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    if (error.code === 'OBJECT_CHANGED') return { period, error: rewritten(period, error.message, error) };
    if (!error.code.startsWith('CUR_')) throw error;
    return { period, error };
  }
}

interface Partition {
  /** ends in a slash */
  readonly prefix: string;
  readonly objects: readonly StoredObject[];
}

async function listPartitions(bucket: Bucket, prefix: string): Promise<Map<Period, Partition[]>> {
  const byFolder = Map.groupBy(await bucket.list(prefix), ({ key }) => key.slice(prefix.length).split('/')[0] ?? '');
  const found = new Map<Period, Partition[]>();
  for (const [name, objects] of byFolder) {
    const period = PARTITION.exec(name)?.[1];
    if (period === undefined || !isPeriod(period)) continue;
    found.set(period, [...(found.get(period) ?? []), { prefix: `${prefix}${name}/`, objects }]);
  }
  return found;
}

interface Place {
  readonly bucket: Bucket;
  readonly root: string;
  readonly period: Period;
  readonly now: number;
}

async function readDelivery(
  place: Place,
  dataPartitions: readonly Partition[],
  metadataPartitions: readonly Partition[],
): Promise<BucketDelivery> {
  const { bucket, root, period } = place;
  const data = only(place, dataPartitions) ?? { prefix: `${root}data/BILLING_PERIOD=${period}/`, objects: [] };
  const metadata = only(place, metadataPartitions);
  const manifest = metadata === null ? null : newestIn(metadata, (name) => /manifest\.json$/i.test(name));
  const content = manifest === null ? null : await contentOf(place, manifest);
  const listed = content === null || manifest === null ? null : parseManifest(uri(place, manifest.key), content);
  const objects = listed === null || manifest === null ? newestFiles(data) : listedFiles(place, data, manifest, listed);
  if (objects.length === 0) {
    const where = listed === null || manifest === null ? data.prefix : manifest.key;
    throw new OperatingError('CUR_FILE_MISSING', `${period}: ${uri(place, where)} names no data file`);
  }
  if (manifest !== null) checkSettled(place, manifest, objects);
  const files = objects.map(({ key, bytes, modified }) => ({ path: `s3://${bucket.name}/${key}`, bytes, modified }));
  const listedBy = listed === null || manifest === null ? null : uri(place, manifest.key);
  return { delivery: { period, files, listedBy, fingerprint: fingerprint(content, objects) }, objects };
}

function uri({ bucket }: Place, key: string): string {
  return `s3://${bucket.name}/${key}`;
}

function only(place: Place, partitions: readonly Partition[]): Partition | null {
  if (partitions.length > 1) {
    const list = partitions.map(({ prefix }) => uri(place, prefix)).join(', ');
    throw new OperatingError('CUR_SEVERAL_EXPORTS', `${place.period} has more than one folder: ${list}`, {
      hint: 'Remove the copy that AWS did not deliver: it writes BILLING_PERIOD in capitals.',
    });
  }
  return partitions[0] ?? null;
}

async function contentOf(place: Place, manifest: StoredObject): Promise<Buffer> {
  if (manifest.bytes > MANIFEST_LIMIT) {
    const message = `${uri(place, manifest.key)} has ${manifest.bytes} bytes: no manifest is so large`;
    throw new OperatingError('CUR_MANIFEST_UNREADABLE', message);
  }
  return place.bucket.content(manifest);
}

function newestIn({ prefix, objects }: Partition, wanted: (name: string) => boolean): StoredObject | null {
  const named = objects.map((object) => ({ object, name: object.key.slice(prefix.length), modified: object.modified }));
  return newestOf(named.filter(({ name }) => wanted(baseName(name))))?.object ?? null;
}

/** Names that begin with a dot or an underscore are not AWS's: other systems' side files. */
function isDataFile(name: string): boolean {
  return DATA_FILE.test(name) && !/^[._]/.test(name);
}

/** Without a list: the files of the newest execution, or of the folder itself where there are no executions. */
function newestFiles(data: Partition): StoredObject[] {
  const newest = newestIn(data, isDataFile);
  if (newest === null) return [];
  return data.objects.filter(({ key }) => isDataFile(baseName(key)) && folderOf(key) === folderOf(newest.key));
}

/** A manifest names keys of the bucket it was written in; a copy may lie under another prefix. */
function listedFiles(place: Place, data: Partition, manifest: StoredObject, listed: readonly string[]): StoredObject[] {
  const byKey = new Map(data.objects.map((object) => [object.key, object]));
  const files = new Map<string, StoredObject>();
  for (const entry of listed) {
    const inside = /(?:^|\/)data\/(BILLING_PERIOD=.+)$/i.exec(entry)?.[1];
    const key = inside === undefined ? `${data.prefix}${baseName(entry)}` : `${place.root}data/${inside}`;
    if (!key.startsWith(data.prefix)) {
      throw new OperatingError(
        'CUR_MANIFEST_UNREADABLE',
        `${uri(place, manifest.key)} lists ${JSON.stringify(entry)}, which lies outside ${uri(place, data.prefix)}`,
      );
    }
    const object = byKey.get(key);
    if (object === undefined) {
      throw new OperatingError(
        'CUR_FILE_MISSING',
        `${place.period}: ${uri(place, key)} is listed in ${uri(place, manifest.key)} but is not there`,
        { hint: 'AWS may be delivering this billing period: run the command again in some minutes.' },
      );
    }
    files.set(key, object);
  }
  return [...files.values()];
}

/**
 * AWS writes the manifest last (facts: dataexports-export-delivery), so data that is newer belongs to a delivery that is
 * not complete. A copy that brought the manifest first is told apart by time: deliveries are hours apart.
 */
function checkSettled(place: Place, manifest: StoredObject, objects: readonly StoredObject[]): void {
  const newest = objects.reduce((a, b) => (b.modified > a.modified ? b : a));
  const later = newest.modified - manifest.modified;
  if (later <= 0 || (later <= COPY_MS && place.now - newest.modified > COPY_MS)) return;
  const when = (time: number): string => new Date(time).toISOString();
  throw rewritten(
    place.period,
    `${uri(place, newest.key)} (${when(newest.modified)}) is newer than ${uri(place, manifest.key)} (${when(manifest.modified)})`,
  );
}

export function rewritten(period: Period, what: string, cause?: unknown): OperatingError {
  return new OperatingError('CUR_BEING_REWRITTEN', `${period}: ${what}`, { cause });
}

function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function fingerprint(manifest: Buffer | null, objects: readonly StoredObject[]): string {
  const hash = createHash('sha256');
  hash.update(manifest ?? 'no manifest');
  for (const { key, bytes, etag } of objects) hash.update(`\0${key}\0${bytes}\0${etag}`);
  return hash.digest('hex');
}
