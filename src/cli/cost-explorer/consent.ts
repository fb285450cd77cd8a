import type { CostExplorerSettings } from '../../config/cost-explorer.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type Asking, priceOf } from '../../source/cost-explorer/ask.ts';
import { askYes } from '../ask.ts';
import type { Context } from '../context.ts';

/** What is to be asked, and how many pages it will probably take. */
export interface Plan {
  readonly what: string;
  readonly pages: number;
  /** what may come on top, and is known only by asking; `null` = nothing */
  readonly more: string | null;
}

/**
 * Lets an action ask Cost Explorer: shows the price, has it agreed to, and says at the end what was paid, however it ends.
 * @throws OperatingError COST_EXPLORER_PRICE when nobody agrees, or the price is above the limit: nothing was asked then
 */
export async function paying<T>(
  { purse }: Pick<Asking, 'purse'>,
  plan: Plan,
  settings: CostExplorerSettings,
  context: Context,
  action: () => Promise<T>,
): Promise<T> {
  const { stderr } = context;
  if (plan.pages === 0) stderr.write(`Cost Explorer: nothing to pay, ${plan.what} is kept (--refresh asks anew).\n`);
  else await agree(plan, settings, context);
  try {
    return await action();
  } finally {
    if (purse.asked > 0) stderr.write(`Cost Explorer: asked ${pagesText(purse.asked)}, ${priceOf(purse.asked)}.\n`);
  }
}

async function agree(plan: Plan, { maxPages, yes }: CostExplorerSettings, context: Context): Promise<void> {
  const what = plan.what.charAt(0).toUpperCase() + plan.what.slice(1);
  const price = `about ${pagesText(plan.pages)}, ${priceOf(plan.pages)}${plan.more === null ? '' : `, ${plan.more}`}`;
  if (plan.pages > maxPages) {
    throw new OperatingError(
      'COST_EXPLORER_PRICE',
      `${what} takes ${price}: more than ${pagesText(maxPages)}, ${priceOf(maxPages)}; nothing was asked`,
      { hint: `Ask for less, or allow it with --max-pages ${plan.pages} or more.` },
    );
  }
  const most = `never more than ${pagesText(maxPages)}, ${priceOf(maxPages)} (--max-pages)`;
  const text = `Cost Explorer takes ${priceOf(1)} a page. ${what}: ${price}; ${most}.`;
  if (yes) {
    context.stderr.write(`${text}\n`);
    return;
  }
  const reply = await askYes(`${text}\nAsk?`, context);
  if (reply === null) {
    throw new OperatingError('COST_EXPLORER_PRICE', `${text} Nothing was asked`, { hint: 'Add --yes to agree.' });
  }
  if (reply) return;
  throw new OperatingError('COST_EXPLORER_PRICE', 'the price was not agreed to; nothing was asked');
}

function pagesText(pages: number): string {
  return pages === 1 ? '1 page' : `${pages.toLocaleString('en')} pages`;
}
