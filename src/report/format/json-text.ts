import { formatMoney, type Money } from '../../domain/money.ts';
import { jsonString } from './visible-text.ts';

/** @param fields values that are JSON already */
export function objectText(fields: Readonly<Record<string, string>>): string {
  return `{${Object.entries(fields)
    .map(([name, json]) => `${jsonString(name)}:${json}`)
    .join(',')}}`;
}

export function textsOf(fields: Readonly<Record<string, string>>): string {
  return objectText(Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, jsonString(text)])));
}

export function listText(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

export function textOrNull(text: string | null): string {
  return text === null ? 'null' : jsonString(text);
}

/** All 10 digits, as a string: a JSON number would lose some. */
export function moneyText(amount: Money): string {
  return `"${formatMoney(amount)}"`;
}
