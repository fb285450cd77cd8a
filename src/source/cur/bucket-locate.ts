import type { Bucket } from '../../aws/store/bucket.ts';
import { OperatingError } from '../../domain/errors.ts';
import { isPeriod } from '../../domain/period.ts';
import { MAX_DEPTH, PARTITION } from './locate.ts';

/** Each is a request that costs time and a little money: who has more folders than this names the export. */
const MAX_FOLDERS = 500;

export interface BucketAddress {
  readonly bucket: string;
  /** without slashes at its ends; may be empty */
  readonly prefix: string;
}

/**
 * `s3://bucket/prefix/export` in its parts.
 * @throws OperatingError OPTION_INVALID
 */
export function parseAddress(address: string): BucketAddress {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(address) ?? [];
  if (!/^[a-z0-9][a-z0-9._-]{1,254}$/i.test(bucket)) {
    throw new OperatingError('OPTION_INVALID', `${address} names no S3 bucket`, {
      hint: 'Write s3://bucket/prefix/export, as the S3 console shows it under "Copy S3 URI".',
    });
  }
  return { bucket, prefix: path.replace(/^\/+|\/+$/g, '') };
}

/**
 * The prefix of the export at, above or below the prefix given: as in a folder of this machine.
 * @returns with a slash at its end, unless the export is the bucket itself
 * @throws OperatingError CUR_FOLDER_MISSING, CUR_SEVERAL_EXPORTS
 */
export async function locateInBucket(bucket: Bucket, prefix: string): Promise<string> {
  const start = prefix === '' ? '' : `${prefix}/`;
  const above = /^(.*\/|)(?:data|metadata)\/$/i.exec(start)?.[1];
  for (const root of above === undefined ? [start] : [start, above]) if (await isExport(bucket, root)) return root;
  const found = await searchBelow(bucket, start);
  const address = `s3://${bucket.name}/${prefix}`;
  const [only] = found;
  if (only === undefined) {
    throw new OperatingError(
      'CUR_FOLDER_MISSING',
      `${address} holds no CUR 2.0 export (no data/BILLING_PERIOD=YYYY-MM/ in or below it)`,
      { hint: 'Give the address that the export has in the console of AWS Data Exports: s3://bucket/prefix/export.' },
    );
  }
  if (found.length > 1) {
    const list = found.slice(0, 10).map((root) => `s3://${bucket.name}/${root.slice(0, -1)}`);
    throw new OperatingError(
      'CUR_SEVERAL_EXPORTS',
      `${address} holds ${found.length} exports:\n  ${list.join('\n  ')}`,
    );
  }
  return only;
}

async function searchBelow(bucket: Bucket, start: string): Promise<string[]> {
  const found: string[] = [];
  let visited = 0;
  let level = [start];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const root of level) {
      for (const name of await bucket.folders(root)) {
        if (++visited > MAX_FOLDERS) {
          throw new OperatingError(
            'CUR_FOLDER_MISSING',
            `s3://${bucket.name}/${start} holds more than ${MAX_FOLDERS} folders: no place to search for an export`,
            { hint: 'Give the address of the export itself: s3://bucket/prefix/export.' },
          );
        }
        const child = `${root}${name}/`;
        if (await isExport(bucket, child)) found.push(child);
        else next.push(child);
      }
    }
    level = next;
  }
  return found.sort();
}

async function isExport(bucket: Bucket, root: string): Promise<boolean> {
  return (await bucket.folders(`${root}data/`)).some((name) => isPeriod(PARTITION.exec(name)?.[1] ?? ''));
}
