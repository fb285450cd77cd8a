import { type Money, parseMoney, ZERO } from '../domain/money.ts';
import type { Row } from '../engine/engine.ts';

/** A cell of a statement's row as text; `null` where it is NULL. */
export function textOf(row: Row, column: string): string | null {
  const value = row[column] ?? null;
  return value === null ? null : String(value);
}

/** A cell that holds a sum; nothing was added up where it is NULL. */
export function moneyOf(row: Row, column: string): Money {
  const text = textOf(row, column);
  return text === null ? ZERO : parseMoney(text);
}
