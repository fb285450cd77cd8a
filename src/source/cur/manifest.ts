import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { OperatingError } from '../../domain/errors.ts';
import type { Period } from '../../domain/period.ts';
import { type ExportFolder, listPartitions } from './locate.ts';

export interface DataFile {
  readonly path: string;
  readonly bytes: number;
  /** whole milliseconds since 1970, as the file system says */
  readonly modified: number;
}

/** What AWS delivered for one billing period: exactly the files that make it up. */
export interface Delivery {
  readonly period: Period;
  readonly files: readonly DataFile[];
  /** the manifest that lists the files; `null` when there is none and the folder was listed instead */
  readonly manifest: string | null;
  /** equal exactly when nothing was delivered or copied since */
  readonly fingerprint: string;
}

/** One period's delivery, or why it cannot be read: one bad month must not hide the others. */
export type DeliveryOutcome =
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'failed'; readonly period: Period; readonly error: OperatingError };

const DATA_FILE = /\.parquet$/i;

/**
 * The newest delivery of every billing period, oldest period first. Looks at names, manifests and sizes; reads no data.
 *
 * The manifest is the commit marker: AWS writes it after all data files (facts: dataexports-export-delivery), and after
 * an overwrite with fewer parts only it tells which files count.
 */
export async function listDeliveries(of: ExportFolder): Promise<DeliveryOutcome[]> {
  const manifests = await listPartitions(of, 'metadata');
  const outcomes: DeliveryOutcome[] = [];
  for (const [period, folder] of await listPartitions(of, 'data')) {
    try {
      outcomes.push({ kind: 'delivery', delivery: await readDelivery(of, period, folder, manifests.get(period)) });
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      outcomes.push({ kind: 'failed', period, error });
    }
  }
  return outcomes;
}

async function readDelivery(
  of: ExportFolder,
  period: Period,
  dataFolder: string,
  metadataFolder: string | undefined,
): Promise<Delivery> {
  const manifest = metadataFolder === undefined ? null : await newestManifest(metadataFolder);
  const content = manifest === null ? null : await readFile(manifest);
  const listed = content === null || manifest === null ? null : parseManifest(manifest, content);
  const paths =
    listed === null || manifest === null
      ? await listDataFiles(dataFolder)
      : // A file that is listed twice is delivered once.
        [...new Set(listed.map((entry) => localPath(of, dataFolder, manifest, entry)))];
  if (paths.length === 0) {
    const where = manifest ?? dataFolder;
    throw new OperatingError('CUR_FILE_MISSING', `${period}: ${where} names no Parquet data file`);
  }
  const files = await Promise.all(paths.map((path) => dataFile(path, period, manifest)));
  return { period, files, manifest: listed === null ? null : manifest, fingerprint: fingerprint(content, files) };
}

/** With "create new" every execution has a folder and a manifest of its own: the newest is the whole month. */
async function newestManifest(folder: string): Promise<string | null> {
  const names = await readdir(folder, { recursive: true });
  const found = names.filter((name) => /manifest\.json$/i.test(name)).map((name) => join(folder, name));
  const dated = await Promise.all(found.map(async (path) => ({ path, modified: (await stat(path)).mtimeMs })));
  // Execution folders that carry a timestamp sort by name; a copy may have lost the times of the files.
  const key = (path: string): string => /\d{4}-?\d{2}-?\d{2}T[\d:.-]+Z?/.exec(relative(folder, path))?.[0] ?? '';
  dated.sort(
    (a, b) => key(b.path).localeCompare(key(a.path)) || b.modified - a.modified || a.path.localeCompare(b.path),
  );
  return dated[0]?.path ?? null;
}

/**
 * The data files a manifest lists, as it spells them; `null` when it has no list.
 * Seen in the wild: `dataFiles` or `reportKeys`; keys, s3:// URIs, or objects that hold one of them.
 */
function parseManifest(path: string, content: Buffer): string[] | null {
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new OperatingError('CUR_MANIFEST_UNREADABLE', `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new OperatingError('CUR_MANIFEST_UNREADABLE', `${path} holds no JSON object`);
  }
  const fields = json as Record<string, unknown>;
  const list = fields.dataFiles ?? fields.reportKeys;
  if (list === undefined || list === null) return null;
  const entries = Array.isArray(list) ? list.map(fileName) : [null];
  if (entries.includes(null)) {
    throw new OperatingError(
      'CUR_MANIFEST_UNREADABLE',
      `${path} lists its data files in a form that Bursar does not know`,
    );
  }
  return entries as string[];
}

function fileName(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return null;
  const fields = entry as Record<string, unknown>;
  const name = ['key', 'path', 'filePath', 's3Uri', 'uri', 'name']
    .map((field) => fields[field])
    .find((v) => typeof v === 'string');
  return (name as string | undefined) ?? null;
}

/** A manifest names keys of the bucket; here they lie below the export's folder, in the period's partition. */
function localPath(of: ExportFolder, dataFolder: string, manifest: string, key: string): string {
  const insideExport = /(?:^|\/)data\/(BILLING_PERIOD=.+)$/i.exec(key)?.[1];
  const path = insideExport === undefined ? resolve(dataFolder, basename(key)) : resolve(of.path, 'data', insideExport);
  if (!path.startsWith(dataFolder + sep)) {
    throw new OperatingError(
      'CUR_MANIFEST_UNREADABLE',
      `${manifest} lists ${JSON.stringify(key)}, which lies outside ${dataFolder}`,
    );
  }
  return path;
}

async function listDataFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => DATA_FILE.test(name))
    .sort()
    .map((name) => join(folder, name));
}

async function dataFile(path: string, period: Period, manifest: string | null): Promise<DataFile> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, bytes: size, modified: Math.trunc(mtimeMs) };
  } catch (cause) {
    throw new OperatingError('CUR_FILE_MISSING', `${period}: ${path} is listed in ${manifest} but is not there`, {
      cause,
    });
  }
}

function fingerprint(manifest: Buffer | null, files: readonly DataFile[]): string {
  const hash = createHash('sha256');
  hash.update(manifest ?? 'no manifest');
  for (const file of files) hash.update(`\0${file.path}\0${file.bytes}\0${file.modified}`);
  return hash.digest('hex');
}
