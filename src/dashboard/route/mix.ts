import type { z } from 'zod';
import type { Answer, AnswerRow } from '../../domain/answer.ts';
import { findDimension } from '../../domain/dimension.ts';
import { divide, formatMoney, type Money, subtract, sum } from '../../domain/money.ts';
import { shortDecimal, TOKEN_DIGITS } from '../../report/format/fields.ts';
import { rolledUp } from '../../report/roll-up.ts';
import { allTokens, RATIO_DIGITS, shares, spend, TOKEN_KINDS } from '../../report/spend.ts';
import { mixBody, mixQuery } from '../api/mix.ts';
import { noted, scopeOf } from '../asked.ts';
import { envelopeOf, ratesText, ratioText } from '../envelope.ts';
import { askOffers, savingsOf } from '../offers.ts';
import { route } from '../route.ts';

type Body = z.input<typeof mixBody>;

const BY_KIND = ['model', 'token-kind'].map((name) => findDimension(name, {}));
const BY_TTL = ['token-kind', 'cache-ttl'].map((name) => findDimension(name, {}));

export const mix = route({
  path: '/api/mix',
  summary: 'Foundation models by token kind, with the price of a million tokens, and what caching did.',
  query: mixQuery,
  body: mixBody,
  answer: async (page, query, signal) => {
    const scope = await scopeOf(page, query);
    const offers = await askOffers(page, scope, signal);
    const byKind = rolledUp(offers, BY_KIND);
    return {
      ...envelopeOf(noted(byKind, scope)),
      models: modelsOf(byKind),
      cache: cacheOf(rolledUp(offers, BY_TTL), offers),
    };
  },
});

function modelsOf(answer: Answer): Body['models'] {
  const usage = answer.rows.filter(({ adjustment }) => adjustment === null);
  const models = [...Map.groupBy(usage, ({ values: [model] }) => model ?? null)]
    .map(([model, rows]) => ({ model, rows, cost: sum(rows.map(({ cost }) => cost)) }))
    .sort((a, b) => (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0));
  const parts = shares(
    models.map(({ cost }) => cost),
    RATIO_DIGITS,
  );
  return models.map(({ model, rows, cost }, index) => {
    const { costPerMillionTokens, cacheHitRate } = ratesText(spend({ ...answer, rows }).total);
    return {
      model,
      cost: formatMoney(cost),
      share: ratioText(parts?.[index] ?? null),
      kinds: kindsOf(rows),
      costPerMillionTokens,
      cacheHitRate,
    };
  });
}

function kindsOf(rows: readonly AnswerRow[]): Body['models'][number]['kinds'] {
  return [...TOKEN_KINDS, null].flatMap((kind) => {
    const own = rows.filter(({ values: [, of] }) => (of ?? null) === kind);
    if (own.length === 0) return [];
    const tokens = tokensOf(own);
    const paid = sum(own.map(({ tokenCost }) => tokenCost));
    const price = divide((paid * 1_000_000n) as Money, tokens);
    return {
      kind,
      cost: formatMoney(sum(own.map(({ cost }) => cost))),
      tokens: shortDecimal(tokens, TOKEN_DIGITS),
      costPerMillionTokens: price === null ? null : formatMoney(price),
    };
  });
}

function cacheOf(byTtl: Answer, offers: Answer): Body['cache'] {
  const { saved, extra, unknown } = savingsOf(offers);
  const usage = byTtl.rows.filter(({ adjustment }) => adjustment === null);
  const of = (kind: string) => usage.filter(({ values: [own] }) => own === kind);
  const sums = (rows: readonly AnswerRow[]) => ({
    cost: formatMoney(sum(rows.map(({ cost }) => cost))),
    tokens: shortDecimal(tokensOf(rows), TOKEN_DIGITS),
  });
  const byAge = Map.groupBy(of('cache-write'), ({ values: [, ttl] }) => ttl ?? null);
  return {
    read: sums(of('cache-read')),
    writes: [...byAge].map(([ttl, rows]) => ({ ttl, ...sums(rows) })),
    hitRate: ratioText(spend(byTtl).total.cacheHitRate),
    saved: formatMoney(saved),
    extra: formatMoney(extra),
    net: formatMoney(subtract(saved, extra)),
    unknown: formatMoney(unknown),
  };
}

function tokensOf(rows: readonly AnswerRow[]): bigint {
  return rows.reduce((all, { tokens }) => all + allTokens(tokens), 0n);
}
