import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import { EngineError } from '../engine/engine.ts';
import { CONFIG_FILE, PEOPLE_FILE } from './own-files.ts';
import type { SampleParameters } from './parameters.ts';

/** Written before anything else and again at the end: by this file a folder is known as a sample, whole or cut off. */
const MARK = 'sample.json';
const MARK_IN_THE_MAKING = `${MARK}.tmp`;
const OURS = ['export', 'truth', CONFIG_FILE, PEOPLE_FILE] as const;

/**
 * Raise it when the same parameters give other lines, as a DuckDB with another `hash` would: samples of earlier versions
 * are then written anew.
 */
const GENERATOR = 3;

/** What is in a sample's folder. */
export interface SampleState {
  readonly parameters: SampleParameters;
  /** period -> how often it was delivered after the first time */
  readonly deliveries: Readonly<Record<string, number>>;
}

interface Mark extends SampleState {
  readonly madeBy: 'bursar demo';
  readonly generator: number;
  readonly complete: boolean;
}

/**
 * Takes a folder for a sample. An earlier sample there is kept when it is whole, has the same parameters and was delivered
 * once, and is removed otherwise; what else lies beside it is left alone.
 * @returns whether the sample still has to be written
 * @throws OperatingError FOLDER_TAKEN when the folder holds something, but no sample
 */
export async function claimFolder(dir: string, parameters: SampleParameters): Promise<'write' | 'keep'> {
  const mark = await readMark(dir);
  if (mark !== null && isWhole(mark) && isFresh(mark, parameters)) return 'keep';
  await mkdir(dir, { recursive: true });
  await markInTheMaking(dir, { parameters, deliveries: {} });
  for (const name of OURS) await rm(join(dir, name), { recursive: true, force: true });
  return 'write';
}

/**
 * What the folder holds.
 * @throws OperatingError FOLDER_TAKEN when that is no sample, or none that is whole
 */
export async function readSample(dir: string): Promise<SampleState> {
  const mark = await readMark(dir);
  if (mark === null || !isWhole(mark)) {
    throw new OperatingError('FOLDER_TAKEN', `${dir} holds no whole sample organisation of this version of Bursar`);
  }
  return mark;
}

/** Says that the sample in the folder is whole, or that it is not. */
export const markWhole = (dir: string, state: SampleState): Promise<void> => writeMark(dir, state, true);
export const markInTheMaking = (dir: string, state: SampleState): Promise<void> => writeMark(dir, state, false);

function isWhole({ generator, complete }: Mark): boolean {
  return complete && generator === GENERATOR;
}

function isFresh({ parameters: earlier, deliveries = {} }: Partial<Mark>, wanted: SampleParameters): boolean {
  const names = Object.keys(wanted) as (keyof SampleParameters)[];
  return Object.keys(deliveries).length === 0 && names.every((name) => earlier?.[name] === wanted[name]);
}

/** `null` where the folder is missing or empty. */
async function readMark(dir: string): Promise<Mark | null> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === 'ENOTDIR') throw new OperatingError('FOLDER_TAKEN', `${dir} is no folder`);
    throw error;
  }
  if (names.every((name) => name === MARK_IN_THE_MAKING)) return null;
  const mark = names.includes(MARK) ? parsed(await readFile(join(dir, MARK), 'utf8')) : undefined;
  if (mark?.madeBy !== 'bursar demo') {
    throw new OperatingError('FOLDER_TAKEN', `${dir} holds something that is no sample organisation of Bursar`);
  }
  return mark;
}

function parsed(text: string): Mark | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as Mark | undefined;
  } catch {
    return undefined;
  }
}

async function writeMark(dir: string, { parameters, deliveries }: SampleState, complete: boolean): Promise<void> {
  const mark: Mark = { madeBy: 'bursar demo', generator: GENERATOR, complete, parameters, deliveries };
  await writeFile(join(dir, MARK_IN_THE_MAKING), `${JSON.stringify(mark, null, 2)}\n`);
  await rename(join(dir, MARK_IN_THE_MAKING), join(dir, MARK));
}

const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/**
 * Runs what writes into the folder.
 * @throws OperatingError FOLDER_NOT_WRITABLE where the file system refuses it
 */
export async function withFolderErrors<T>(dir: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const unwritable =
      NOT_WRITABLE.has(codeOf(error) ?? '') || (error instanceof EngineError && /^IO Error/.test(error.message));
    if (!unwritable || !(error instanceof Error)) throw error;
    throw new OperatingError('FOLDER_NOT_WRITABLE', `${dir} cannot be written: ${error.message}`, { cause: error });
  }
}

/** The code of an error of the file system; `undefined` of any other error. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
