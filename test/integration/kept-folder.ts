import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const ABANDONED_AFTER = 3_600_000;

/**
 * A folder that is made once on a machine, in the user's cache, and then kept.
 * @param make fills the folder it is given and returns which part of it to keep
 */
export async function keptFolder(name: string, make: (folder: string) => Promise<string>): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bursar-test');
  const home = join(cache, name);
  if (existsSync(home)) return home;
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  const partial = mkdtempSync(`${home}.partial-`);
  try {
    publish(await make(partial), home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return home;
}

/** One rename, so that what lies at `home` is whole. When another run was faster, its copy stays. */
function publish(made: string, home: string): void {
  try {
    renameSync(made, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  }
}

/** What runs left behind that were killed while they made it. */
function removeAbandoned(cache: string): void {
  for (const name of readdirSync(cache).filter((name) => name.includes('.partial-'))) {
    const folder = join(cache, name);
    const { mtimeMs = Date.now() } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > ABANDONED_AFTER) rmSync(folder, { recursive: true, force: true });
  }
}
