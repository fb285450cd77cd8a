import { harmless } from './visible-text.ts';

/** First characters that make a spreadsheet run a cell (full-width forms too). Source: https://owasp.org/www-community/attacks/CSV_Injection */
const RUNS = /^[=+\-@\t\r\n＝＋－＠]/;

/** Text as a cell: quoted where RFC 4180 asks for it; what a spreadsheet would run has an apostrophe before it. */
export function textCell(text: string | null): string {
  if (text === null) return '';
  const safe = harmless(RUNS.test(text) ? `'${text}` : text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
