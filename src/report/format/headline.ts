import { type AllocationParts, type Answer, type AnswerHead, type Check, partOf } from '../../domain/answer.ts';
import {
  divideHalfUp,
  formatMoney,
  formatRounded,
  formatUnits,
  groupThousands,
  roundParts,
} from '../../domain/money.ts';
import { previousDay } from '../../domain/period.ts';
import type { CostBasis, Filter, Question } from '../../domain/question.ts';
import { shownCost } from '../spend.ts';
import { visible } from './visible-text.ts';

/** Digits of printed costs, and 1 printed unit in money. */
const CENT_DIGITS = 2;
const CENT = 10n ** 8n;

/** More periods or sellers than this are not named one by one. */
const NAMED = 3;

const COST_NAMES: Readonly<Record<CostBasis, string>> = {
  net: 'net unblended cost',
  unblended: 'unblended cost',
  list: 'list cost',
};

const BASIS_NAMES = { actual: 'Billed' } as const;

/** What the reader must know about the rows, where the rows go elsewhere: question, source, check and notes. */
export function sourceLines(answer: Answer): string[] {
  const { check } = answer;
  return [
    questionLine(answer),
    sourceLine(answer),
    throughLine(answer),
    ...allocationLines(answer),
    checkLine(check),
    ...noteLines(answer),
  ];
}

/** `Bedrock spend by team · billing period 2026-10 · net unblended cost, USD` */
export function questionLine(answer: Answer): string {
  const { question, rows } = answer;
  const top = rows.some(({ other }) => other) ? `, top ${question.top}` : '';
  return visible(
    [`Bedrock spend${groupText(question)}${top}`, periodText(question), ...scopeTexts(answer)].join(' · '),
  );
}

/** The days, the filters and the cost: what two answers to one question share. */
export function scopeTexts(answer: AnswerHead): string[] {
  const { question } = answer;
  return [
    ...dayText(question),
    ...(question.where.length === 0 ? [] : [`where ${question.where.map(filterText).join(' and ')}`]),
    `${costText(answer)}, ${answer.currency}`,
  ];
}

/** `Billed · 2026-10 open · duckdb · snapshot 2026-10@…` */
export function sourceLine({ source }: AnswerHead): string {
  const ids = source.snapshots.map(({ period, id }) => `${period}@${id}`);
  return visible(
    [
      [BASIS_NAMES[source.basis], ...(source.origin === undefined ? [] : [`by ${source.origin}`])].join(' '),
      stateText(source),
      source.engine,
      `${plural('snapshot', ids.length)} ${range(ids)}`,
    ].join(' · '),
  );
}

/** How final the bill is: the periods that may still change, or have changed. */
function stateText({ snapshots }: AnswerHead['source']): string {
  const unsettled = snapshots.filter(({ state }) => state !== 'invoiced');
  return unsettled.length === 0 ? 'invoiced' : firstOf(unsettled.map(({ period, state }) => `${period} ${state}`));
}

/** `Data through 2026-10-30 23:00 UTC (Anthropic, PBC), 2026-11-01 00:00 UTC (AWS)`: the earliest leads. */
export function throughLine({ source }: AnswerHead): string {
  const sellersOf = Map.groupBy(source.dataThrough, ({ through }) => through);
  const texts = [...sellersOf].map(
    ([through, sellers]) =>
      `${instantText(through)} (${sellers.map(({ seller }) => seller || 'no seller').join('; ')})`,
  );
  return visible(texts.length === 0 ? 'Data through: no usage yet' : `Data through ${firstOf(texts)}`);
}

/**
 * `By team: allocated $54,812.10 (91.2 %) + shared $0.00 + unallocated $2,204.11 + adjustments $3,091.08 = $60,107.29`. The
 * printed cents add up. No line where no dimension says to whom dollars belong.
 */
export function allocationLines(answer: Answer): string[] {
  const { allocation, total, currency } = answer;
  if (allocation === null) return [];
  const { dimension, allocated } = allocation;
  const [a = '', s = '', u = '', j = ''] = partCents(answer, allocation).map((units) =>
    amountWithSign(formatUnits(units, CENT_DIGITS), currency),
  );
  const percent = total === 0n ? '' : ` (${formatUnits(divideHalfUp(allocated * 1000n, total), 1)} %)`;
  const sum = amountWithSign(formatUnits(divideHalfUp(total, CENT), CENT_DIGITS), currency);
  return [
    visible(`By ${dimension}: allocated ${a}${percent} + shared ${s} + unallocated ${u} + adjustments ${j} = ${sum}`),
  ];
}

