import { type BucketAccess, openBucket } from '../../aws/store/bucket.ts';
import type { Period } from '../../domain/period.ts';
import { readBucketDeliveries } from './bucket-deliveries.ts';
import { parseAddress } from './bucket-locate.ts';

/** The newest delivery of an export in a bucket, by its listing and manifest. */
interface Delivered {
  readonly period: Period;
  readonly files: number;
  /** when its newest file was written, in milliseconds since 1970 */
  readonly written: number;
  /** `null` = there is no manifest, or it does not name them */
  readonly columns: readonly string[] | null;
}

/**
 * Reads no data file.
 * @param address of the export itself, such as s3://bucket/prefix/export
 * @returns `null` = nothing was delivered yet
 * @throws OperatingError of a delivery that cannot be read, OPTION_INVALID, and those of `askingAws`
 */
export async function newestDelivered(address: string, access: BucketAccess, now: number): Promise<Delivered | null> {
  const { bucket: name, prefix } = parseAddress(address);
  const bucket = await openBucket(name, access);
  try {
    const outcomes = await readBucketDeliveries(bucket, prefix === '' ? '' : `${prefix}/`, now);
    const newest = outcomes.at(-1);
    if (newest === undefined) return null;
    if ('error' in newest) throw newest.error;
    const { period, files, listedBy } = newest.delivery;
    const key = listedBy?.slice(`s3://${name}/`.length) ?? null;
    const manifest = key === null ? undefined : (await bucket.list(key)).find((object) => object.key === key);
    return {
      period,
      files: files.length,
      written: Math.max(...files.map(({ modified }) => modified)),
      columns: manifest === undefined ? null : columnsOf(await bucket.content(manifest)),
    };
  } finally {
    bucket.close();
  }
}

/** `columns` of a manifest: names, or objects that have one. */
function columnsOf(content: Buffer): string[] | null {
  const { columns } = JSON.parse(content.toString('utf8').replace(/^\uFEFF/, '')) as { columns?: unknown };
  if (!Array.isArray(columns)) return null;
  const names = columns.map((column: unknown) => {
    const name = typeof column === 'object' && column !== null && 'name' in column ? column.name : column;
    return typeof name === 'string' ? name : null;
  });
  return names.includes(null) ? null : (names as string[]);
}
