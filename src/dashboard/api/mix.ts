import { z } from 'zod';
import { scopeQuery } from './query.ts';
import { envelope, money, ratio } from './schema.ts';

export const mixQuery = z.strictObject(scopeQuery);

const kind = z.strictObject({
  kind: z.enum(['input', 'output', 'cache-read', 'cache-write']).nullable().describe('null: paid for something else'),
  cost: money,
  tokens: z.string(),
  costPerMillionTokens: money.nullable(),
});

export const mixBody = z.strictObject({
  ...envelope,
  models: z
    .array(
      z.strictObject({
        model: z.string().nullable(),
        cost: money,
        share: ratio,
        kinds: z.array(kind),
        costPerMillionTokens: money.nullable(),
        cacheHitRate: ratio,
      }),
    )
    .describe('usage alone, the dearest first'),
  cache: z.strictObject({
    read: z.strictObject({ cost: money, tokens: z.string() }),
    writes: z.array(z.strictObject({ ttl: z.string().nullable(), cost: money, tokens: z.string() })),
    hitRate: ratio,
    saved: money,
    extra: money,
    net: money,
    unknown: money,
  }),
});

export type MixBody = z.output<typeof mixBody>;
export type MixKind = z.output<typeof kind>;
