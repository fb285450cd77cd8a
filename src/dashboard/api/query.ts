import { z } from 'zod';
import { COST_BASES } from '../../domain/question.ts';

/** What may be said of a question, in the words of bursar report. */

const list = z.union([z.string(), z.array(z.string())]).transform((given) => (Array.isArray(given) ? given : [given]));

const timeQuery = {
  period: z.string().optional().describe('billing period 2026-10, or a range 2026-01..2026-10; by default the newest'),
  from: z.string().optional().describe('first usage day'),
  to: z.string().optional().describe('last usage day, included'),
};

export const scopeQuery = {
  ...timeQuery,
  where: list.optional().describe('DIM=VALUE[,VALUE…] or DIM!=VALUE; (none) stands for no value; may be repeated'),
  cost: z.enum(COST_BASES).default('net'),
};

export const compareQuery = {
  compare: z
    .string()
    .default('before')
    .describe(
      'before: as much time directly before, of an open month the same days; none; a billing period, a range of them, or days: 2026-09-01..2026-09-14',
    ),
};

export const by = z.string().describe('one or two dimensions, separated by a comma');

export const wholeNumber = (least: number, most: number, standard: number) =>
  z.coerce.number().int().min(least).max(most).default(standard);
