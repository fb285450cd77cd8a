import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import { CONFIG_FILE, PEOPLE_FILE } from './own-files.ts';

/** What decides every byte of a sample. */
export interface SampleParameters {
  readonly seed: number;
  readonly lines: number;
  readonly months: number;
  readonly lastMonth: string;
  readonly callers: number;
  readonly sessions: number;
  readonly truth: boolean;
}

/** Written before anything else and again at the end: by this file a folder is known as a sample, whole or cut off. */
const MARK = 'sample.json';
const MARK_IN_THE_MAKING = `${MARK}.tmp`;
const OURS = ['export', 'truth', CONFIG_FILE, PEOPLE_FILE] as const;

/**
 * Raise it when the same parameters give other lines, as a DuckDB with another `hash` would: samples of earlier versions
 * are then written anew.
 */
const GENERATOR = 2;

interface Mark {
  readonly madeBy: 'bursar demo';
  readonly generator: number;
  readonly complete: boolean;
  readonly parameters: SampleParameters;
}

/**
 * Takes a folder for a sample. An earlier sample there is kept when it is whole and has the same parameters, and is
 * removed otherwise; what else lies beside it is left alone.
 * @returns whether the sample still has to be written
 * @throws OperatingError FOLDER_TAKEN when the folder holds something, but no sample
 */
export async function claimFolder(dir: string, parameters: SampleParameters): Promise<'write' | 'keep'> {
  const mark = await readMark(dir);
  if (mark?.complete && same(mark, parameters)) return 'keep';
  await mkdir(dir, { recursive: true });
  await writeMark(dir, parameters, false);
  for (const name of OURS) await rm(join(dir, name), { recursive: true, force: true });
  return 'write';
}

/** Says that the sample in the folder is whole. */
export async function completeFolder(dir: string, parameters: SampleParameters): Promise<void> {
  await writeMark(dir, parameters, true);
}

function same({ generator, parameters: earlier }: Mark, wanted: SampleParameters): boolean {
  const names = Object.keys(wanted) as (keyof SampleParameters)[];
  return generator === GENERATOR && names.every((name) => earlier?.[name] === wanted[name]);
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

async function writeMark(dir: string, parameters: SampleParameters, complete: boolean): Promise<void> {
  const mark: Mark = { madeBy: 'bursar demo', generator: GENERATOR, complete, parameters };
  await writeFile(join(dir, MARK_IN_THE_MAKING), `${JSON.stringify(mark, null, 2)}\n`);
  await rename(join(dir, MARK_IN_THE_MAKING), join(dir, MARK));
}

/** The code of an error of the file system; `undefined` of any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
