import { type CsvRecord, csvCell, csvRecords, type Delimiter, delimiterOf, isEmpty } from './csv.ts';

/** Columns of the people file that are no dimensions. */
export const SESSION = 'session';
export const FROM = 'from';
export const TO = 'to';
/** Which import wrote the row, and so looks after it; empty = somebody wrote it by hand. */
export const IMPORTED_BY = 'imported-by';

const MARK = '\ufeff';

/** The people file as it stands, so that what is not changed stays as it is, to the byte. */
export interface PeopleTable {
  /** before the header: a byte order mark, empty lines */
  readonly lead: string;
  readonly delimiter: Delimiter;
  readonly lineBreak: string;
  /** column names in lower case */
  readonly header: readonly string[];
  readonly headerLine: number;
  readonly headerText: string;
  /** the records below the header, empty lines too */
  readonly records: readonly CsvRecord[];
}

/** @throws CsvError */
export function parseTable(content: string): PeopleTable {
  const mark = content.startsWith(MARK) ? MARK : '';
  const text = content.slice(mark.length);
  const delimiter = delimiterOf(text);
  const records = csvRecords(text, delimiter);
  const at = records.findIndex((record) => !isEmpty(record));
  const head = records[at];
  return {
    lead:
      mark +
      records
        .slice(0, Math.max(at, 0))
        .map((record) => record.text)
        .join(''),
    delimiter,
    lineBreak: /\r?\n/.exec(text)?.[0] ?? '\n',
    header: (head?.cells ?? []).map((name) => name.toLowerCase()),
    headerLine: head?.line ?? 1,
    headerText: head?.text ?? '',
    records: at < 0 ? [] : records.slice(at + 1),
  };
}

/** A row to be written: column -> cell. */
export type Cells = ReadonlyMap<string, string>;

/** A file that does not exist yet. */
export const NO_TABLE: PeopleTable = {
  lead: '',
  delimiter: ',',
  lineBreak: '\n',
  header: [],
  headerLine: 1,
  headerText: '',
  records: [],
};

/**
 * The file anew.
 * @param columns all that it shall have; those that it has keep their places
 * @param rows records that stay as they are, and rows that are written
 */
export function tableText(
  table: PeopleTable,
  columns: readonly string[],
  rows: readonly (CsvRecord | Cells)[],
): string {
  const { lead, delimiter, lineBreak, header, headerText } = table;
  const added = columns.filter((column) => !header.includes(column));
  const all = [...header, ...added];
  const withBreak = (text: string): string => (text.endsWith('\n') ? text : text + lineBreak);
  const longer = (text: string, cells: readonly string[]): string => {
    if (cells.length === 0) return withBreak(text);
    const body = text.replace(/\r?\n$/, '');
    return [...(body === '' ? [] : [body]), ...cells].join(delimiter) + (/\r?\n$/.exec(text)?.[0] ?? lineBreak);
  };
  const lines = rows.map((row) => {
    if (isCells(row)) return all.map((column) => csvCell(row.get(column) ?? '', delimiter)).join(delimiter) + lineBreak;
    const blank = added.length === 0 || (isEmpty(row) && row.cells.length <= 1);
    // A row that was written by hand may be shorter than the header.
    return longer(row.text, blank ? [] : all.slice(row.cells.length).map(() => ''));
  });
  return lead + longer(headerText, added) + lines.join('');
}

function isCells(row: CsvRecord | Cells): row is Cells {
  return row instanceof Map;
}
