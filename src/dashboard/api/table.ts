import { z } from 'zod';
import { by, compareQuery, scopeQuery, wholeNumber } from './query.ts';
import { before, cents, envelope, money, rates, ratio } from './schema.ts';

/** How the table can be ordered. */
const SORTS = ['cost', 'name', 'before', 'change', 'changeRatio', 'tokens', 'price', 'cacheHit'] as const;
export type Sort = (typeof SORTS)[number];

export const tableCsvQuery = z.strictObject({
  ...scopeQuery,
  ...compareQuery,
  by,
  sort: z.enum(SORTS).default('cost'),
  order: z.enum(['asc', 'desc']).default('desc'),
});

export const tableQuery = z.strictObject({
  ...tableCsvQuery.shape,
  page: wholeNumber(1, 1_000_000, 1),
  size: wholeNumber(1, 100, 25),
});

const change = z
  .strictObject({
    before: money,
    amount: money,
    cents: cents.describe('now less before, both in cents'),
    ratio: ratio.describe('null: there was nothing before'),
  })
  .nullable()
  .describe('null where nothing is compared');

const row = z.strictObject({
  values: z.array(z.string().nullable()).describe('one a dimension; null is none'),
  adjustment: z.string().nullable().describe('the line item type of what only corrects cost; null for usage'),
  other: z.boolean().describe('the remainder beyond the rows that are kept apart'),
  cost: money,
  cents,
  share: ratio,
  change,
  ...rates,
  topModel: z.strictObject({ model: z.string().nullable(), share: ratio }).nullable(),
  course: z.array(money).nullable().describe('cost at each of `times`; null for adjustments and the remainder'),
});

export const tableBody = z.strictObject({
  ...envelope,
  before,
  by: z.array(z.string()),
  grain: z.enum(['day', 'month']),
  times: z.array(z.string()),
  count: z.number().int().describe('rows of all pages'),
  page: z.number().int(),
  pages: z.number().int(),
  rows: z.array(row),
  largest: money.describe('the greatest cost of a row on any page: the length of a full bar'),
  sums: z.strictObject({ cents, change, ...rates }),
});

export type TableBody = z.output<typeof tableBody>;
export type TableRow = z.output<typeof row>;
