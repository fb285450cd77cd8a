import { randomUUID } from 'node:crypto';
import { link, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';

/**
 * Puts the text in the place of the file in one step; a reader sees the old one or the new one.
 * @param before what the file held when the text was made; `null` = there was none
 * @throws OperatingError PEOPLE_FILE_CHANGED, FOLDER_NOT_WRITABLE
 */
export async function replaceFile(path: string, before: Buffer | null, text: string): Promise<void> {
  try {
    await replace(path, before, text);
  } catch (error) {
    throw failure(error, path);
  }
}

async function replace(path: string, before: Buffer | null, text: string): Promise<void> {
  // A link stays one.
  const target = before === null ? path : await realpath(path);
  const beside = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  try {
    await writeWhole(beside, text, before === null ? null : (await stat(target)).mode);
    if (before === null) await link(beside, target);
    else if (before.equals(await readFile(target))) await rename(beside, target);
    else throw changed(path);
  } finally {
    await rm(beside, { force: true });
  }
}

async function writeWhole(path: string, text: string, mode: number | null): Promise<void> {
  const file = await open(path, 'wx');
  try {
    if (mode !== null) await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function failure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof OperatingError) return error;
  // Since it was read, somebody has made it or taken it away.
  if (error.code === 'EEXIST' || ('path' in error && error.path === path && error.code === 'ENOENT'))
    return changed(path);
  return new OperatingError('FOLDER_NOT_WRITABLE', `${path} cannot be written: ${error.message}`, { cause: error });
}

function changed(path: string): OperatingError {
  return new OperatingError('PEOPLE_FILE_CHANGED', `${path} was changed while it was imported; it stays as it is`);
}
