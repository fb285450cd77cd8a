import type { Answer, AnswerRow } from '../domain/answer.ts';
import type { Dimension } from '../domain/dimension.ts';
import { sum } from '../domain/money.ts';
import { byOrder } from '../domain/row-order.ts';
import { addTokens } from './spend.ts';

/**
 * An answer by fewer dimensions, from one by more.
 * @param answer whole: without a remainder
 * @param by some of its dimensions, in any order
 */
export function rolledUp(answer: Answer, by: readonly Dimension[]): Answer {
  const places = by.map(({ name }) => {
    const place = answer.question.by.findIndex((dimension) => dimension.name === name);
    if (place < 0) throw new Error(`the answer is not by ${name}`);
    return place;
  });
  const valuesOf = ({ values }: AnswerRow) => places.map((place) => values[place] ?? null);
  const keyOf = (row: AnswerRow): string => JSON.stringify([row.time, valuesOf(row), row.adjustment]);
  const rows = [...Map.groupBy(answer.rows, keyOf).values()].flatMap((same): AnswerRow[] => {
    const [first] = same;
    if (same.some(({ other }) => other)) throw new Error('a remainder belongs to no value');
    return first === undefined ? [] : [{ ...first, values: valuesOf(first), ...added(same) }];
  });
  const allocation = by.some(({ name }) => name === answer.allocation?.dimension) ? answer.allocation : null;
  return { ...answer, question: { ...answer.question, by }, allocation, rows: rows.sort(byOrder) };
}

function added(rows: readonly AnswerRow[]): Pick<AnswerRow, 'cost' | 'tokens' | 'tokenCost'> {
  return {
    cost: sum(rows.map(({ cost }) => cost)),
    tokens: addTokens(rows),
    tokenCost: sum(rows.map(({ tokenCost }) => tokenCost)),
  };
}
