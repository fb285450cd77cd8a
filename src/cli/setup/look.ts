import type { ReachedAccount } from '../../aws/accounts.ts';
import { type ConfigFlags, loadSetupConfig, type SetupConfig } from '../../config/config.ts';
import type { Change, ChangeWords } from '../../domain/change.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Context } from '../context.ts';
import { openProgress } from '../progress.ts';

export interface SetupOptions extends ConfigFlags {
  readonly account?: readonly string[];
  readonly trySsoTags?: boolean;
}

/** The accounts, reached, and what is to change in them. */
export interface Looked {
  readonly config: SetupConfig;
  readonly accounts: readonly ReachedAccount[];
  readonly plan: Plan;
  /** looks again */
  again(): Promise<Plan>;
}

/** @throws OperatingError CONFIG_INVALID, ACCOUNT_UNKNOWN */
export async function withPlan<T>(
  options: SetupOptions,
  context: Context,
  action: (looked: Looked) => Promise<T>,
): Promise<T> {
  const config = await loadSetupConfig(options, context.env, context.cwd);
  if (!config.asked && options.trySsoTags !== true) {
    throw new OperatingError(
      'CONFIG_INVALID',
      `${config.configFile} has no section setup: nothing is asked of the accounts`,
      {
        hint: 'docs/guides/set-up.md shows it, and bursar init writes one from what it finds.',
      },
    );
  }
  const only = options.account ?? null;
  return withAccounts(config, only, async (accounts) => {
    const missing = (only ?? []).filter((id) => !accounts.some((account) => account.id === id));
    if (missing.length > 0) {
      throw new OperatingError('ACCOUNT_UNKNOWN', `bursar.yaml does not name account ${missing.join(', ')}`);
    }
    const { planSetup } = await import('../../setup/plan.ts');
    const again = (): Promise<Plan> => planSetup(config.wish, accounts, context.signal);
    const progress = await openProgress(context);
    progress.update(0, 1, `looking at ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`);
    const plan = await again().finally(() => progress.stop());
    return action({ config, accounts, plan, again });
  });
}

/**
 * Reaches the accounts of bursar.yaml, and closes them afterwards.
 * @param only ids; `null` = all
 */
export async function withAccounts<T>(
  { wish, aws }: SetupConfig,
  only: readonly string[] | null,
  action: (accounts: readonly ReachedAccount[]) => Promise<T>,
): Promise<T> {
  const { closeAccounts, openAccounts } = await import('../../aws/accounts.ts');
  const accounts = await openAccounts(wish.accounts, aws, only);
  try {
    return await action(accounts);
  } finally {
    closeAccounts(accounts);
  }
}

/** The changes of a plan in words, by id. */
export async function wordsOf({
  changes,
  elsewhere,
}: Pick<Plan, 'changes' | 'elsewhere'>): Promise<Map<string, ChangeWords>> {
  const { kindsOf } = await import('../../change/kinds.ts');
  const all: readonly Change[] = [...changes, ...elsewhere];
  const kinds = await kindsOf(all);
  return new Map(
    all.flatMap((change) => {
      const words = kinds.get(change.kind)?.words(change);
      return words === undefined ? [] : [[change.id, words]];
    }),
  );
}

/** What failed at the accounts decides the exit code; 0 = nothing did. */
export function failureCode({ accounts }: Plan): number {
  const [first] = accounts.flatMap(({ failures }) => failures);
  return first?.exitCode ?? 0;
}
