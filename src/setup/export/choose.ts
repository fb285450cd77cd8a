import { CUR_TABLE, type DataExport, parseExportQuery } from '../../domain/data-export.ts';
import { REPORT_COLUMNS } from './query.ts';

/** The exports of an account: the one that serves, and why the others do not. */
export interface Choice {
  /** `null` = none serves */
  readonly used: DataExport | null;
  /** of CUR 2.0 */
  readonly others: readonly UnfitExport[];
}

interface UnfitExport {
  readonly export: DataExport;
  /** what it does, as a clause: `names no callers`; empty: it would serve too */
  readonly faults: readonly string[];
}

/** @param name that is preferred */
export function chooseExport(exports: readonly DataExport[], name: string): Choice {
  const judged = exports.filter(isCur).map((one): UnfitExport => ({ export: one, faults: faultsOf(one) }));
  const fit = judged.filter(({ faults }) => faults.length === 0);
  const used = fit.find((one) => one.export.name === name) ?? fit[0] ?? null;
  return { used: used?.export ?? null, others: judged.filter((one) => one !== used) };
}

/** Whether it is of CUR 2.0: FOCUS and others have quotas of their own. */
function isCur({ query, tables }: DataExport): boolean {
  return CUR_TABLE in tables || parseExportQuery(query)?.table === CUR_TABLE;
}

export const namesCallers = ({ tables }: DataExport): boolean =>
  tables[CUR_TABLE]?.INCLUDE_IAM_PRINCIPAL_DATA?.toUpperCase() === 'TRUE';

function faultsOf(one: DataExport): string[] {
  const { format, overwrite } = one.destination;
  const query = parseExportQuery(one.query);
  const missing = REPORT_COLUMNS.filter((column) => !query?.columns.includes(column));
  return [
    namesCallers(one) ? '' : 'names no callers',
    query === null ? 'has a query that Bursar does not understand' : '',
    query?.filtered ? 'leaves lines of the bill out (WHERE or LIMIT)' : '',
    query !== null && missing.length > 0 ? `does not select ${listed(missing)}` : '',
    format === 'PARQUET' ? '' : 'delivers CSV, not Parquet',
    overwrite === 'OVERWRITE_REPORT' ? '' : 'keeps every delivery beside the one before',
  ].filter((fault) => fault !== '');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length <= 3 ? shown : `${shown} and ${names.length - 3} more columns`;
}

/** Whether an export of that name is there, of whatever table. */
export const isTaken = (exports: readonly DataExport[], name: string): boolean =>
  exports.some((one) => one.name === name);

/** A name that no export of the account has. */
export function freeName(exports: readonly DataExport[], name: string): string {
  const taken = new Set(exports.map((one) => one.name));
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  return free;
}
