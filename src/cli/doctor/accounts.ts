import type { SetupConfig } from '../../config/config.ts';
import type { OperatingError } from '../../domain/errors.ts';
import type { Health } from '../../domain/health.ts';
import type { AccountHealth, ReportsHealth } from '../../setup/checks/account-health.ts';
import type { Context } from '../context.ts';
import { openProgress } from '../progress.ts';

/** What the other half found out, or why it could not. */
export type DataHalf = { readonly health: Health } | { readonly failure: OperatingError };

/**
 * What the accounts look like that bursar.yaml names.
 * @param data `null` = this run does not look at data
 */
export async function examineConfigured(
  config: SetupConfig,
  data: DataHalf | null,
  { signal, ...context }: Context,
): Promise<AccountHealth> {
  const { closeAccounts, openAccounts } = await import('../../aws/accounts.ts');
  const { examineAccounts } = await import('../../setup/checks/examine.ts');
  const { newestDelivered } = await import('../../source/cur/delivered.ts');
  const { wish, aws } = config;
  const progress = await openProgress({ signal, ...context });
  progress.update(0, 0, 'reaching the accounts');
  const accounts = await openAccounts(wish.accounts, aws, null);
  try {
    progress.update(0.3, 0, 'looking at the accounts');
    const now = Date.now();
    return await examineAccounts({
      wish,
      compare: config.asked,
      accounts,
      reports: reportsOf(config, data),
      now,
      delivered: (session, address) =>
        newestDelivered(address, { session, requesterPays: false, expectedBucketOwner: null, signal }, now),
      signal,
    });
  } finally {
    progress.stop();
    closeAccounts(accounts);
  }
}

function reportsOf({ exports }: SetupConfig, data: DataHalf | null): ReportsHealth {
  if (data === null) return { places: exports, failure: null, bill: null };
  if ('failure' in data) return { places: exports, failure: data.failure, bill: null };
  const newest = data.health.examined.at(-1);
  if (newest === undefined) return { places: exports, failure: null, bill: null };
  const { period, usage, tags, roles, users } = newest;
  return { places: exports, failure: null, bill: { period, usage: usage.cost, tags, roles, users } };
}
