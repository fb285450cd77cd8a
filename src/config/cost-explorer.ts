import { join } from 'node:path';
import { OperatingError } from '../domain/errors.ts';

/** What may be paid for the answers of Cost Explorer, and where they are kept. */
export interface CostExplorerSettings {
  /** most pages that one command asks for */
  readonly maxPages: number;
  /** nobody is asked before money is spent */
  readonly yes: boolean;
  /** what is kept is asked for again */
  readonly refresh: boolean;
  /** `null`: there is no home folder to keep them in */
  readonly folder: string | null;
}

/** Cost Explorer is not asked. */
export const NOTHING_PAID: CostExplorerSettings = Object.freeze({
  maxPages: 0,
  yes: false,
  refresh: false,
  folder: null,
});

export interface CostExplorerFlags {
  readonly maxPages?: string;
  readonly yes?: boolean;
  readonly refresh?: boolean;
}

const DEFAULT_MAX_PAGES = 50;
const MOST_PAGES = 10_000;

/**
 * Flags win over bursar.yaml.
 * @param places where ledger and data of the user lie; `null` = nobody said, or there is no home folder. The answers lie beside
 *   a ledger that is named, not in it: who deletes a ledger should not have to pay again.
 * @throws OperatingError OPTION_INVALID
 */
export function costExplorerSettings(
  { maxPages, yes = false, refresh = false }: CostExplorerFlags,
  ofFile: number | undefined,
  { ledger, data }: { readonly ledger: string | null; readonly data: string | null },
): CostExplorerSettings {
  const beside = ledger === null ? null : `${ledger}-cost-explorer`;
  return Object.freeze({
    maxPages: maxPages === undefined ? (ofFile ?? DEFAULT_MAX_PAGES) : parsePages(maxPages),
    yes,
    refresh,
    folder: beside ?? (data === null ? null : join(data, 'cost-explorer')),
  });
}

function parsePages(text: string): number {
  const pages = Number(text);
  if (/^\d+$/.test(text) && pages >= 1 && pages <= MOST_PAGES) return pages;
  throw new OperatingError('OPTION_INVALID', `--max-pages ${text} is not understood`, {
    hint: `It takes a whole number from 1 to ${MOST_PAGES.toLocaleString('en')}.`,
  });
}