/** Allocated, shared, unallocated, adjustments in cents: as the rows are rounded where they show all, so that both agree. */
function partCents({ rows, question }: Answer, parts: AllocationParts): bigint[] {
  const order = ['allocated', 'shared', 'unallocated', 'adjustments'] as const;
  if (rows.some(({ other }) => other))
    return roundParts(
      order.map((part) => parts[part]),
      CENT_DIGITS,
    );
  const index = question.by.findIndex(({ name }) => name === parts.dimension);
  const cents = roundParts(
    rows.map(({ cost }) => cost),
    CENT_DIGITS,
  );
  const sums = { allocated: 0n, shared: 0n, unallocated: 0n, adjustments: 0n };
  for (const [at, row] of rows.entries()) sums[partOf(row, index)] += cents[at] ?? 0n;
  return order.map((part) => sums[part]);
}

/** `$1,204.50`, `-$0.10`; with another currency `EUR 1,204.50`. */
export function amountWithSign(decimal: string, currency: string): string {
  const grouped = groupThousands(decimal);
  if (currency !== 'USD') return `${currency} ${grouped}`;
  return grouped.startsWith('-') ? `-$${grouped.slice(1)}` : `$${grouped}`;
}

/**
 * `Check: bill 60,123.45 = shown 60,123.45 + filtered out 0.00 · difference 0 ✓`. The printed cents add up; a
 * difference is printed with all its digits.
 */
export function checkLine({ bill, shown, filteredOut, difference }: Check): string {
  if (difference === 0n) {
    const [billCents, shownCents] = [divideHalfUp(bill, CENT), divideHalfUp(shown, CENT)];
    const filteredCents = groupThousands(formatUnits(billCents - shownCents, CENT_DIGITS));
    const sum = `${formatRounded(shown, CENT_DIGITS)} + filtered out ${filteredCents}`;
    return `Check: bill ${formatRounded(bill, CENT_DIGITS)} = shown ${sum} · difference 0 ✓`;
  }
  const [all, rows, rest, gap] = [bill, shown, filteredOut, difference].map((amount) =>
    groupThousands(formatMoney(amount).replace(/0{1,8}$/, '')),
  );
  return `Check: DIFFERENCE ${gap} · bill ${all} ≠ shown ${rows} + filtered out ${rest} ✗ Do not use these figures: bursar verify says which lines differ.`;
}

/** The notes, each with `Note: ` before it. */
export function noteLines({ notes }: AnswerHead): string[] {
  return notes.map((note) => visible(`Note: ${note}`));
}

export function groupText({ by, grain }: Question): string {
  const names = by.map(({ name }) => name);
  return `${names.length === 0 ? '' : ` by ${names.join(', ')}`}${grain === null ? '' : ` per ${grain}`}`;
}

export function periodText({ periods }: Question): string {
  return `billing ${plural('period', periods.length)} ${range(periods)}`;
}

/** As `--from` and `--to` take them: the last day is included. */
export function dayText({ from, to }: Question): string[] {
  const last = to === null ? null : previousDay(to);
  if (from === null && last === null) return [];
  if (last === null) return [`usage from ${from} on`];
  return [from === null ? `usage to ${last}` : `usage ${from} to ${last}`];
}

export function filterText({ dimension, negated, values }: Filter): string {
  return `${dimension.name} ${negated ? '≠' : '='} ${firstOf(values.map((value) => value ?? '(none)'))}`;
}

export function costText(answer: Pick<Answer, 'question' | 'costs'>): string {
  const mixed = new Set(answer.costs.map(({ cost }) => cost)).size > 1;
  return `${COST_NAMES[shownCost(answer)]}${mixed ? ` (unblended where a note says so)` : ''}`;
}

/** `2026-10-30T23:00:00Z` without what says nothing. */
function instantText(instant: string): string {
  return instant.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?(?:\.0+)?Z$/, '$1 $2 UTC');
}

/** Things in the order of time: the first and the last stand for many. */
function range(items: readonly string[]): string {
  return items.length <= NAMED ? items.join(', ') : `${items[0]} … ${items.at(-1)} (${items.length})`;
}

/** The first things, and how many more there are. */
function firstOf(items: readonly string[]): string {
  const more = items.length - NAMED;
  return items.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`;
}
