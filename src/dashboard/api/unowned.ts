import { z } from 'zod';
import { by, scopeQuery, wholeNumber } from './query.ts';
import { envelope, money, remedy } from './schema.ts';

export const unownedQuery = z.strictObject({
  ...scopeQuery,
  by: by.describe('one dimension that says to whom dollars belong'),
  size: wholeNumber(1, 500, 10),
});

export const unownedBody = z.strictObject({
  ...envelope,
  dimension: z.string(),
  cost: money.describe('usage that has no value of the dimension'),
  rest: money.describe('the part of it whose callers are too many to be grouped'),
  count: z.number().int().describe('groups that there are'),
  groups: z
    .array(
      z.strictObject({
        name: z.string().nullable().describe('a person, role or principal; null: these lines name no principal'),
        accounts: z.array(z.string()),
        kind: z.string().nullable(),
        callers: z.number().int(),
        cost: money,
        remedies: z.array(remedy).describe('any of them settles the group; empty where nothing can name it'),
      }),
    )
    .describe('callers that one rule or row would settle, the dearest first'),
});

export type UnownedBody = z.output<typeof unownedBody>;
export type UnownedGroup = UnownedBody['groups'][number];
