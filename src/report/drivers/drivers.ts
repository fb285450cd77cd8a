import { sumAsDouble } from '../../domain/amounts.ts';
import type { Compared, ComparedRow } from '../../domain/driver.ts';
import { DIGITS } from '../../domain/money.ts';
import { byOrder } from '../../domain/row-order.ts';
import type { Steps } from '../steps.ts';
import { type Cell, cellsOf } from './cells.ts';
import type { KnownParties } from './known-parties.ts';
import { partiesOf } from './parties.ts';
import { type LinesOfPeriod, linesOfPeriod, PartySums } from './party-sums.ts';
import { type RowSum, RowSums, Rows } from './rows.ts';
import { type Leaf, splitUsage } from './split.ts';

/** So much work makes a step, a few milliseconds: a party whose lines are added up counts more than one that is known. */
const STEP = 1_000;
const ADDED_UP = 10;
const KNOWN = 1;

/**
 * The rows of both sides and what made each move: those of now in the order of an answer, then those that are gone. Where
 * nothing was restated, exchanging before and now negates every part, and what came has gone.
 * @param known what callers have come to in comparisons before
 */
export function* driversInSteps(compared: Compared, known: KnownParties | null = null): Steps<ComparedRow[]> {
  const periods = [
    ...compared.before.map((period) => ({ period, isNow: false })),
    ...compared.now.map((period) => ({ period, isNow: true })),
  ];
  const cells = cellsOf(periods.map(({ period }) => period.usages));
  const parties = partiesOf(periods.map(({ period }) => period.callers));
  yield;
  const sums = new PartySums(cells.all);
  const sources = periods.map(({ period, isNow }, index): LinesOfPeriod => {
    const [callers, own] = [parties.ofPeriods[index], cells.ofPeriods[index]];
    if (callers === undefined || own === undefined) throw new Error('every period has parties and cells');
    return linesOfPeriod(period, isNow, callers, own);
  });
  const areKept = periods.every(({ period }) => period.areKept);
  const here = (areKept ? known?.of(sources, cells.all) : null) ?? null;
  const rows = new Rows();
  const scratch = new Scratch();
  let worked = 0;
  for (const [index, party] of parties.all.entries()) {
    const callers = here === null ? '' : sources.map((lines) => lines.callers[index]).join(';');
    const found = here?.get(callers);
    if (here !== null && found !== undefined) {
      for (const { cell, row } of found) rows.add(party, cells.all[cell] as Cell, here.sums, row);
      worked += KNOWN;
    } else {
      for (const lines of sources) sums.addAll(lines, index);
      const kept = here?.open(callers) ?? null;
      addParty(party.named, sums, cells.all, scratch, (cell) => {
        rows.add(party, cells.all[cell] as Cell, scratch.sums, scratch.row);
        if (kept !== null) here?.add(kept, cell, scratch.sums, scratch.row);
      });
      sums.clear();
      worked += ADDED_UP;
    }
    if (worked < STEP) continue;
    worked = 0;
    yield;
  }
  return inOrder(rows.finished());
}

/** Those of now by what they cost now, then the others by what they cost before. */
function inOrder(rows: readonly ComparedRow[]): ComparedRow[] {
  const ordered = rows.map((row) => ({ ...row, row, other: false, cost: row.isNow ? row.now : row.before }));
  return ordered.sort((a, b) => Number(b.isNow) - Number(a.isNow) || byOrder(a, b)).map(({ row }) => row);
}

/** Used again for every party: hundreds of thousands of leaves would be garbage a moment later. */
class Scratch {
  readonly leaves: Leaf[] = [];
  readonly sums = new RowSums();
  readonly row = this.sums.open();
}

/** @param tell is told what the lines of a party come to in each row of cells, and the first cell of it */
function addParty(
  isNamed: boolean,
  sums: PartySums,
  cells: readonly Cell[],
  { leaves, sums: own, row }: Scratch,
  tell: (cell: number) => void,
): void {
  const { on0, on1 } = sums.presence();
  const [isNew, isGone] = [isNamed && !on0, isNamed && !on1];
  let [first, count] = [-1, 0];
  const finish = (): void => {
    splitUsage(leaves, count, row);
    tell(first);
    own.clear(row);
    count = 0;
  };
  for (const at of sums.touchedInOrder()) {
    const cell = cells[at] as Cell;
    if (first < 0 || cell.row !== cells[first]?.row) {
      if (first >= 0) finish();
      first = at;
      if (isNew && on1 && cell.correction === null) row.came++;
      if (isGone && on0 && cell.correction === null) row.went++;
    }
    if (sums.isOfNow(at)) row.isNow = true;
    if (sums.isRestated(at)) own.add(row, 'restated', sums.restated, at);
    let [kind0, kind1]: [RowSum, RowSum] = ['rest0', 'rest1'];
    if (cell.correction !== null) {
      [kind0, kind1] = ['corrected0', 'corrected1'];
    } else if (isNew || isGone) {
      [kind0, kind1] = ['gone0', 'new1'];
    } else if (cell.counts) {
      const leaf = leaves[count] ?? { path: cell.path, q0: 0, q1: 0, c0: 0, c1: 0 };
      leaves[count] = leaf;
      readLeaf(leaf, cell, sums, at);
      if (isPriced(leaf)) {
        [kind0, kind1] = ['leaf0', 'leaf1'];
        count++;
      }
    }
    own.add(row, kind0, sums.cost0, at);
    own.add(row, kind1, sums.cost1, at);
  }
  if (first >= 0) finish();
}

const ONE = 10 ** DIGITS;

function readLeaf(leaf: Leaf, { path, perUnit }: Cell, sums: PartySums, at: number): void {
  leaf.path = path;
  leaf.q0 = (sumAsDouble(sums.amount0, at) * perUnit) / ONE;
  leaf.q1 = (sumAsDouble(sums.amount1, at) * perUnit) / ONE;
  leaf.c0 = sumAsDouble(sums.cost0, at) / ONE;
  leaf.c1 = sumAsDouble(sums.cost1, at) / ONE;
}

/**
 * Whether usage is to be split: it has a price on whichever side it has a quantity. Corrections can make a quantity negative, and then
 * nothing follows from its price.
 */
function isPriced({ q0, q1, c0, c1 }: Leaf): boolean {
  return (q0 > 0 || (q0 === 0 && c0 === 0)) && (q1 > 0 || (q1 === 0 && c1 === 0)) && (q0 !== 0 || q1 !== 0);
}
