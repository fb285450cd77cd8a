/** The table of CUR 2.0: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html */
export const CUR_TABLE = 'COST_AND_USAGE_REPORT';

/** An export as AWS Data Exports has it. */
export interface DataExport {
  readonly arn: string;
  readonly name: string;
  readonly query: string;
  /** table -> its settings, all of them texts: `INCLUDE_RESOURCES: 'FALSE'` */
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly destination: ExportDestination;
  readonly health: ExportHealth;
}

interface ExportDestination {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly format: string;
  readonly compression: string;
  readonly overwrite: string;
  readonly outputType: string;
}

export interface ExportHealth {
  readonly healthy: boolean;
  /** why not, in AWS's word: `INSUFFICIENT_PERMISSION` */
  readonly reason: string | null;
  /** whether something was delivered yet */
  readonly delivered: boolean;
}

/** A column of a table, as GetTable has it. */
export interface ExportColumn {
  readonly name: string;
  /** AWS's word: `string`, `double`, `timestamp`, `map<string,string>` */
  readonly type: string;
}

/** Where the data files of an export lie, with a slash at the end. Source: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html */
export function exportFolder(bucket: string, prefix: string, name: string): string {
  return `s3://${[bucket, prefix, name].filter((part) => part !== '').join('/')}/`;
}

/** What a query of Data Exports selects. */
export interface ExportQuery {
  readonly table: string;
  readonly columns: readonly string[];
  /** WHERE or LIMIT: not every line of the bill is delivered */
  readonly filtered: boolean;
}

/**
 * Reads a query; attributes of maps that are selected by themselves (`product.region AS x`) are no columns.
 * Source: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-data-query.html
 */
export function parseExportQuery(query: string): ExportQuery | null {
  const found = /^\s*SELECT\s+(.+?)\s+FROM\s+(\w+)(\s+(?:WHERE|LIMIT)\s.*)?\s*;?\s*$/is.exec(query);
  if (found === null) return null;
  const [, list = '', table = '', rest] = found;
  const columns = list.split(',').flatMap((item) => /^\s*(\w+)\s*$/.exec(item)?.[1] ?? []);
  return { table, columns, filtered: rest !== undefined };
}
