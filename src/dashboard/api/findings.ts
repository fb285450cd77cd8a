import { z } from 'zod';
import { VERDICTS } from '../../domain/finding.ts';
import { money, period, remedy } from './schema.ts';

export const findingsQuery = z.strictObject({
  period: z
    .string()
    .optional()
    .describe('billing period 2026-10, or a range 2026-01..2026-10; by default the newest three'),
});

const verdict = z.enum(VERDICTS);

const finding = z.strictObject({
  check: z.string(),
  verdict,
  summary: z.string(),
  evidence: z.array(
    z.strictObject({
      period: period.nullable(),
      what: z.string(),
      cost: money.nullable(),
      of: money.nullable().describe('what the cost is a part of'),
      lines: z.number().int().nullable(),
    }),
  ),
  remedies: z.array(remedy),
});

export const findingsBody = z.strictObject({
  verdict: verdict.describe('the worst'),
  counts: z.record(verdict, z.number().int()),
  periods: z.array(period).describe('those that were examined'),
  currency: z.string(),
  findings: z.array(finding).describe('in the order of the checks'),
  doctorAlone: z
    .array(z.strictObject({ check: z.string(), asks: z.string() }))
    .describe('checks that need the lines of the export: bursar doctor has them'),
});

export type FindingsBody = z.output<typeof findingsBody>;
export type FindingBody = z.output<typeof finding>;
