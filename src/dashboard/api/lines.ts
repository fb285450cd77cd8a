import { z } from 'zod';
import { COST_BASES } from '../../domain/question.ts';
import { by, scopeQuery } from './query.ts';
import { day, envelope, money, period, remedy } from './schema.ts';

export const linesQuery = z.strictObject({
  ...scopeQuery,
  by: by.describe('dimensions whose values are told, at most 3'),
});

const days = { first: day.nullable(), last: day.nullable() };
const text = z.string().nullable();

const value = z.strictObject({
  value: text,
  evidence: text.describe('the tag, rule or row that gives the value; null: nothing does'),
  lines: z.number().int(),
  cost: money,
  ...days,
});

const caller = z.strictObject({
  account: text,
  principal: text,
  kind: text,
  role: text,
  permissionSet: text,
  session: text,
  cost: money.describe('usage, without adjustments'),
  ...days,
});

const charge = z.strictObject({
  product: text,
  productCode: text,
  usageType: text,
  lineItemType: text,
  unit: text,
  adjustment: z.boolean(),
  lines: z.number().int(),
  amount: text.describe('decimal text in the unit'),
  cost: money,
  ...days,
});

/** All that bursar explain --format json says. */
export const linesBody = z.strictObject({
  where: z.array(z.strictObject({ dimension: z.string(), values: z.array(text) })),
  periods: z.array(period),
  from: day.nullable(),
  to: day.nullable(),
  cost: z.enum(COST_BASES),
  costByPayer: envelope.costByPayer,
  currency: z.string(),
  usage: money,
  adjustments: money,
  total: money,
  check: z.strictObject({ bill: money, shown: money, filteredOut: money, difference: money }),
  dimensions: z.array(z.strictObject({ dimension: z.string(), values: z.array(value) })),
  callerCount: z.number().int(),
  callers: z.array(caller).describe('the dearest'),
  chargeCount: z.number().int(),
  charges: z.array(charge).describe('the dearest'),
  sources: z
    .array(
      z.strictObject({
        period,
        id: z.string(),
        listedBy: text.describe('null: the folder was listed'),
        files: z.array(z.strictObject({ path: z.string(), bytes: z.number().int() })),
      }),
    )
    .describe('where the lines are written'),
  remedies: z.array(remedy),
  notes: envelope.notes,
});

export type LinesBody = z.output<typeof linesBody>;
