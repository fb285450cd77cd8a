import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** The newest that Maven Central has as one archive. */
export const TRINO_VERSION = '476';

const PLUGINS = ['hive', 'memory', 'password-authenticators'];
const INSTALL_MAVEN = 'install Maven, which fetches Trino (Debian: apt-get install maven; macOS: brew install maven)';
const INSTALL_TAR = 'install tar and gzip, which unpack Trino';
const ABANDONED_AFTER = 3_600_000;

/** The folder of an unpacked Trino. The first call on a machine fetches it, some 800 MB. */
export async function unpackedTrino(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bursar-test');
  const home = join(cache, `trino-${TRINO_VERSION}`);
  if (existsSync(home)) return home;
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  const partial = mkdtempSync(`${home}.partial-`);
  try {
    publish(await unpack(partial), home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return home;
}

async function unpack(folder: string): Promise<string> {
  const artifact = `io.trino:trino-server:${TRINO_VERSION}:tar.gz`;
  const fetch = ['-B', '-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
  await runCommand('mvn', fetch, folder, INSTALL_MAVEN);
  // All of it, as the archive hard links files between plugins; what is not needed goes after.
  await runCommand('tar', ['-xzf', `trino-server-${TRINO_VERSION}.tar.gz`], folder, INSTALL_TAR);
  const unpacked = join(folder, `trino-server-${TRINO_VERSION}`);
  for (const plugin of readdirSync(join(unpacked, 'plugin'))) {
    if (!PLUGINS.includes(plugin)) rmSync(join(unpacked, 'plugin', plugin), { recursive: true });
  }
  return unpacked;
}

/** One rename, so that what lies at `home` is whole. When another run was faster, its copy stays. */
function publish(unpacked: string, home: string): void {
  try {
    renameSync(unpacked, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  }
}

/** What runs left behind that were killed while they unpacked. */
function removeAbandoned(cache: string): void {
  for (const name of readdirSync(cache).filter((name) => name.includes('.partial-'))) {
    const folder = join(cache, name);
    const { mtimeMs = Date.now() } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > ABANDONED_AFTER) rmSync(folder, { recursive: true, force: true });
  }
}
