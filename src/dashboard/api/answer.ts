import { z } from 'zod';
import { GRAINS } from '../../domain/question.ts';
import { by, scopeQuery, wholeNumber } from './query.ts';
import { envelope, money, rates, ratio } from './schema.ts';

export const answerQuery = z.strictObject({
  ...scopeQuery,
  by: by.describe('one to three dimensions, separated by commas'),
  grain: z.enum(GRAINS).optional(),
  top: wholeNumber(1, 10_000, 1_000),
});

/** A row also has a field for each dimension, and `day` or `month` where the question has a grain. */
const row = z
  .object({
    adjustment: z.string().optional(),
    other: z.literal(true).optional(),
    cost: money,
    share: ratio,
    ...rates,
  })
  .catchall(z.string().nullable());

export const answerBody = z.strictObject({ ...envelope, rows: z.array(row) });

export const sqlQuery = z.strictObject({ ...scopeQuery, by });
