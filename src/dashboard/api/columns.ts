import { z } from 'zod';
import { compareQuery, scopeQuery } from './query.ts';
import { before, envelope, money } from './schema.ts';

export const columnsQuery = z.strictObject({
  ...scopeQuery,
  ...compareQuery,
  by: z.string().describe('one dimension'),
});

export const columnsBody = z.strictObject({
  ...envelope,
  before: before,
  by: z.string(),
  grain: z.enum(['day', 'month']),
  times: z.array(z.string()),
  series: z
    .array(
      z.strictObject({
        kind: z.enum(['value', 'rest', 'adjustments']),
        value: z.string().nullable(),
        total: money,
        costs: z.array(money).describe('one a time'),
      }),
    )
    .describe('the greatest first, then the rest in one, then tax, credits and other adjustments in one'),
  totals: z.array(money),
  columnsBefore: z
    .array(z.strictObject({ time: z.string(), usage: money, adjustments: money }).nullable())
    .nullable()
    .describe(
      'of the time before: for each time the one that lies as far from its beginning; null where there is none',
    ),
  withoutTime: money.describe('lines that have no usage day: in the total, in no column'),
  unfinishedFrom: z.string().nullable().describe('from this day on the data of a seller who matters are not complete'),
});

export type ColumnsBody = z.output<typeof columnsBody>;
