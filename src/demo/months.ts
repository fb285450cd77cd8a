import type { FileEngine } from '../engine/engine.ts';
import type { Month } from './calendar.ts';
import { type Cast, makeCast } from './cast.ts';
import { loadCast } from './cast-tables.ts';
import { deliverMonth } from './delivery.ts';
import { loadMonth } from './draw-tables.ts';
import type { SampleParameters } from './parameters.ts';
import { planMonth } from './plan.ts';
import { addTruth, startTruth, writeSummary, writeTruth } from './truth.ts';

/** A month to deliver. */
export interface DueMonth {
  readonly month: Month;
  readonly lines: number;
  /** how often it was delivered before */
  readonly delivery: number;
}

export interface SampleFolders {
  /** holds an export a payer */
  readonly exports: string;
  readonly truth: string;
}

/** Share done, 0 to 1, and what is being done. */
export type OnProgress = (done: number, what: string) => void;

/** Delivers months, and writes the truth about them. */
export async function writeMonths(
  engine: FileEngine,
  parameters: SampleParameters,
  folders: SampleFolders,
  due: readonly DueMonth[],
  onProgress: OnProgress,
): Promise<Cast> {
  const cast = makeCast(parameters.payers, parameters.callers, parameters.sessions);
  const total = due.reduce((sum, { lines }) => sum + lines, 0);
  let before = 0;
  try {
    await loadCast(engine, cast);
    for (const one of due) {
      const report = (written: number): void => onProgress((before + written) / total, one.month.period);
      report(0);
      await writeMonth(engine, parameters, folders, cast, one, report);
      before += one.lines;
    }
    if (parameters.truth) await writeSummary(engine, folders.truth);
    onProgress(1, 'done');
    return cast;
  } finally {
    for (const table of TABLES) await engine.run(`DROP TABLE IF EXISTS sample_${table}`);
  }
}

const TABLES = 'part charge fixed charge_slot hour_slot hour member slot tag_set total usage day'.split(' ');

async function writeMonth(
  engine: FileEngine,
  parameters: SampleParameters,
  folders: SampleFolders,
  cast: Cast,
  { month, lines, delivery }: DueMonth,
  written: (lines: number) => void,
): Promise<void> {
  const plan = planMonth(month, cast, lines, parameters, delivery);
  await loadMonth(engine, plan);
  if (parameters.truth) await startTruth(engine);
  await deliverMonth(engine, folders.exports, plan, cast, {
    drawn: async () => (parameters.truth ? addTruth(engine, plan) : undefined),
    written,
  });
  if (parameters.truth) await writeTruth(engine, plan, folders.truth);
}
