import { readAccount } from '../../aws/read/account.ts';
import { openAwsSession } from '../../aws/session.ts';
import type { InitConfig } from '../../config/config.ts';
import type { OperatingError } from '../../domain/errors.ts';
import type { LookedAccount } from '../../setup/init/look.ts';
import { regionsToLookInto } from '../../setup/init/regions.ts';
import type { Context } from '../context.ts';

interface OpenedAccounts {
  /** the first is the one of the credentials */
  readonly accounts: readonly [LookedAccount, ...LookedAccount[]];
  /** accounts that do not let themselves be looked at, and why */
  readonly closed: readonly OperatingError[];
  /** of the command */
  readonly region: string;
  close(): void;
}

interface Asked {
  readonly regions: readonly string[];
  readonly memberRole: string | null;
}

/**
 * The account of the credentials, and the others that the configuration or --member-role reaches.
 * @throws OperatingError those of `askingAws`, of the account of the credentials
 */
export async function openLooked(config: InitConfig, asked: Asked, _context: Context): Promise<OpenedAccounts> {
  const session = openAwsSession(config.aws);
  try {
    const id = await readAccount(session);
    const { region } = await session.clientOptions('us-east-1');
    const regions = asked.regions.length > 0 ? [...new Set(asked.regions)] : regionsToLookInto(region);
    const own: LookedAccount = { id, profile: config.aws.profile, role: null, session, regions };
    return { accounts: [own], closed: [], region, close: () => session.close() };
  } catch (error) {
    session.close();
    throw error;
  }
}
