import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import type { Context } from './context.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const BUILT = join(REPOSITORY, 'build/page');

/** What the page is made of, besides packages. */
const SOURCES = ['src/dashboard', 'src/domain', 'vite.config.ts', 'package.json'];

/**
 * The folder of the built page. In a checkout it is built when it is older than its sources: it takes some seconds.
 * @throws OperatingError PAGE_NOT_BUILT
 */
export async function builtPage({ stderr }: Pick<Context, 'stderr'>): Promise<string> {
  const index = join(BUILT, 'index.html');
  const built = existsSync(index) ? statSync(index).mtimeMs : null;
  if (built !== null && built >= newest()) return BUILT;
  const vite = join(REPOSITORY, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite)) {
    // An installed package has no tool to build with, nor sources that change.
    if (built !== null) return BUILT;
    throw new OperatingError('PAGE_NOT_BUILT', `there is no ${index}, and no vite to build it with`);
  }
  stderr.write('Building the page, which takes some seconds …\n');
  // In a process of its own: what it loads would stay in the server's memory.
  const build = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new OperatingError('PAGE_NOT_BUILT', `vite could not build the page (exit code ${code})`);
  return BUILT;
}

function newest(): number {
  const times = SOURCES.map((name) => join(REPOSITORY, name))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
        : [path],
    )
    .map((path) => statSync(path).mtimeMs);
  return Math.max(...times);
}
