import type { z } from 'zod';
import type { Answer, AnswerRow } from '../../domain/answer.ts';
import { findDimension } from '../../domain/dimension.ts';
import { divide, formatMoney, type Money, subtract, sum } from '../../domain/money.ts';
import { cacheSavings } from '../../report/cache.ts';
import { shortDecimal, TOKEN_DIGITS } from '../../report/format/fields.ts';
import { allTokens, RATIO_DIGITS, shares, spend, TOKEN_KINDS } from '../../report/spend.ts';
import { mixBody, mixQuery } from '../api/mix.ts';
import { noted, questionOf, scopeOf } from '../asked.ts';
import { envelopeOf, ratesText, ratioText } from '../envelope.ts';
import { route } from '../route.ts';
import { PRICED_BY } from './summary.ts';

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
    const ask = (by: typeof BY_KIND) => page.ask(scope.now.snapshots, questionOf(scope, scope.now, { by }), signal);
    const [now, byTtl, priced] = await Promise.all([ask(BY_KIND), ask(BY_TTL), ask(PRICED_BY)]);
    return {
      ...envelopeOf(noted(now, scope)),
      models: modelsOf(now),
      cache: cacheOf(byTtl, priced),
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

function cacheOf(byTtl: Answer, priced: Answer): Body['cache'] {
  const { saved, extra, unknown } = cacheSavings(priced);
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
