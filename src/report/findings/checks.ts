import type { Check, Finding } from '../../domain/finding.ts';
import type { Health } from '../../domain/health.ts';
import { notCounted, singleSign } from './bedrock-lines.ts';
import { costBasis, currency, states } from './bill.ts';
import { apiKeys, gateways, sessions } from './callers.ts';
import { deliveries, duplicates } from './deliveries.ts';
import { exports } from './exports.ts';
import { freshness } from './freshness.ts';
import { identity } from './identity.ts';
import { allocation, attribution } from './owners.ts';
import { rounding } from './rounding.ts';
import { tags } from './tags.ts';
import { usageTypes } from './usage-types.ts';

/** Every check of the data, in the order in which they are best read. docs/guides/reading-doctor.md explains each. */
export const DATA_CHECKS: readonly Check<Health>[] = [
  deliveries,
  freshness,
  duplicates,
  exports,
  identity,
  attribution,
  allocation,
  tags,
  notCounted,
  singleSign,
  usageTypes,
  rounding,
  currency,
  costBasis,
  states,
  sessions,
  gateways,
  apiKeys,
];

/** What these look at is in the export alone: its lines, or when its files were written. */
const OF_EXPORT: readonly Check<Health>[] = [freshness, duplicates, notCounted, rounding, states];

/** The checks that a ledger answers by itself. */
export const LEDGER_CHECKS: readonly Check<Health>[] = DATA_CHECKS.filter((check) => !OF_EXPORT.includes(check));

export function judge<Measured>(checks: readonly Check<Measured>[], measured: Measured): Finding[] {
  return checks.map((check) => ({ check: check.name, ...check.judge(measured) }));
}
