import type { z } from 'zod';
import type { Answer } from '../../domain/answer.ts';
import { findDimension } from '../../domain/dimension.ts';
import { formatMoney, subtract, sum } from '../../domain/money.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { spend } from '../../report/spend.ts';
import { summaryBody, summaryQuery } from '../api/summary.ts';
import { beforeOf, dimensionsOf, noted, questionOf, scopeOf } from '../asked.ts';
import { unfinishedFrom } from '../calendar.ts';
import { beforeText, centsText, envelopeOf, ratesText, ratioOf, ratioText } from '../envelope.ts';
import { askOffers, savingsOf } from '../offers.ts';
import { MOST_ROWS, totalChange } from '../ranking.ts';
import { route } from '../route.ts';

const ACCOUNT = findDimension('account', {});

export const summary = route({
  path: '/api/summary',
  summary: 'The key figures: total and change, what belongs to nobody, price of tokens, what caching did.',
  query: summaryQuery,
  body: summaryBody,
  answer: async (page, query, signal) => {
    const by = dimensionsOf(page, query.by, 1);
    const scope = await scopeOf(page, query);
    const before = await beforeOf(page, query, scope, query.compare);
    const { snapshots } = scope.now;
    // All at once: else each would wait for what other cards have asked meanwhile.
    const [now, earlier, offers, accounts] = await Promise.all([
      // The table asks the same where it is by the same.
      page.ask(snapshots, questionOf(scope, scope.now, { by, top: MOST_ROWS }), signal),
      before.kind === 'time' ? page.ask(before.snapshots, questionOf(scope, before, { by: [] }), signal) : null,
      askOffers(page, scope, signal),
      page.askCosts(snapshots, questionOf(scope, scope.now, { by: [ACCOUNT] }), signal),
    ]);
    const change = totalChange(now, earlier);
    return {
      ...envelopeOf(noted(now, scope)),
      before: beforeText(before, earlier),
      change:
        change === null
          ? null
          : {
              amount: formatMoney(change.amount),
              cents: centsText(change.cents),
              ratio: ratioText(ratioOf(change.amount, change.before)),
            },
      rates: ratesText(spend(now).total),
      ratesBefore: earlier === null ? null : ratesText(spend(earlier).total),
      unallocated: unallocatedOf(now),
      cache: cacheText(offers),
      accounts: new Set(
        accounts.rows.map(({ values: [account] }) => account ?? null).filter((account) => account !== null),
      ).size,
      payers: new Set(now.costs.map(({ payer }) => payer)).size,
      sellers: sellersOf(snapshots, now),
      unfinishedFrom: snapshots.map(unfinishedFrom).find((day) => day !== null) ?? null,
    };
  },
});

type Body = z.input<typeof summaryBody>;

function unallocatedOf({ allocation }: Answer): Body['unallocated'] {
  if (allocation === null) return null;
  const { dimension, allocated, shared, unallocated } = allocation;
  const usage = sum([allocated, shared, unallocated]);
  return { dimension, cost: formatMoney(unallocated), share: ratioText(ratioOf(unallocated, usage)) };
}

function cacheText(offers: Answer): Body['cache'] {
  const { saved, extra, unknown } = savingsOf(offers);
  return {
    saved: formatMoney(saved),
    extra: formatMoney(extra),
    net: formatMoney(subtract(saved, extra)),
    unknown: formatMoney(unknown),
  };
}

/** How far each seller's data reach, and what part of the bill is theirs. */
function sellersOf(snapshots: readonly Snapshot[], { question, source }: Answer): Body['sellers'] {
  const bedrock = snapshots.flatMap(({ control }) => control.filter((total) => total.bedrock));
  const bill = sum(bedrock.map((total) => total[question.cost]));
  return source.dataThrough.map(({ seller, through }) => {
    const own = sum(bedrock.filter((total) => total.seller === seller).map((total) => total[question.cost]));
    return { seller, through, share: ratioText(ratioOf(own, bill)) };
  });
}
