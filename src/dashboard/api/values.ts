import { z } from 'zod';
import { scopeQuery, wholeNumber } from './query.ts';
import { envelope, money } from './schema.ts';

export const valuesQuery = z.strictObject({
  ...scopeQuery,
  dimension: z.string(),
  containing: z.string().max(200).default('').describe('only values with this text, whatever its case'),
  size: wholeNumber(1, 500, 100),
});

export const valuesBody = z.strictObject({
  ...envelope,
  dimension: z.string(),
  count: z.number().int().describe('values that there are'),
  values: z.array(z.strictObject({ value: z.string().nullable(), cost: money })).describe('usage, the dearest first'),
});

export type ValuesBody = z.output<typeof valuesBody>;
