import { formatRounded, groupThousands, parseMoney } from '../../domain/money.ts';

/** What the API's decimals look like to people. Amounts stay exact until here. */

const MINUS = '\u2212';

/** No line ends here. */
const TOGETHER = '\u2060';

const SIGNS: Readonly<Record<string, string>> = { USD: '$' };

/** `$1,204.50`, `−$0.10`; another currency by its code. @param decimal with any number of digits */
export function amount(decimal: string, currency: string, digits = 2): string {
  const rounded = formatRounded(parseMoney(decimal), digits);
  const negative = rounded.startsWith('-') && /[1-9]/.test(rounded);
  const size = rounded.replace('-', '');
  return `${negative ? MINUS : ''}${SIGNS[currency] ?? `${currency} `}${size}`;
}

/** With a plus where it is more: `+$12.00`. */
export function change(decimal: string, currency: string): string {
  const text = amount(decimal, currency);
  return text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : `+${text}`;
}

/** A sentence of the command line with the page's minus before its amounts; a hyphen within a name stays. */
export function withMinus(sentence: string): string {
  return sentence.replaceAll(/(?<=[\s(])-(?=\D?\d)/g, `${MINUS}${TOGETHER}`);
}

/** Whole dollars, for axes. */
export function wholeAmount(value: number, currency: string): string {
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0;
  const size = groupThousands(Math.abs(value).toFixed(digits));
  return `${value < 0 ? MINUS : ''}${SIGNS[currency] ?? `${currency} `}${size}`;
}

/** Prices have the digits that they need: `5.90`, `0.750`, `0.0125`. */
export function price(decimal: string | null, currency: string): string {
  if (decimal === null) return NOTHING;
  const size = Math.abs(Number(decimal));
  return amount(decimal, currency, size === 0 || size >= 1 ? 2 : size >= 0.1 ? 3 : 4);
}

/** What is not there, or makes no sense here. */
export const NOTHING = '–';

/** `38.2 %` */
export function percent(ratio: number | null, digits = 1): string {
  if (ratio === null) return NOTHING;
  const text = (ratio * 100).toFixed(digits);
  const rounded = /[1-9]/.test(text) ? text : text.replace('-', '');
  return `${groupThousands(rounded).replace('-', MINUS)} %`;
}

/** `+15.3 %`, `−4.4 %`; above tenfold as a factor. */
export function changePercent(ratio: number | null): string {
  if (ratio === null) return NOTHING;
  if (ratio >= 9.995) return `×${groupThousands((ratio + 1).toFixed(0))}`;
  const text = percent(ratio);
  return ratio > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** Three digits and a unit: `2.41 B`. */
export function compact(count: number): string {
  const found = UNITS.find(([size]) => Math.abs(count) >= size * 0.9995);
  if (found === undefined) return String(Math.round(count));
  const [size, unit] = found;
  const scaled = count / size;
  return `${scaled.toFixed(scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2)} ${unit}`;
}

/** All four kinds of tokens together. */
export function tokenSum(tokens: { input: string; output: string; cacheRead: string; cacheWrite: string }): number {
  return Number(tokens.input) + Number(tokens.output) + Number(tokens.cacheRead) + Number(tokens.cacheWrite);
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `24 Oct`; of a month `Oct 2026`. */
export function shortTime(time: string): string {
  const [year = '', month = '', day] = time.split('-');
  const name = (MONTHS[Number(month) - 1] ?? month).slice(0, 3);
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name}`;
}

/** `24 October 2026`, `October 2026` */
export function longTime(time: string): string {
  const [year = '', month = '', day] = time.split('-');
  const name = MONTHS[Number(month) - 1] ?? month;
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name} ${year}`;
}

/** `October 2026`, `Aug – Oct 2026`, `Nov 2025 – Jan 2026`. @param months `2026-10` or `2026-08..2026-10` */
export function monthRange(months: string): string {
  const [first = '', last = first] = months.split('..');
  if (first === last) return longTime(first);
  const from = first.slice(0, 4) === last.slice(0, 4) ? shortTime(first).slice(0, 3) : shortTime(first);
  return `${from} \u2013 ${shortTime(last)}`;
}

/** `1–24 Oct`, `28 Sep – 4 Oct 2026`. @param to the day after the last */
export function dayRange(from: string, to: string): string {
  const last = new Date(Date.parse(`${to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  if (from === last) return shortTime(from);
  if (from.slice(0, 7) === last.slice(0, 7)) return `${Number(from.slice(8))}\u2013${shortTime(last)}`;
  return `${shortTime(from)} \u2013 ${shortTime(last)}`;
}

/** `24 Oct 06:00 UTC` */
export function instant(text: string): string {
  const [day = '', time = ''] = text.split('T');
  return `${shortTime(day)} ${time.slice(0, 5)} UTC`;
}

/** `permission-set` reads as `Permission set`; a name with its own signs stays as it is. */
export function title(dimension: string): string {
  if (!/^[a-z][a-z-]*$/.test(dimension)) return dimension;
  return dimension.charAt(0).toUpperCase() + dimension.slice(1).replaceAll('-', ' ');
}
