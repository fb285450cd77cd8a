import type { CostExplorerConfig } from '../../config/config.ts';
import { describePeriods, type Period } from '../../domain/period.ts';
import { CostExplorerExport, notesOnPeriods } from '../../source/cost-explorer/export.ts';
import { plannedPages, readMonths } from '../../source/cost-explorer/read.ts';
import type { CurExport } from '../../source/cur/export.ts';
import type { Context } from '../context.ts';
import { openAccount } from './account.ts';
import { paying } from './consent.ts';
import type { ViewAsked } from './view-asked.ts';

/** What an answer must say of a source that is no export. */
export interface AboutSource {
  /** for the source line */
  readonly origin: string;
  /** what one must know of the periods, a sentence each */
  notesOn(periods: readonly Period[]): Promise<string[]>;
}

interface OpenedView {
  readonly source: CurExport;
  /** folder */
  readonly ledger: string;
  readonly about: AboutSource;
}

const LIMITS =
  'Cost Explorer tells no principal (so rules and people say nothing), account, invoice or list cost, and one tag key at a time; tax is a service of its own there, so Bedrock is shown without.';

/** Asks Cost Explorer what is not kept yet, and opens its answers as an export. */
export async function openView(config: CostExplorerConfig, asked: ViewAsked, context: Context): Promise<OpenedView> {
  const opened = await openAccount(config, context);
  try {
    const { asking } = opened;
    const { ledger, ...view } = opened.view(asked.tag);
    const planned = await plannedPages(asking, view, asked);
    const what = `${describePeriods(asked.months.map(({ period }) => period))} by ${asked.tag}`;
    const more = planned.complete ? null : 'and one or more for each usage type that several models share';
    await paying(asking, { what, pages: planned.pages, more }, config.costExplorer, context, () =>
      readMonths(asking, view, asked),
    );
    return {
      source: new CostExplorerExport(view),
      ledger,
      about: {
        origin: `Cost Explorer, account ${view.account}, tag ${view.tag}`,
        notesOn: async (periods) => [LIMITS, ...(await notesOnPeriods(view, periods))],
      },
    };
  } finally {
    opened.close();
  }
}
