import type { CostDay } from '../../aws/read/cost-explorer.ts';
import { OperatingError } from '../../domain/errors.ts';
import { formatRounded } from '../../domain/money.ts';
import { type Asking, ask, expectedPages, freshAnswer } from './ask.ts';
import { looksLikeBedrock } from './bedrock-service.ts';
import { type AboutPeriod, writePeriod } from './export-files.ts';
import type { KeptAnswer } from './kept-answers.ts';
import { hasNet, type Month, sharedUsage, usageByService, usageByTag, wholeBill } from './questions.ts';
import { type Answers, type Findings, sharedUsageTypes, split } from './split.ts';

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
      const shared = sharedUsageTypes({ byService: byService.days, byTag: byTag.days });
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
  for (const usageType of sharedUsageTypes({ byService: byService.days, byTag: byTag.days })) {
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

/** What one must know of the period to trust its numbers, a sentence each. */
function notesOn(
  { period, to }: Month,
  { wholeBill: days }: Answers,
  findings: Findings,
  { askedAt, currency, tag }: Pick<AboutPeriod, 'askedAt' | 'currency' | 'tag'>,
): string[] {
  const money = (units: bigint): string => `${currency} ${formatRounded(units, 2)}`;
  const estimated = days.filter((day) => day.estimated).map(({ day }) => day);
  const similar = [...new Set(days.flatMap(({ groups }) => groups.map(({ keys }) => keys[0])))].filter(
    looksLikeBedrock,
  );
  const { severalServices, tagUndecided, byTagAlone, moved } = findings;
  const when = `${askedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return [
    `${period}: Cost Explorer as asked at ${when}, days before ${to}${estimatedText(estimated, days.length)}.`,
    ...(severalServices === 0n
      ? []
      : [
          `${period}: ${money(severalServices)} are of usage types that several models share: they show no model. A question by model has them asked for.`,
        ]),
    ...(tagUndecided === 0n
      ? []
      : [
          `${period}: ${money(tagUndecided)} with the tag ${tag} may be another service's: Bedrock's part is shown without.`,
        ]),
    ...(byTagAlone === 0n ? [] : [`${period}: ${money(byTagAlone)} are taken for Bedrock's by the tag ${tag} alone.`]),
    ...(moved < MOVED_LEAST
      ? []
      : [`${period}: ${money(moved)} moved between two answers of Cost Explorer; --refresh asks anew.`]),
    ...similar.map(
      (service) =>
        `${period}: the service ${service} has Bedrock in its name, but is not known to be of Bedrock: not counted.`,
    ),
  ];
}

/** Below a hundredth of a cent it is the rounding of Cost Explorer's digits. */
const MOVED_LEAST = 1_000_000n;

function estimatedText(estimated: readonly string[], all: number): string {
  if (estimated.length === 0) return '';
  return estimated.length === all
    ? '; AWS calls all of them estimated'
    : `; AWS calls ${estimated.length} of them estimated`;
}
