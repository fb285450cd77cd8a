import { z } from 'zod';
import { compareQuery, scopeQuery } from './query.ts';
import { before, cents, envelope, money, rates, ratio } from './schema.ts';

export const summaryQuery = z.strictObject({
  ...scopeQuery,
  ...compareQuery,
  by: z.string().describe('the dimension that says to whom dollars belong, or one to take none of it from'),
});

export const summaryBody = z.strictObject({
  ...envelope,
  before,
  change: z.strictObject({ amount: money, cents, ratio }).nullable(),
  rates: z.strictObject(rates),
  ratesBefore: z.strictObject(rates).nullable(),
  unallocated: z
    .strictObject({ dimension: z.string(), cost: money, share: ratio.describe('of usage, adjustments apart') })
    .nullable()
    .describe('usage that belongs to nobody; null where no dimension says to whom dollars belong'),
  cache: z
    .strictObject({ saved: money, extra: money, net: money, unknown: money })
    .describe('at the effective input price of the same model, region, tier and routing in this very time'),
  accounts: z.number().int().describe('AWS accounts with Bedrock usage'),
  payers: z.number().int(),
  sellers: z.array(z.strictObject({ seller: z.string(), through: z.string(), share: ratio })),
  unfinishedFrom: z.string().nullable(),
});

export type SummaryBody = z.output<typeof summaryBody>;
