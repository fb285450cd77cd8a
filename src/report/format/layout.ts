import type { Answer } from '../../domain/answer.ts';
import { ZERO } from '../../domain/money.ts';
import type { Question } from '../../domain/question.ts';
import { allTokens, type SpendReport, spend, TOKEN_KINDS } from '../spend.ts';
import { BAR_WIDTH, barColumn } from './bars.ts';
import { labelColumns } from './labels.ts';
import { MEASURES, type Measure } from './measures.ts';
import { GAP, narrow, type TextColumn, tableWidth } from './text-table.ts';

/** What is shown where there is room, best first: the next one drops what is missed least. */
const LAYOUTS: readonly (readonly Measure[])[] = [
  ['cost', 'share', ...TOKEN_KINDS, 'price', 'cache-hit'],
  ['cost', 'share', 'tokens', 'price', 'cache-hit'],
  ['cost', 'share', 'tokens', 'price'],
  ['cost', 'share', 'tokens'],
  ['cost', 'share'],
  ['cost'],
];

/** Pointless without tokens. */
const ABOUT_TOKENS: readonly Measure[] = [...TOKEN_KINDS, 'tokens', 'price', 'cache-hit'];

/** Pointless where each row is of one token kind. */
const ABOUT_KINDS: readonly Measure[] = [...TOKEN_KINDS, 'cache-hit'];

/** A layout is taken when it leaves this much for each label, and once more for all, or all that they need. */
const COMFORTABLE_SHARE = 14;

/** Labels are not cut below this. */
const LEAST_LABEL = 6;

/**
 * The columns that fit, as wide as they fit.
 * @param width of the terminal; `null` = no terminal: every measure, nothing cut, no bars
 */
export function tableColumns(answer: Answer, width: number | null): TextColumn[] {
  const report = spend(answer);
  const labels = labelColumns(answer.question, answer.rows);
  const layouts = layoutsFor(answer.question, report);
  const numbersOf = measuresOf(report);
  if (width === null) return [...labels, ...numbersOf(layouts[0] ?? [])];
  const labelWidth = Math.min(tableWidth(labels), COMFORTABLE_SHARE * (labels.length + 1));
  const fits = (numbers: readonly TextColumn[]) => labelWidth + GAP + tableWidth(numbers) <= width;
  const numbers = layouts.values().map(numbersOf).find(fits) ?? numbersOf(layouts.at(-1) ?? []);
  const columns = [...narrow(labels, width - GAP - tableWidth(numbers), LEAST_LABEL), ...numbers];
  return columns.toSpliced(labels.length + 1, 0, ...barsIn(width - tableWidth(columns) - GAP, report));
}

/** Without the layouts that hold what these rows cannot tell. */
function layoutsFor({ by }: Question, { total }: SpendReport): readonly (readonly Measure[])[] {
  const without = new Set<Measure>();
  if (allTokens(total.tokens) === 0n) for (const measure of ABOUT_TOKENS) without.add(measure);
  if (by.some(({ name }) => name === 'token-kind')) for (const measure of ABOUT_KINDS) without.add(measure);
  return LAYOUTS.filter((layout) => !layout.some((measure) => without.has(measure)));
}

/** Each column is made once, and only if a layout with it is tried. */
function measuresOf(report: SpendReport): (layout: readonly Measure[]) => TextColumn[] {
  const made = new Map<Measure, TextColumn>();
  const columnOf = (measure: Measure) => {
    const column = made.get(measure) ?? MEASURES[measure](report);
    made.set(measure, column);
    return column;
  };
  return (layout) => layout.map(columnOf);
}

/** Bars take the room that is left, beside the cost. */
function barsIn(room: number, { rows }: SpendReport): TextColumn[] {
  if (room < BAR_WIDTH.least) return [];
  // The remainder of --top is no group: beside its bar those of the groups would vanish.
  const costs = rows.map(({ row }) => (row.other ? ZERO : row.cost));
  return [barColumn(costs, Math.min(room, BAR_WIDTH.most))];
}
