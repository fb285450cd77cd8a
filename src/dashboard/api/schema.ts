import { z } from 'zod';
import { COST_BASES } from '../../domain/question.ts';

/** Parts that the contracts of several routes share. Amounts are strings: a JSON number would lose digits. */

export const money = z
  .string()
  .regex(/^-?\d+\.\d{10}$/)
  .describe('an exact amount of the currency, with 10 digits');
export const cents = z
  .string()
  .regex(/^-?\d+\.\d{2}$/)
  .describe('rounded so that all of them add up to the rounded total');
export const ratio = z.number().nullable().describe('1 is 100 %; null where there is nothing to divide by');
const count = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('a count as decimal text');
const moneyOrZero = z
  .string()
  .regex(/^(0|-?\d+\.\d{10})$/)
  .describe('as an amount; an exact 0 is "0"');

export const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .describe('a UTC day');
export const period = z
  .string()
  .regex(/^\d{4}-\d\d$/)
  .describe('a billing period');

export const tokens = z.strictObject({ input: count, output: count, cacheRead: count, cacheWrite: count });

export const rates = {
  tokens,
  costPerMillionTokens: money.nullable(),
  cacheHitRate: ratio.describe('cache-read tokens in all tokens that went in'),
};

export const state = z.enum(['open', 'invoiced', 'restated']);

/** What bursar report --format json says of every answer: where it comes from, and that it adds up. */
export const envelope = {
  source: z.strictObject({
    basis: z.literal('actual'),
    engine: z.string(),
    periods: z.array(z.strictObject({ period, state })),
    snapshot: z.string().describe('period@id, separated by commas; another one says that the ledger was replaced'),
    dataThrough: z.string().nullable(),
    dataThroughBySeller: z.array(z.strictObject({ seller: z.string(), through: z.string() })),
  }),
  period: z.strictObject({ from: day, to: day }).describe('half-open'),
  cost: z.enum(COST_BASES),
  currency: z.string(),
  costByPayer: z.array(z.strictObject({ period, payer: z.string(), cost: z.enum(COST_BASES), why: z.string() })),
  total: money,
  allocation: z
    .strictObject({
      dimension: z.string(),
      allocated: money,
      shared: money,
      unallocated: money,
      adjustments: money,
      total: money,
    })
    .nullable(),
  check: z
    .strictObject({ bill: moneyOrZero, shown: moneyOrZero, filteredOut: moneyOrZero, difference: moneyOrZero })
    .describe('bill = shown + filteredOut + difference; a difference is a defect'),
  notes: z.array(z.string()).describe('what the reader must know to trust the numbers'),
};

/** What is compared with: a part of every answer that compares. */
export const before = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('time'), from: day, to: day, total: money, snapshot: z.string() }),
    z.strictObject({ kind: z.literal('nothing'), why: z.string() }),
  ])
  .describe('what is compared with, or why with nothing');

/** Something that the reader can do. */
export const remedy = z.strictObject({
  what: z.string().describe('one sentence'),
  where: z.enum(['bursar.yaml', 'people file', 'shell']).nullable().describe('where it is pasted'),
  paste: z.array(z.string()).describe('lines, with the value to fill in written in capitals'),
});

export type RemedyBody = z.output<typeof remedy>;

export const failure = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }),
});
