import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';

export { CsvError };

/** A record of a CSV file. */
export interface CsvRecord {
  /** the line on which it begins, from 1 on */
  readonly line: number;
  /** without the space around */
  readonly cells: readonly string[];
  /** as it stands in the file, with its line break */
  readonly text: string;
}

const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** In what a file is written, as far as its bytes tell. */
export type Encoding =
  | { readonly kind: 'utf-8' }
  | { readonly kind: 'utf-16le' | 'utf-16be' }
  /** UTF-16 without the mark that says in which order its bytes are */
  | { readonly kind: 'utf-16-unmarked' }
  /** one byte a character; the first line that is not UTF-8 */
  | { readonly kind: 'single-byte'; readonly line: number };

export function encodingOf(bytes: Buffer): Encoding {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { kind: 'utf-16le' };
  if (first === 0xfe && second === 0xff) return { kind: 'utf-16be' };
  if (bytes.includes(0)) return { kind: 'utf-16-unmarked' };
  if (isUtf8(bytes)) return { kind: 'utf-8' };
  // No part of a character is a line feed in UTF-8: lines can be looked at one by one.
  let [line, from] = [1, 0];
  for (let end = bytes.indexOf(10); end >= 0 && isUtf8(bytes.subarray(from, end)); end = bytes.indexOf(10, from)) {
    line++;
    from = end + 1;
  }
  return { kind: 'single-byte', line };
}

/** What parts the cells: what stands most often in the first line that is not empty, outside quotes. */
export function delimiterOf(text: string): Delimiter {
  const head = (text.split(/\r?\n/).find((line) => line.trim() !== '') ?? '').replaceAll(/"[^"]*"/g, '');
  const count = (part: string): number => head.split(part).length - 1;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/**
 * All records, empty lines too; their texts, put together, are the text again.
 * @throws CsvError
 */
export function csvRecords(text: string, delimiter: Delimiter): CsvRecord[] {
  const records = parse(text, { delimiter, info: true, trim: true, relax_column_count: true }) as unknown as {
    record: string[];
    info: { bytes: number };
  }[];
  const bytes = Buffer.from(text);
  let [line, from] = [1, 0];
  return records.map(({ record, info }) => {
    const own = bytes.toString('utf8', from, info.bytes);
    const begun = line;
    line += own.split('\n').length - 1;
    from = info.bytes;
    return { line: begun, cells: record, text: own };
  });
}

/** Whether nothing stands in any cell. */
export function isEmpty({ cells }: CsvRecord): boolean {
  return cells.every((cell) => cell === '');
}

/** A cell that is read back as it is. */
export function csvCell(text: string, delimiter: Delimiter): string {
  const plain = !text.includes(delimiter) && !/["\r\n]/.test(text) && text === text.trim();
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}
