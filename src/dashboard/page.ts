import type { AllocationRules } from '../domain/allocation.ts';
import type { Answer, CostAnswer } from '../domain/answer.ts';
import type { Dimension, OwnDimensions } from '../domain/dimension.ts';
import { nextPeriod, type Period } from '../domain/period.ts';
import type { Filter, Question } from '../domain/question.ts';
import type { Engine } from '../engine/engine.ts';
import type { IngestOutcome } from '../ledger/ingest.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { ask, askCosts } from '../query/ask.ts';
import { areCoarse } from '../query/coarse.ts';
import type { AskedTime } from '../query/periods.ts';
import { type Derived, openDerived } from './derived.ts';
import { type Desk, PATIENCE } from './desk.ts';
import { shareWork } from './shared-work.ts';

/** How options of the command line are read; the page's addresses use the same words. */
interface Grammar {
  dimensions(text: string): Dimension[];
  filter(text: string): Filter;
  time(given: { period?: string; from?: string; to?: string }): AskedTime;
}

/** What bursar.yaml and the people file say: by what one can ask, and to whom dollars belong. */
export interface OwnRules {
  readonly own: OwnDimensions;
  readonly rules: AllocationRules;
  readonly grammar: Grammar;
}

/** What is served. */
export interface Served {
  readonly ledger: Ledger;
  /** what became of each period when the ledger was last brought up to date */
  readonly outcomes: readonly IngestOutcome[];
  /** those that hold now: the same object until they change */
  ownRules(): Promise<OwnRules>;
  readonly engine: string;
  /** the export, as --cur and bursar.yaml name it */
  readonly exports: readonly string[];
}

/** What routes answer from, under the rules that hold while they do. */
export interface Page extends Omit<Served, 'ownRules'>, OwnRules {
  readonly desk: Desk;
  readonly derived: Derived;
  /** Each period's snapshot that counts now, or why it has none; another process may have replaced some. */
  current(): Promise<readonly IngestOutcome[]>;
  /**
   * The text of a whole answer, or the one that is kept for what the ledger holds now.
   * @param key of the route and what is asked
   */
  answered(
    key: readonly unknown[],
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<string>,
  ): Promise<string>;
  /** Asks, or gives the answer that is kept for these snapshots. */
  ask(snapshots: readonly Snapshot[], question: Question, signal: AbortSignal): Promise<Answer>;
  /** The same without tokens. */
  askCosts(snapshots: readonly Snapshot[], question: Question, signal: AbortSignal): Promise<CostAnswer>;
  /**
   * Works something else out, or gives what was worked out for the same key.
   * @param key of the route, the snapshots and what is asked
   */
  workOut<T>(key: readonly unknown[], signal: AbortSignal, work: (engine: Engine) => Promise<T>): Promise<T>;
}

/** Answers are kept up to so many rows: some 20 MB; those without tokens, too: 10 MB. */
const ROWS_KEPT = 40_000;

/** An answer weighs something even without rows. */
const LEAST_WEIGHT = 20;

/** Texts of whole answers, up to so many characters: those of a view come to some 60,000. */
const TEXT_KEPT = 30_000_000;

/** Findings and explanations, the largest of a few MB. */
const OTHERS_KEPT = 40;

/**
 * @param lookAgain seconds after which the ledger is asked again which snapshots count
 * @returns the page for a request; what was answered under other rules is forgotten
 */
export async function openPages(served: Served, desk: Desk, lookAgain: number): Promise<() => Promise<Page>> {
  const current = await watchLedger(served, lookAgain);
  let kept: { readonly rules: OwnRules; readonly page: Page } | null = null;
  return async () => {
    const rules = await served.ownRules();
    if (kept?.rules !== rules) kept = { rules, page: openPage(served, rules, desk, current) };
    return kept.page;
  };
}

