import type { CostDay } from '../../aws/read/cost-explorer.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type Asking, ask, expectedPages, freshAnswer } from './ask.ts';
import { writePeriod } from './export-files.ts';
import type { KeptAnswer } from './kept-answers.ts';
import { notesOn } from './notes.ts';
import { hasNet, type Month, sharedUsage, usageByService, usageByTag, wholeBill } from './questions.ts';
import { type Answers, split } from './split.ts';
import { sharedUsageTypes } from './split-usage-type.ts';

/** How an account's view by one tag key is read. */
export interface View {
  /** of the credentials */
  readonly account: string;
  /** one key: a second one is another cut of the same dollars */
  readonly tag: string;
  /** where the view lies as an export */
  readonly folder: string;
}

/** What is wanted of a view; each question costs money. */
export interface Wanted {
  readonly months: readonly Month[];
  /** whether one must know the model of usage types that several models share: a question for each of them */
  readonly models: boolean;
}

/**
 * How many pages the months will probably take.
 * @returns `complete`: nothing can come on top, since it is known which usage types are shared
 */
export async function plannedPages(
  asking: Asking,
  { tag }: View,
  { months, models }: Wanted,
): Promise<{ readonly pages: number; readonly complete: boolean }> {
  let [pages, complete] = [0, true];
  for (const month of months) {
    const questions = [wholeBill(month), usageByService(month), usageByTag(month, tag)];
    for (const question of questions) pages += await expectedPages(asking, question);
    if (!models) continue;
    const byService = await freshAnswer(asking, usageByService(month));
    const byTag = await freshAnswer(asking, usageByTag(month, tag));
    if (byService === null || byTag === null) complete = false;
    else {
      const shared = sharedUsageTypes(byService.days, byTag.days);
      for (const one of shared) pages += await expectedPages(asking, sharedUsage(month, tag, one));
    }
  }
  return { pages, complete };
}

/**
 * Asks what the months need and writes each as a period of an export.
 * @throws OperatingError those of `ask`, CUR_SEVERAL_CURRENCIES, FOLDER_NOT_WRITABLE
 */
export async function readMonths(asking: Asking, view: View, { months, models }: Wanted): Promise<void> {
  for (const month of months) await readMonth(asking, view, month, models);
}

async function readMonth(asking: Asking, { account, tag, folder }: View, month: Month, models: boolean): Promise<void> {
  const whole = await ask(asking, wholeBill(month));
  const byService = await ask(asking, usageByService(month));
  const byTag = await ask(asking, usageByTag(month, tag));
  const shared = new Map<string, KeptAnswer>();
  for (const usageType of sharedUsageTypes(byService.days, byTag.days)) {
    const question = sharedUsage(month, tag, usageType);
    const answer = models ? await ask(asking, question) : await freshAnswer(asking, question);
    if (answer !== null) shared.set(usageType, answer);
  }
  const answers: Answers = {
    wholeBill: whole.days,
    byService: byService.days,
    byTag: byTag.days,
    shared: new Map([...shared].map(([usageType, { days }]) => [usageType, days])),
  };
  const { lines, findings } = split(answers, tag);
  const askedAt =
    [whole, byService, byTag, ...shared.values()]
      .map((answer) => answer.askedAt)
      .sort()
      .at(-1) ?? '';
  const about = { account, tag, askedAt, currency: currencyOf(whole.days, month), hasNet: hasNet(whole.days) };
  await writePeriod(folder, month.period, lines, { ...about, notes: notesOn(month, answers, findings, about) });
}

function currencyOf(days: readonly CostDay[], { period }: Month): string {
  const all = new Set(days.flatMap(({ groups }) => groups.map(({ currency }) => currency)).filter((one) => one !== ''));
  if (all.size > 1) {
    throw new OperatingError(
      'CUR_SEVERAL_CURRENCIES',
      `${period}: Cost Explorer answers in ${[...all].sort().join(' and ')}`,
    );
  }
  return [...all][0] ?? 'USD';
}
