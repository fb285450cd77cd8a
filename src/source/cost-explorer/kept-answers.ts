import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CostDay, CostQuestion } from '../../aws/read/cost-explorer.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type Day, daysBetween } from '../../domain/period.ts';

/** What Cost Explorer has answered so far, and was paid for. */
export interface KeptAnswer {
  readonly question: CostQuestion;
  /** when the first page came, ISO 8601 */
  readonly askedAt: string;
  readonly pages: number;
  /** asks the next page; `null` = the answer is complete */
  readonly next: string | null;
  readonly days: readonly CostDay[];
}

/** AWS's corrections of a month that is over come within about two weeks (facts: a closed month may change that long). */
const SETTLED_AFTER_DAYS = 15;

export function dayOf(instant: string): Day {
  return instant.slice(0, 10) as Day;
}

/** Whether the answer needs no asking: it is of today, or of a month that was final when it was asked for. */
export function isFresh({ question, askedAt, next, days }: KeptAnswer, today: Day): boolean {
  if (next !== null) return false;
  const asked = dayOf(askedAt);
  return asked === today || (!days.some(isEstimated) && daysBetween(question.to, asked) >= SETTLED_AFTER_DAYS);
}

function isEstimated({ estimated }: CostDay): boolean {
  return estimated;
}

/**
 * Answers in a folder, a file each: the newest complete one to a question, however many of its days were over then, and the
 * beginning of one whose later pages are missing.
 */
export class KeptAnswers {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The complete answer, maybe to the question's form of an earlier day, when fewer days were over; `null`: there is none. */
  async complete(question: CostQuestion): Promise<KeptAnswer | null> {
    return read(this.#file(question, ''));
  }

  /** The first pages of an answer to exactly this question. */
  async begun(question: CostQuestion): Promise<KeptAnswer | null> {
    const found = await read(this.#file(question, '.begun'));
    return found?.question.to === question.to ? found : null;
  }

  /** @throws OperatingError FOLDER_NOT_WRITABLE */
  async keep(answer: KeptAnswer): Promise<void> {
    const begun = this.#file(answer.question, '.begun');
    const path = answer.next === null ? this.#file(answer.question, '') : begun;
    await writeWhole(path, JSON.stringify(answer));
    if (answer.next === null) await rm(begun, { force: true });
  }

  async forgetBegun(question: CostQuestion): Promise<void> {
    await rm(this.#file(question, '.begun'), { force: true });
  }

  #file({ from, groupBy, only }: CostQuestion, kind: string): string {
    const hash = createHash('sha256')
      .update(JSON.stringify([groupBy, only]))
      .digest('hex');
    return join(this.#folder, `${from.slice(0, 7)}-${hash.slice(0, 12)}${kind}.json`);
  }
}

/** One that cannot be read is as good as none: it is asked for again. */
async function read(path: string): Promise<KeptAnswer | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptAnswer;
  } catch {
    return null;
  }
}

/**
 * Writes a file that is there as a whole or not at all; one that says the same already keeps its time.
 * @throws OperatingError FOLDER_NOT_WRITABLE
 */
export async function writeChanged(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) !== text) await writeWhole(path, text);
}

/**
 * Writes a file that is there as a whole or not at all.
 * @throws OperatingError FOLDER_NOT_WRITABLE
 */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (cause) {
    throw new OperatingError('FOLDER_NOT_WRITABLE', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}
