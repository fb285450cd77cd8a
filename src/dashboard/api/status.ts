import { z } from 'zod';
import { day, period, state } from './schema.ts';

export const statusQuery = z.strictObject({});

export const statusBody = z.strictObject({
  engine: z.string(),
  ledger: z.string().describe('where it is kept'),
  exports: z.array(z.string()).describe('as --cur names them'),
  periods: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('held'),
          period,
          state,
          snapshot: z.string(),
          createdAt: z.string(),
          firstDay: day.nullable(),
          lastDay: day.nullable(),
        }),
        z.strictObject({ kind: z.literal('failed'), period, code: z.string(), message: z.string(), hint: z.string() }),
      ]),
    )
    .describe('oldest first'),
  dimensions: z.array(
    z.strictObject({
      name: z.string(),
      about: z.string(),
      own: z.boolean().describe('of bursar.yaml or from tags'),
      belongs: z.boolean().describe('says to whom dollars belong'),
    }),
  ),
  defaultBy: z.string(),
});

export type StatusBody = z.output<typeof statusBody>;
