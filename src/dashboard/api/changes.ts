import { z } from 'zod';
import { DRIVERS } from '../../domain/driver.ts';
import { by, compareQuery, scopeQuery, wholeNumber } from './query.ts';
import { before, cents, envelope, money, ratio } from './schema.ts';

/** So many changes stand on their own. */
export const DEFAULT_TOP = 10;

export const changesQuery = z.strictObject({
  ...scopeQuery,
  ...compareQuery,
  by,
  top: wholeNumber(1, 100, DEFAULT_TOP),
});

const ofEach = <T extends z.ZodType>(of: T) => z.record(z.enum(DRIVERS), of);

/** An amount before and now, what lies between, and the drivers that come to it. */
const moved = {
  before: money,
  now: money,
  change: money,
  drivers: ofEach(money).describe('they add up to the change exactly'),
  printed: z
    .strictObject({ before: cents, now: cents, change: cents, drivers: ofEach(cents) })
    .describe('the same in cents, which add up along the row and, with what did not move, down the columns'),
  ratio: ratio.describe('null: there was nothing before'),
};

const row = z.strictObject({
  values: z.array(z.string().nullable()).describe('one a dimension; null is none'),
  adjustment: z.string().nullable(),
  other: z.boolean().describe('the remainder beyond the rows that are kept apart'),
  ...moved,
  name: z.string().describe('what the sentence calls the row: it begins with it'),
  because: z.string().describe('one sentence on why it moved'),
});

export const changesBody = z.strictObject({
  ...envelope,
  before,
  by: z.array(z.string()),
  rows: z.array(row).describe('only what moved, the greatest change first whatever its sign'),
  sums: z
    .strictObject({ ...moved, unmoved: cents.describe('in both sums, in no row'), because: z.string() })
    .nullable()
    .describe('null where nothing is compared'),
});

export type ChangesBody = z.output<typeof changesBody>;
export type ChangesRow = z.output<typeof row>;
