import type { CostDay, CostExplorer, CostQuestion } from '../../aws/read/cost-explorer.ts';
import { OperatingError } from '../../domain/errors.ts';
import { dayOf, isFresh, type KeptAnswer, type KeptAnswers } from './kept-answers.ts';

/** Cents for each page of an answer (https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/). */
const CENTS_A_PAGE = 1;

/** Counts what is paid for, up to what was agreed. */
interface Purse {
  /** pages that have been answered */
  asked: number;
  readonly most: number;
}

export interface Asking {
  readonly explorer: CostExplorer;
  readonly kept: KeptAnswers;
  readonly purse: Purse;
  /** the instant that the command began, ISO 8601: answers of before are asked for again where `refresh` says so */
  readonly now: string;
  readonly refresh: boolean;
  readonly signal: AbortSignal;
}

/** `$0.03` */
export function priceOf(pages: number): string {
  const cents = pages * CENTS_A_PAGE;
  return `$${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** The kept answer, where it needs no asking. */
export async function freshAnswer({ kept, now, refresh }: Asking, question: CostQuestion): Promise<KeptAnswer | null> {
  const answer = await kept.complete(question);
  if (answer === null || answer.question.to !== question.to || !isFresh(answer, dayOf(now))) return null;
  return refresh && answer.askedAt < now ? null : answer;
}

/** How many pages the question will probably take: as many as it took the last time, less those that are there. */
export async function expectedPages(asking: Asking, question: CostQuestion): Promise<number> {
  if ((await freshAnswer(asking, question)) !== null) return 0;
  const before = await asking.kept.complete(question);
  const begun = await begunToday(asking, question);
  return Math.max(1, (before?.pages ?? 1) - (begun?.pages ?? 0));
}

/**
 * The whole answer. Each page is kept before the next is asked for, so that nothing is paid for twice: neither what is fresh,
 * nor the first pages of an answer that broke off today.
 * @throws OperatingError COST_EXPLORER_PRICE when more pages are needed than were agreed, and those of `CostExplorer.page`
 */
export async function ask(asking: Asking, question: CostQuestion): Promise<KeptAnswer> {
  const known = await freshAnswer(asking, question);
  if (known !== null) return known;
  let answer = await begunToday(asking, question);
  while (answer === null || answer.next !== null) {
    checkPurse(asking.purse);
    const page = await asking.explorer.page(question, answer?.next ?? null, asking.signal);
    if (page === 'stale') {
      if (answer === null)
        throw new OperatingError(
          'AWS_REFUSED',
          'Cost Explorer refused the first page of an answer as if it were a later one',
        );
      await asking.kept.forgetBegun(question);
      answer = null;
      continue;
    }
    asking.purse.asked++;
    answer = {
      question,
      askedAt: answer?.askedAt ?? new Date().toISOString(),
      pages: (answer?.pages ?? 0) + 1,
      next: page.next,
      days: joined(answer?.days ?? [], page.days),
    };
    await asking.kept.keep(answer);
  }
  return answer;
}

/** Pages of different days may belong to different states of the data: they are not put together. */
async function begunToday({ kept, now, refresh }: Asking, question: CostQuestion): Promise<KeptAnswer | null> {
  const begun = await kept.begun(question);
  if (begun === null || dayOf(begun.askedAt) !== dayOf(now)) return null;
  return refresh && begun.askedAt < now ? null : begun;
}

function checkPurse({ asked, most }: Purse): void {
  if (asked < most) return;
  throw new OperatingError(
    'COST_EXPLORER_PRICE',
    `Cost Explorer has more to answer than the ${most} pages (${priceOf(most)}) that were agreed to`,
    { hint: `What was paid for is kept: run the command again today and it goes on from there, or raise --max-pages.` },
  );
}

/** A day may be spread over pages. */
function joined(before: readonly CostDay[], page: readonly CostDay[]): CostDay[] {
  const days = new Map(before.map((day) => [day.day, day]));
  for (const one of page) {
    const known = days.get(one.day);
    days.set(
      one.day,
      known === undefined
        ? one
        : { ...one, estimated: known.estimated || one.estimated, groups: [...known.groups, ...one.groups] },
    );
  }
  return [...days.values()];
}