function openPage(served: Served, own: OwnRules, desk: Desk, current: Page['current']): Page {
  const { ledger } = served;
  const { rules } = own;
  const weigh = ({ rows }: CostAnswer): number => LEAST_WEIGHT + rows.length;
  const answers = shareWork<Answer>(ROWS_KEPT, weigh);
  const costs = shareWork<CostAnswer>(ROWS_KEPT, weigh);
  const others = shareWork<unknown>(OTHERS_KEPT, () => 1);
  const texts = shareWork<string>(TEXT_KEPT, ({ length }) => length);
  return {
    ...served,
    ...own,
    desk,
    derived: openDerived(ledger, rules, desk),
    current,
    answered: async (key, signal, work) =>
      texts.of(JSON.stringify([key, (await current()).map(stateOf)]), signal, work),
    ask: (snapshots, question, signal) =>
      answers.of(keyOf(snapshots, question), signal, (stop) =>
        desk.run(stop, (engine) => ask(engine, ledger, snapshots, question, rules), patienceOf(question)),
      ),
    askCosts: (snapshots, question, signal) =>
      costs.of(keyOf(snapshots, question), signal, (stop) =>
        desk.run(stop, (engine) => askCosts(engine, ledger, snapshots, question, rules), patienceOf(question)),
      ),
    workOut: async <T>(key: readonly unknown[], signal: AbortSignal, work: (engine: Engine) => Promise<T>) =>
      (await others.of(JSON.stringify(key), signal, (stop) => desk.run(stop, work))) as T,
  };
}

/** Single callers take ten times as long as what is added up of them. */
function patienceOf({ by, where }: Question): number {
  const dimensions = [...by, ...where.map(({ dimension }) => dimension)];
  return areCoarse({ dimensions, reads: { usage: [], caller: [] } }) ? PATIENCE.light : PATIENCE.heavy;
}

/** What an answer depends on beside its question. */
export function stateOf(outcome: IngestOutcome): string[] {
  const { kind, period } = outcome;
  return [period, kind === 'failed' ? outcome.error.code : outcome.snapshot.id];
}

/** Rules are those of the page: they are no part of the key. */
function keyOf(snapshots: readonly Snapshot[], question: Question): string {
  return JSON.stringify([snapshots.map(({ id }) => id), question]);
}

async function watchLedger(served: Served, lookAgain: number): Promise<Page['current']> {
  const failed = served.outcomes.flatMap(({ kind, period }) => (kind === 'failed' ? [period] : []));
  const stale = await served.ledger.current(failed);
  let looked: { readonly at: number; readonly found: Promise<readonly IngestOutcome[]> } | null = null;
  return () => {
    const now = performance.now();
    if (looked === null || now - looked.at >= lookAgain * 1000) {
      looked = { at: now, found: currentOf(served, stale) };
      looked.found.catch(() => {
        looked = null;
      });
    }
    return looked.found;
  };
}

/** Months that may have been delivered since the start. */
const MONTHS_AHEAD = 2;

/** @param stale the snapshots that periods had which could not be read at the start */
async function currentOf({ ledger, outcomes }: Served, stale: ReadonlyMap<Period, Snapshot>): Promise<IngestOutcome[]> {
  const known = outcomes.map(({ period }) => period);
  const ahead: Period[] = [];
  for (let last = known.at(-1); last !== undefined && ahead.length < MONTHS_AHEAD; last = ahead.at(-1)) {
    ahead.push(nextPeriod(last));
  }
  const current = await ledger.current([...known, ...ahead]);
  const failed = new Map(outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [[outcome.period, outcome]] : [])));
  return [...known, ...ahead].flatMap((period): IngestOutcome[] => {
    const snapshot = current.get(period);
    const failure = failed.get(period);
    // It stays so until another process has read it.
    if (failure !== undefined && snapshot?.id === stale.get(period)?.id) return [failure];
    return snapshot === undefined ? [] : [{ kind: 'unchanged', period, snapshot }];
  });
}
