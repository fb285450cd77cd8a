import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** No process writes one file, or reads one answer, for so long. */
const LEFT_AFTER_MS = 86_400_000;

/**
 * What is made beside its place and goes when it is done, so that only a kill leaves it: files that were to be renamed,
 * locks on their way, and the work folders of those who read.
 */
const PASSING = /\.tmp$|^ingest\.lock\..|^tmp-\d+$/;

/** Removes what killed processes left in the folder and in those below it, once it is a day old: it may be in the making. */
export async function removeLeftOvers(folder: string): Promise<void> {
  const left = Date.now() - LEFT_AFTER_MS;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (!PASSING.test(entry.name)) {
      if (entry.isDirectory()) await removeLeftOvers(path);
      continue;
    }
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    // What cannot be removed only takes room.
    if (mtimeMs < left) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
