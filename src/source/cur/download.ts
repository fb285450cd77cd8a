import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Bucket, StoredObject } from '../../aws/store/bucket.ts';
import { isIntact } from '../../aws/store/seal.ts';
import { OperatingError } from '../../domain/errors.ts';
import { PartialFile, type Span } from './partial-file.ts';

/** An object and the path that it gets, which tells its ETag. */
export interface Wanted {
  readonly object: StoredObject;
  readonly path: string;
}

/** Large files come in pieces of this size, so that one file uses all connections. */
const PIECE = 16 * 1024 * 1024;
const CONNECTIONS = 6;
/** How often a connection may break without having brought anything. */
const BREAKS = 5;
const FIRST_PAUSE_MS = 200;
/** How often a whole file may arrive with the wrong checksum. */
const DAMAGES = 3;

/** What is still to be downloaded. */
export async function unfinished(wanted: readonly Wanted[]): Promise<Wanted[]> {
  const there = await Promise.all(wanted.map(({ path }) => stat(path).catch(() => null)));
  return wanted.filter(({ object }, index) => there[index]?.size !== object.bytes);
}

/** What the file will take on the disk beyond what an earlier run has taken. */
export async function sizeToCome({ object, path }: Wanted): Promise<number> {
  const partial = await stat(`${path}.part`).catch(() => null);
  return Math.max(0, object.bytes - (partial?.size ?? 0));
}

/** Makes the partial files of full size, or finds those of an earlier run. */
export async function openPartials(wanted: readonly Wanted[]): Promise<Map<Wanted, PartialFile>> {
  const opened = new Map<Wanted, PartialFile>();
  try {
    for (const each of wanted) opened.set(each, await PartialFile.open(each.path, each.object.bytes));
    return opened;
  } catch (error) {
    for (const partial of opened.values()) await partial.close();
    throw error;
  }
}

/**
 * Downloads what the partial files lack, checks each whole file against what S3 knows of it, and gives it its name. What
 * has arrived stays, whatever happens; the next run goes on from there.
 * @param onBytes told how many bytes have arrived; a negative number takes back what was damaged
 * @throws OperatingError OBJECT_CHANGED, DOWNLOAD_DAMAGED and those of `askingAws`
 */
export async function download(
  bucket: Bucket,
  partials: ReadonlyMap<Wanted, PartialFile>,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const files = [...partials].map(([{ object }, partial]) => ({ object, partial, left: 0, damages: 0 }));
  const stop = new AbortController();
  const work: Work = { bucket, signal: AbortSignal.any([signal, stop.signal]), onBytes, jobs: [] };
  for (const file of files) planJobs(file, work.jobs);
  let failed: { readonly error: unknown } | null = null;
  const connection = async (): Promise<void> => {
    for (let job = work.jobs.shift(); job !== undefined && failed === null; job = work.jobs.shift()) {
      try {
        await run(work, job);
      } catch (error) {
        // The others end at once, with errors that say nothing more.
        failed ??= { error };
        stop.abort();
      }
    }
  };
  // A damaged file puts its jobs back when the other connections may have gone home.
  while (work.jobs.length > 0 && failed === null) await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  for (const { partial } of files) await partial.close().catch(() => {});
  if (failed !== null) throw (failed as { readonly error: unknown }).error;
}

interface FileInWork {
  readonly object: StoredObject;
  readonly partial: PartialFile;
  /** jobs that are not done */
  left: number;
  damages: number;
}

interface Job {
  readonly file: FileInWork;
  readonly span: Span;
}

interface Work {
  readonly bucket: Bucket;
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
  readonly jobs: Job[];
}

/** A file that has all its bytes but was not checked has one job with nothing to fetch. */
function planJobs(file: FileInWork, jobs: Job[]): void {
  const spans = file.partial.missing();
  const planned: Span[] = spans.length === 0 ? [{ from: 0, to: 0 }] : [];
  for (const { from, to } of spans) {
    for (let at = from; at < to; at += PIECE) planned.push({ from: at, to: Math.min(at + PIECE, to) });
  }
  file.left = planned.length;
  jobs.push(...planned.map((span) => ({ file, span })));
}

async function run(work: Work, { file, span }: Job): Promise<void> {
  await fetchSpan(work, file, span);
  file.left--;
  if (file.left === 0) await checkAndName(work, file);
}

/** A connection that breaks goes on where it broke, as long as each try brings something. */
async function fetchSpan(
  { bucket, signal, onBytes }: Work,
  { object, partial }: FileInWork,
  span: Span,
): Promise<void> {
  let at = span.from;
  let breaks = 0;
  while (at < span.to) {
    const before = at;
    let cause: unknown = null;
    const count = (bytes: number): void => {
      at += bytes;
      onBytes(bytes);
    };
    try {
      await partial.write(at, bucket.read(object, at, span.to, signal), count);
    } catch (error) {
      if (!(error instanceof OperatingError) || error.code !== 'AWS_UNREACHABLE') throw error;
      cause = error;
    }
    if (at >= span.to) break;
    breaks = at > before ? 0 : breaks + 1;
    if (breaks > BREAKS) throw cause ?? endedEarly(bucket, object);
    await wait(FIRST_PAUSE_MS * 2 ** breaks, undefined, { signal });
  }
}

function endedEarly(bucket: Bucket, { key }: StoredObject): OperatingError {
  return new OperatingError('AWS_UNREACHABLE', `s3://${bucket.name}/${key} ended early, again and again`);
}

async function checkAndName(work: Work, file: FileInWork): Promise<void> {
  const { object, partial } = file;
  const seal = await work.bucket.seal(object);
  if (await isIntact(`${partial.path}.part`, seal)) return partial.finish();
  file.damages++;
  await partial.forget();
  work.onBytes(-object.bytes);
  if (file.damages >= DAMAGES) {
    const known = seal.kind === 'none' ? '' : ` (${seal.algorithm} ${seal.digest})`;
    throw new OperatingError(
      'DOWNLOAD_DAMAGED',
      `s3://${work.bucket.name}/${object.key} arrived ${DAMAGES} times with the wrong checksum${known}`,
    );
  }
  planJobs(file, work.jobs);
}
