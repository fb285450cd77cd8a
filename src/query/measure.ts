import type { AllocationRules } from '../domain/allocation.ts';
import { DEFAULT_TAG_DIMENSIONS, type Dimension, findDimension, type OwnDimensions } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { ExaminedPeriod, FailedPeriod, Health, RawHealth } from '../domain/health.ts';
import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import type { IngestOutcome } from '../ledger/ingest.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { examine } from './examine/examine.ts';
import { knownPeriod } from './health.ts';

/** Periods examined where none is asked for. A quarter: one month can be compared with another, and read in a minute. */
export const EXAMINED = 3;

export interface HealthAsked {
  /** of every period of the export, oldest first */
  readonly outcomes: readonly IngestOutcome[];
  /** `null` = all, of which the newest {@link EXAMINED} are examined */
  readonly periods: { readonly first: Period; readonly last: Period } | null;
  readonly dimensions: OwnDimensions;
  readonly rules: AllocationRules;
}

/** What only the export can tell. */
export interface ExportSide {
  /** whether it is a copy on this machine */
  readonly copied: boolean;
  /** when the newest of its files was written, in milliseconds since 1970 */
  writtenAt(snapshot: Snapshot): number | null;
  /**
   * @param of how many periods are examined, this one at `index`
   * @throws OperatingError whatever reading the export does
   */
  scan(snapshot: Snapshot, index: number, of: number): Promise<RawHealth | null>;
}

/** Where nobody looks at the export: the ledger alone tells. */
const LEDGER_ALONE: ExportSide = { copied: false, writtenAt: () => null, scan: async () => null };

/**
 * Measures what checks judge.
 * @throws OperatingError PERIOD_WITHOUT_DATA, ALLOCATION_OVERLAP, LEDGER_DAMAGED
 */
export async function measureHealth(
  engine: Engine,
  ledger: Ledger,
  asked: HealthAsked,
  side: ExportSide = LEDGER_ALONE,
): Promise<Health> {
  const { outcomes, periods, dimensions, rules } = asked;
  const chosen = outcomes.filter(({ period }) => isWithin(period, periods));
  if (chosen.length === 0) throw withoutData(outcomes);
  const snapshots = chosen.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
  const failed = chosen.flatMap((outcome) => (outcome.kind === 'failed' ? [failedPeriod(outcome)] : []));
  const currency = snapshots.findLast(({ firstDay }) => firstDay !== null)?.currency ?? 'USD';
  // Two currencies are never added up: a check says which periods are left out.
  const ofCurrency = snapshots.filter((snapshot) => snapshot.currency === currency);
  const newest = periods === null ? ofCurrency.slice(-EXAMINED) : ofCurrency;
  const known = (snapshot: Snapshot) => knownPeriod(snapshot, side.writtenAt(snapshot));
  const examined: ExaminedPeriod[] = [];
  for (const [index, snapshot] of newest.entries()) {
    const { period } = snapshot;
    const raw = await side.scan(snapshot, index, newest.length).catch((error: unknown) => {
      if (!(error instanceof OperatingError)) throw error;
      failed.push(failedPeriod({ period, error }));
      return null;
    });
    const told = await examine(engine, ledger, snapshot, judgedDimensions(dimensions), rules);
    examined.push({ ...known(snapshot), ...told, raw });
  }
  return {
    now: Date.now(),
    currency,
    copied: side.copied,
    dimensions,
    configured: isConfigured(dimensions),
    newest: outcomes.at(-1)?.period ?? null,
    failed,
    known: snapshots.map(known),
    examined,
  };
}

function isWithin(period: Period, periods: HealthAsked['periods']): boolean {
  return periods === null || (periods.first <= period && period <= periods.last);
}

/** Those of bursar.yaml; of Bursar's own, which are guesses, the one that everybody has. */
function judgedDimensions(dimensions: OwnDimensions): Dimension[] {
  const names = Object.keys(dimensions);
  return (isConfigured(dimensions) ? names : names.slice(0, 1)).map((name) => findDimension(name, dimensions));
}

function isConfigured(dimensions: OwnDimensions): boolean {
  return dimensions !== DEFAULT_TAG_DIMENSIONS;
}

function failedPeriod({ period, error }: { readonly period: Period; readonly error: OperatingError }): FailedPeriod {
  return { period, code: error.code, message: error.message, hint: error.hint };
}

function withoutData(outcomes: readonly IngestOutcome[]): OperatingError {
  return new OperatingError('PERIOD_WITHOUT_DATA', 'the export has no such billing period', {
    hint: `There are: ${outcomes.map(({ period }) => period).join(', ')}.`,
  });
}
