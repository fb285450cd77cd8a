import type { Check } from '../../domain/finding.ts';
import type { AccountHealth } from './account-health.ts';
import { accounts, payer } from './accounts.ts';
import { cur, dataExport } from './data-export.ts';
import { bucket, newestDelivery } from './delivery.ts';
import { costTags, taggedPrincipals } from './tags.ts';
import { athena, setup } from './wished.ts';

/** Every check of the accounts, in the order of the chain. docs/guides/reading-doctor.md explains each. */
export const ACCOUNT_CHECKS: readonly Check<AccountHealth>[] = [
  accounts,
  payer,
  dataExport,
  bucket,
  newestDelivery,
  cur,
  costTags,
  taggedPrincipals,
  athena,
  setup,
];
