import { dirname, join, relative } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import { EngineError, type FileEngine } from '../engine/engine.ts';
import { LAST_MONTH, sampleMonths } from './calendar.ts';
import { loadCast, makeCast } from './cast.ts';
import { deliverMonth, EXPORT_NAME } from './delivery.ts';
import { loadMonth } from './draw-tables.ts';
import { claimFolder, codeOf, completeFolder, type SampleParameters } from './folder.ts';
import { CONFIG_FILE, writeOwnFiles } from './own-files.ts';
import { planMonth } from './plan.ts';
import { addTruth, startTruth, writeSummary, writeTruth } from './truth.ts';

export const SAMPLE_DEFAULTS: SampleParameters = {
  seed: 1,
  lines: 60_000,
  months: 3,
  lastMonth: LAST_MONTH,
  callers: 60,
  sessions: 12,
  truth: true,
};

/** Inclusive. Fewer than 1,000 lines a month could not hold a line of each kind. */
export const SAMPLE_LIMITS = {
  seed: [0, Number.MAX_SAFE_INTEGER],
  lines: [1_000, 50_000_000],
  months: [1, 24],
  callers: [30, 50_000],
  sessions: [0, 2_000_000],
} as const;
const LEAST_LINES_A_MONTH = 1_000;

export interface SampleOptions extends Partial<SampleParameters> {
  /** an empty or new folder, or that of an earlier sample */
  readonly dir: string;
  /** opened with `keepOrder`, so that the same parameters give the same files */
  readonly engine: FileEngine;
  /** share done, 0 to 1, and what is being done */
  readonly onProgress?: (done: number, what: string) => void;
}

export interface Sample {
  /** the export's folder, as AWS lays it out: it holds data/ and metadata/ */
  readonly exportDir: string;
  /** rules and dimensions for this export; people.csv lies beside it */
  readonly configFile: string;
  /** usage/, days/ and bill/ (Parquet, a file a period), callers.parquet, and for people totals.csv and allocated.csv */
  readonly truthDir: string;
  /** oldest first */
  readonly periods: readonly string[];
  readonly lines: number;
  /** an earlier sample with the same parameters was there and is whole */
  readonly kept: boolean;
}

/**
 * Writes the CUR 2.0 export of an invented organisation, and beside it the truth about its Bedrock usage. The same
 * parameters give the same sample, whatever the day and the machine.
 * @throws OperatingError OPTION_INVALID, FOLDER_TAKEN, FOLDER_NOT_WRITABLE, ENGINE_OUT_OF_MEMORY
 */
export async function writeSampleOrganisation({ dir, engine, onProgress, ...given }: SampleOptions): Promise<Sample> {
  const parameters: SampleParameters = { ...SAMPLE_DEFAULTS, ...given };
  checkParameters(parameters);
  const months = sampleMonths(parameters.months, parameters.lastMonth);
  const sample = {
    exportDir: join(dir, 'export', EXPORT_NAME),
    configFile: join(dir, CONFIG_FILE),
    truthDir: join(dir, 'truth'),
    periods: months.map(({ period }) => period),
    lines: parameters.lines,
  };
  return withFolderErrors(dir, async () => {
    if ((await claimFolder(dir, parameters)) === 'keep') return { ...sample, kept: true };
    await writeMonths(engine, parameters, sample, onProgress ?? (() => {}));
    await completeFolder(dir, parameters);
    return { ...sample, kept: false };
  });
}

function checkParameters(parameters: SampleParameters): void {
  for (const name of Object.keys(SAMPLE_LIMITS) as (keyof typeof SAMPLE_LIMITS)[]) {
    const [least, most] = SAMPLE_LIMITS[name];
    const value = parameters[name];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new OperatingError(
        'OPTION_INVALID',
        `${name} is ${value}: it must be a whole number from ${least} to ${most}`,
      );
    }
  }
  const { lines, months } = parameters;
  if (lines < months * LEAST_LINES_A_MONTH) {
    throw new OperatingError(
      'OPTION_INVALID',
      `${lines} lines are too few for ${months} months: each needs ${LEAST_LINES_A_MONTH}`,
    );
  }
}

async function writeMonths(
  engine: FileEngine,
  parameters: SampleParameters,
  sample: Omit<Sample, 'kept'>,
  onProgress: (done: number, what: string) => void,
): Promise<void> {
  const months = sampleMonths(parameters.months, parameters.lastMonth);
  const cast = makeCast(parameters.callers, parameters.sessions);
  try {
    await loadCast(engine, cast);
    await writeOwnFiles(dirname(sample.configFile), [relative(dirname(sample.configFile), sample.exportDir)], cast);
    let before = 0;
    for (const [index, month] of months.entries()) {
      const lines = Math.floor(((index + 1) * parameters.lines) / months.length) - before;
      const report = (written: number): void => onProgress((before + written) / parameters.lines, month.period);
      report(0);
      const plan = planMonth(month, months.length, cast, lines, parameters.seed);
      await loadMonth(engine, plan);
      if (parameters.truth) await startTruth(engine);
      await deliverMonth(engine, sample.exportDir, plan, cast, {
        drawn: async () => (parameters.truth ? addTruth(engine, plan) : undefined),
        written: report,
      });
      if (parameters.truth) await writeTruth(engine, plan, sample.truthDir);
      before += lines;
    }
    if (parameters.truth) await writeSummary(engine, sample.truthDir);
    onProgress(1, 'done');
  } finally {
    await dropTables(engine);
  }
}

const TABLES = 'part charge fixed charge_slot hour_slot hour member slot tag_set total usage day'.split(' ');

async function dropTables(engine: FileEngine): Promise<void> {
  for (const table of TABLES) await engine.run(`DROP TABLE IF EXISTS sample_${table}`);
}

const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

async function withFolderErrors<T>(dir: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const unwritable =
      NOT_WRITABLE.has(codeOf(error) ?? '') || (error instanceof EngineError && /^IO Error/.test(error.message));
    if (!unwritable || !(error instanceof Error)) throw error;
    throw new OperatingError('FOLDER_NOT_WRITABLE', `${dir} cannot be written: ${error.message}`, { cause: error });
  }
}
