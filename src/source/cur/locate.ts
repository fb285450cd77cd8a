import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperatingError } from '../../domain/errors.ts';
import { isPeriod, type Period } from '../../domain/period.ts';

/** A CUR 2.0 export on disk: the folder that AWS calls `PREFIX/EXPORT`. */
export interface ExportFolder {
  readonly path: string;
  readonly name: string;
}

/** How far below the given folder an export is looked for: bucket, a few prefixes, export. */
export const MAX_DEPTH = 6;
/** A folder that holds more than this is not the copy of a bucket prefix, and the search is not worth its time. */
const MAX_FOLDERS = 5_000;

export const PARTITION = /^BILLING_PERIOD=(\d{4}-\d{2})$/i;

/**
 * Finds the export in `folder`, below it, or above it when the user stands in data/ or metadata/.
 * @throws OperatingError CUR_FOLDER_MISSING, CUR_SEVERAL_EXPORTS
 */
export async function locateExport(folder: string): Promise<ExportFolder> {
  const start = await realpath(folder).catch((cause: unknown) => {
    throw new OperatingError('CUR_FOLDER_MISSING', `${folder} does not exist or cannot be opened`, { cause });
  });
  const parent = dirname(start);
  const candidates = [start, ...(/^(data|metadata)$/.test(basename(start)) ? [parent] : [])];
  for (const path of candidates) if (await isExport(path)) return { path, name: basename(path) };
  const found = await searchBelow(start);
  const [only] = found;
  if (only === undefined) {
    throw new OperatingError(
      'CUR_FOLDER_MISSING',
      `${folder} holds no CUR 2.0 export (no data/BILLING_PERIOD=YYYY-MM/ in or below it)`,
    );
  }
  if (found.length > 1) {
    const list = found.slice(0, 10).join('\n  ');
    throw new OperatingError('CUR_SEVERAL_EXPORTS', `${folder} holds ${found.length} exports:\n  ${list}`);
  }
  return { path: only, name: basename(only) };
}

/** The folders data/BILLING_PERIOD=YYYY-MM (or metadata/…) of an export by period: one each, unless a copy went wrong. */
export async function listPartitions(of: ExportFolder, kind: 'data' | 'metadata'): Promise<Map<Period, string[]>> {
  const root = join(of.path, kind);
  const found = new Map<Period, string[]>();
  for (const name of (await folders(root)).sort()) {
    const period = PARTITION.exec(name)?.[1];
    if (period !== undefined && isPeriod(period)) found.set(period, [...(found.get(period) ?? []), join(root, name)]);
  }
  return found;
}

async function searchBelow(start: string): Promise<string[]> {
  const found = new Set<string>();
  let visited = 0;
  let level = [start];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const path of level) {
      if (++visited > MAX_FOLDERS) {
        throw new OperatingError(
          'CUR_FOLDER_MISSING',
          `${start} holds more than ${MAX_FOLDERS} folders: no place to search for an export`,
        );
      }
      // What may not be looked into cannot be the export that was meant.
      for (const name of await folders(path).catch(() => [])) {
        const child = join(path, name);
        if (await isExport(child).catch(() => false)) found.add(await realpath(child));
        else next.push(child);
      }
    }
    level = next;
  }
  return [...found].sort();
}

async function isExport(path: string): Promise<boolean> {
  return (await folders(join(path, 'data'))).some((name) => isPeriod(PARTITION.exec(name)?.[1] ?? ''));
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // Not there is an answer; not allowed to look is none, unless it lies beside the way.
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    // A bucket is often mounted or linked into place.
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await isDirectory(join(path, entry.name))));
    if (isFolder) names.push(entry.name);
  }
  return names;
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );
}
