import { z } from 'zod';
import { scopeQuery } from './query.ts';
import { day, envelope, money, period } from './schema.ts';

export const forecastQuery = z.strictObject(scopeQuery);

const count = z.number().int();

export const forecastBody = z.strictObject({
  ...envelope,
  forecast: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('estimate'),
        period,
        through: day.nullable().describe('the last day whose usage has arrived whole'),
        daysLeft: count,
        billed: money,
        rest: money.describe('an estimate, in whole cents'),
        total: money.describe('an estimate: billed and rest'),
        range80: z.strictObject({ low: money, high: money }).describe('the total lies in it 8 times in 10'),
        history: z.strictObject({
          days: count,
          corrections: count.describe('of these days, those below zero: no usage, and not expected again'),
          forecasts: count,
          daysAhead: count,
        }),
      }),
      z.strictObject({ kind: z.literal('closed'), why: z.string() }),
      z.strictObject({ kind: z.literal('unknown'), why: z.string() }),
    ])
    .describe('what the open billing period will come to; or why there is nothing to estimate, or too little to do it'),
});

export type ForecastBody = z.output<typeof forecastBody>;
