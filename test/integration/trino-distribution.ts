import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keptFolder } from './kept-folder.ts';
import { runCommand } from './run-command.ts';

/** The newest that Maven Central has as one archive. */
export const TRINO_VERSION = '476';

const PLUGINS = ['hive', 'memory', 'password-authenticators'];
const INSTALL_MAVEN = 'install Maven, which fetches Trino (Debian: apt-get install maven; macOS: brew install maven)';
const INSTALL_TAR = 'install tar and gzip, which unpack Trino';

/** The folder of an unpacked Trino. The first call on a machine fetches it, some 800 MB. */
export function unpackedTrino(): Promise<string> {
  return keptFolder(`trino-${TRINO_VERSION}`, unpack);
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
