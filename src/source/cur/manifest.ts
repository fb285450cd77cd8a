import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { OperatingError } from '../../domain/errors.ts';
import type { Period } from '../../domain/period.ts';
import type { DataFile, Delivery, DeliveryOutcome } from './export.ts';
import { type ExportFolder, listPartitions } from './locate.ts';

export const DATA_FILE = /\.(parquet|csv|csv\.gz|csv\.zip)$/i;

/**
 * The newest delivery of every billing period, oldest period first. Looks at names, manifests and sizes; reads no data.
 *
 * The manifest is the commit marker: AWS writes it after all data files (facts: dataexports-export-delivery), and after
 * an overwrite with fewer parts only it tells which files count.
 */
export async function listDeliveries(of: ExportFolder): Promise<DeliveryOutcome[]> {
  const [data, metadata] = [await listPartitions(of, 'data'), await listPartitions(of, 'metadata')];
  const outcomes: DeliveryOutcome[] = [];
  for (const period of [...new Set([...data.keys(), ...metadata.keys()])].sort()) {
    try {
      outcomes.push({ kind: 'delivery', delivery: await readDelivery(of, period, data, metadata) });
    } catch (error) {
      outcomes.push({ kind: 'failed', period, error: explained(error, period) });
    }
  }
  return outcomes;
}

/** @throws OperatingError CUR_FILES_CHANGED when a file is not as it was listed */
export async function checkUnchanged({ period, files }: Delivery): Promise<void> {
  for (const { path, bytes, modified } of files) {
    const now = await stat(path).catch(() => null);
    if (now === null || now.size !== bytes || Math.trunc(now.mtimeMs) !== modified) {
      throw new OperatingError('CUR_FILES_CHANGED', `${period}: ${path} changed while it was read`);
    }
  }
}

function explained(error: unknown, period: Period): OperatingError {
  if (error instanceof OperatingError) return error;
  if (!(error instanceof Error) || !('code' in error)) throw error;
  return new OperatingError('CUR_FILE_UNREADABLE', `${period}: ${error.message}`, {
    hint: 'Check the permissions of the export folder and that nothing in it is a broken link.',
    cause: error,
  });
}

type Partitions = ReadonlyMap<Period, readonly string[]>;

async function readDelivery(
  of: ExportFolder,
  period: Period,
  data: Partitions,
  metadata: Partitions,
): Promise<Delivery> {
  const dataFolder = onlyFolder(period, data.get(period)) ?? join(of.path, 'data', `BILLING_PERIOD=${period}`);
  const metadataFolder = onlyFolder(period, metadata.get(period));
  const manifest = metadataFolder === null ? null : await newestManifest(metadataFolder);
  const content = manifest === null ? null : await readFile(manifest);
  const listed = content === null || manifest === null ? null : parseManifest(manifest, content);
  const paths =
    listed === null || manifest === null
      ? await newestFiles(dataFolder)
      : listed.map((entry) => localPath(of, dataFolder, manifest, entry));
  if (paths.length === 0) {
    const where = listed === null ? dataFolder : manifest;
    throw new OperatingError('CUR_FILE_MISSING', `${period}: ${where} names no data file (Parquet or CSV)`);
  }
  const files = new Map<string, DataFile>();
  // A file that is listed twice, or lies there under two names, was delivered once.
  for (const path of paths) files.set(...(await dataFile(path, period, listed === null ? null : manifest)));
  return {
    period,
    files: [...files.values()],
    listedBy: listed === null ? null : manifest,
    fingerprint: fingerprint(content, [...files.values()]),
  };
}

function onlyFolder(period: Period, folders: readonly string[] = []): string | null {
  if (folders.length > 1) {
    throw new OperatingError('CUR_SEVERAL_EXPORTS', `${period} has more than one folder: ${folders.join(', ')}`, {
      hint: 'Remove the copy that AWS did not deliver: it writes BILLING_PERIOD in capitals.',
    });
  }
  return folders[0] ?? null;
}

/** With "create new" every execution has a folder and a manifest of its own: the newest is the whole month. */
async function newestManifest(folder: string): Promise<string | null> {
  const names = await readdir(folder, { recursive: true });
  return newest(
    folder,
    names.filter((name) => /manifest\.json$/i.test(name)).map((name) => join(folder, name)),
  );
}

/** Without a list: the files of the newest execution, or of the folder itself where there are no executions. */
async function newestFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const files = names
    // Names that begin with a dot or an underscore are not AWS's: other systems' side files.
    .filter((entry) => DATA_FILE.test(entry.name) && !/^[._]/.test(entry.name) && !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const newestFile = await newest(folder, files);
  return newestFile === null ? [] : files.filter((file) => dirname(file) === dirname(newestFile));
}

/** The newest of some paths below a folder: see {@link newestOf}. */
async function newest(folder: string, paths: readonly string[]): Promise<string | null> {
  const found = await Promise.all(
    paths.map(async (path) => ({ path, name: relative(folder, path), modified: (await stat(path)).mtimeMs })),
  );
  return newestOf(found)?.path ?? null;
}

/**
 * The newest of some files: by the timestamp that AWS writes into the names of execution folders where all have one, since
 * a copy may have lost the times of the files; else by the time of the file.
 */
export function newestOf<T extends { readonly name: string; readonly modified: number }>(
  files: readonly T[],
): T | null {
  const stamps = files.map(({ name }) => /\d{4}-?\d{2}-?\d{2}T[\d:.-]+Z?/.exec(name)?.[0] ?? null);
  const byName = stamps.every((stamp) => stamp !== null);
  const dated = files.map((file, index) => ({ file, stamp: byName ? (stamps[index] ?? '') : '' }));
  dated.sort(
    (a, b) =>
      b.stamp.localeCompare(a.stamp) || b.file.modified - a.file.modified || a.file.name.localeCompare(b.file.name),
  );
  return dated[0]?.file ?? null;
}

/**
 * The data files a manifest lists, as it spells them; `null` when it has no list.
 * Seen in the wild: `dataFiles` or `reportKeys`; keys, s3:// URIs, or objects that hold one of them.
 */
export function parseManifest(path: string, content: Buffer): string[] | null {
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

/** A manifest may list what no file can be called. */
const CANNOT_BE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

/** A file under its real path. */
async function dataFile(path: string, period: Period, manifest: string | null): Promise<[string, DataFile]> {
  try {
    const real = await realpath(path);
    const { size, mtimeMs } = await stat(real);
    return [real, { path, bytes: size, modified: Math.trunc(mtimeMs) }];
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!CANNOT_BE.includes(code ?? '')) throw cause;
    const listed = manifest === null ? '' : `is listed in ${manifest} but `;
    throw new OperatingError('CUR_FILE_MISSING', `${period}: ${path} ${listed}is not there`, { cause });
  }
}

function fingerprint(manifest: Buffer | null, files: readonly DataFile[]): string {
  const hash = createHash('sha256');
  hash.update(manifest ?? 'no manifest');
  for (const file of files) hash.update(`\0${file.path}\0${file.bytes}\0${file.modified}`);
  return hash.digest('hex');
}
