import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA } from './folders.ts';

const LOCK = join(DATA, 'bench.lock');

/**
 * Runs `action` as the only bench: two would delete each other's ledgers and measure each other.
 * @throws Error when another one runs
 */
export async function alone<T>(action: () => Promise<T>): Promise<T> {
  await mkdir(DATA, { recursive: true });
  if (isAlive(Number(await readFile(LOCK, 'utf8').catch(() => '')))) throw new Error('another bench is running here');
  await rm(LOCK, { force: true });
  await writeFile(LOCK, String(process.pid), { flag: 'wx' });
  try {
    return await action();
  } finally {
    await rm(LOCK, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
