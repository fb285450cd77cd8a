import type { Answer } from '../../domain/answer.ts';
import { formatMoney } from '../../domain/money.ts';
import { RATIO_DIGITS, type SpendRow, spend, TOKEN_KINDS } from '../spend.ts';
import { inChunks } from './chunks.ts';
import { textCell } from './csv-cell.ts';
import { shortDecimal, TOKEN_DIGITS, TOKEN_FIELDS } from './fields.ts';

interface CsvColumn {
  readonly head: string;
  /** the cell as it stands in the file; empty for what is not there */
  readonly cell: (row: SpendRow) => string;
}

/**
 * The rows as CSV (RFC 4180: CRLF, quotes where needed) with a header row, in chunks of whole lines; nothing but the
 * rows. Text that a spreadsheet would run as a formula has an apostrophe before it; numbers are untouched.
 */
export function csvLines(answer: Answer): Iterable<string> {
  return inChunks(lines(answer));
}

function* lines(answer: Answer): Generator<string> {
  const columns = columnsOf(answer);
  yield `${columns.map(({ head }) => head).join(',')}\r\n`;
  for (const row of spend(answer).rows) yield `${columns.map(({ cell }) => cell(row)).join(',')}\r\n`;
}

function columnsOf({ question, currency }: Answer): CsvColumn[] {
  const { grain, by } = question;
  const currencyCell = textCell(currency);
  return [
    ...(grain === null ? [] : [{ head: grain, cell: ({ row }: SpendRow) => textCell(row.time) }]),
    ...by.map(({ name }, index) => ({
      head: textCell(name),
      cell: ({ row }: SpendRow) => textCell(row.values[index] ?? null),
    })),
    { head: 'adjustment', cell: ({ row }) => textCell(row.adjustment) },
    { head: 'other', cell: ({ row }) => (row.other ? 'true' : '') },
    { head: 'cost', cell: ({ row }) => formatMoney(row.cost) },
    { head: 'currency', cell: () => currencyCell },
    { head: 'share', cell: ({ share }) => ratioCell(share) },
    ...TOKEN_KINDS.map((kind) => ({
      head: `tokens.${TOKEN_FIELDS[kind]}`,
      cell: ({ row }: SpendRow) => shortDecimal(row.tokens[kind], TOKEN_DIGITS),
    })),
    {
      head: 'costPerMillionTokens',
      cell: ({ costPerMillionTokens: cost }) => (cost === null ? '' : formatMoney(cost)),
    },
    { head: 'cacheHitRate', cell: ({ cacheHitRate }) => ratioCell(cacheHitRate) },
  ];
}

function ratioCell(ratio: bigint | null): string {
  return ratio === null ? '' : shortDecimal(ratio, RATIO_DIGITS);
}
