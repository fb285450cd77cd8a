import { formatMoney, type Money, parseMoney, ZERO } from '../domain/money.ts';
import type { Row, Value } from './engine.ts';

/** A cell of a statement's row as text, a decimal with all its digits; `null` where it is NULL. */
export function textOf(row: Row, column: string): string | null {
  const value = row[column] ?? null;
  return value === null ? null : String(written(value));
}

/** A cell that holds a sum; nothing was added up where it is NULL. */
export function moneyOf(row: Row, column: string): Money {
  const value = row[column] ?? null;
  if (typeof value === 'bigint') return value as Money;
  return value === null ? ZERO : parseMoney(String(value));
}

/** The value as it is written, for what takes no decimals: JSON, work tables. */
export function written(value: Value): Exclude<Value, bigint> {
  return typeof value === 'bigint' ? formatMoney(value as Money) : value;
}
