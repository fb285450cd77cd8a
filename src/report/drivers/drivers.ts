import { sumAsDouble } from '../../domain/amounts.ts';
import type { Compared, ComparedRow } from '../../domain/driver.ts';
import { DIGITS } from '../../domain/money.ts';
import { byOrder } from '../../domain/row-order.ts';
import type { Steps } from '../steps.ts';
import { type Cell, cellsOf } from './cells.ts';
import { type Party, partiesOf } from './parties.ts';
import { type LinesOfPeriod, linesOfPeriod, PartySums } from './party-sums.ts';
import { type Row, type RowSum, Rows } from './rows.ts';
import { type Leaf, splitUsage } from './split.ts';

/** So many parties make a step: a few milliseconds. */
const STEP = 100;

/**
 * The rows of both sides and what made each move: those of now in the order of an answer, then those that are gone. Where
 * nothing was restated, exchanging before and now negates every part, and what came has gone.
 */
export function* driversInSteps(compared: Compared): Steps<ComparedRow[]> {
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
  const rows = new Rows();
  // Used again for every party: hundreds of thousands of leaves would be garbage a moment later.
  const leaves: Leaf[] = [];
  for (const [index, party] of parties.all.entries()) {
    for (const lines of sources) sums.addAll(lines, index);
    addParty(party, sums, cells.all, rows, leaves);
    sums.clear();
    if (index % STEP === STEP - 1) yield;
  }
  return inOrder(rows.finished());
}

/** Those of now by what they cost now, then the others by what they cost before. */
function inOrder(rows: readonly ComparedRow[]): ComparedRow[] {
  const ordered = rows.map((row) => ({ ...row, row, other: false, cost: row.isNow ? row.now : row.before }));
  return ordered.sort((a, b) => Number(b.isNow) - Number(a.isNow) || byOrder(a, b)).map(({ row }) => row);
}

function addParty(party: Party, sums: PartySums, cells: readonly Cell[], rows: Rows, leaves: Leaf[]): void {
  const { on0, on1 } = sums.presence();
  const [isNew, isGone] = [party.named && !on0, party.named && !on1];
  let [row, cellRow, count]: [Row | null, number, number] = [null, -1, 0];
  for (const at of sums.touchedInOrder()) {
    const cell = cells[at] as Cell;
    if (row === null || cell.row !== cellRow) {
      if (row !== null) splitUsage(leaves, count, row);
      count = 0;
      row = rows.of(party, cell);
      cellRow = cell.row;
      if (isNew && on1 && cell.correction === null) row.came++;
      if (isGone && on0 && cell.correction === null) row.went++;
    }
    if (sums.isOfNow(at)) row.isNow = true;
    if (sums.isRestated(at)) rows.add(row, 'restated', sums.restated, at);
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
    rows.add(row, kind0, sums.cost0, at);
    rows.add(row, kind1, sums.cost1, at);
  }
  if (row !== null) splitUsage(leaves, count, row);
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
