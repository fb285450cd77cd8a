import { OperatingError } from '../../domain/errors.ts';
import { type AwsRequest, askingAws } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/** An account has one Identity Center of its own at most, beside that of its organization. */
const MAX_INSTANCES = 100;

/** Identity Center, as an account sees it in one region. */
export interface IdentityCenter {
  /** of the instance: `arn:aws:sso:::instance/ssoins-…` */
  readonly arn: string;
  readonly identityStore: string;
  readonly region: string;
}

/** With what ListInstances tells of it besides. */
export interface OwnedIdentityCenter extends IdentityCenter {
  /** twelve digits: the management account for that of an organization; `null` = AWS does not say */
  readonly owner: string | null;
  /** may be empty */
  readonly name: string;
}

/** What somebody looks for Identity Center with. */
interface Search {
  /** `null`: the session's */
  readonly region: string | null;
  /** how its region is named, for the hint */
  readonly named: string;
  /** more for the hint when access is denied */
  readonly denied: string;
}

const FOR_PEOPLE: Search = {
  region: null,
  named: '--region, or people.region in bursar.yaml',
  denied: 'With the identity store id (people.identity-store, or --identity-store) nobody needs to look for it.',
};

/**
 * The identity store of the Identity Center that the account sees in the session's region.
 * @throws OperatingError as {@link findIdentityCenter}
 */
export async function findIdentityStore(session: AwsSession): Promise<string> {
  return (await findIdentityCenter(session, FOR_PEOPLE)).identityStore;
}

/**
 * The Identity Center that the account sees in a region.
 * @throws OperatingError IDENTITY_CENTER_MISSING where there is none, or more than one; and those of askingAws
 */
export async function findIdentityCenter(session: AwsSession, search: Search): Promise<IdentityCenter> {
  const { region, centers } = await seenIn(session, search);
  const [only, ...others] = centers;
  if (only === undefined) throw notHere('Identity Center', region, search.named);
  if (others.length > 0) throw severalHere(centers, region);
  return only;
}

/**
 * Every Identity Center that the account sees in a region: that of the organization, and one of its own.
 * @throws OperatingError those of askingAws
 */
export async function readIdentityCenters(
  session: AwsSession,
  region: string,
): Promise<readonly OwnedIdentityCenter[]> {
  return (await seenIn(session, { region, named: '', denied: '' })).centers;
}

interface SeenIn {
  readonly region: string;
  readonly centers: readonly OwnedIdentityCenter[];
}

async function seenIn(session: AwsSession, search: Search): Promise<SeenIn> {
  const request: AwsRequest = {
    what: 'look for Identity Center',
    actions: ['sso:ListInstances'],
    resources: ['*'],
    profile: session.settings.profile,
    denied: search.denied,
  };
  return askingAws(request, async () => {
    const { ListInstancesCommand, SSOAdminClient } = await import('@aws-sdk/client-sso-admin');
    const found = await session.clientOptions(search.region);
    const options = search.region === null ? found : { ...found, region: search.region };
    const { region } = options;
    const client = new SSOAdminClient(options);
    try {
      const { Instances = [] } = await client.send(new ListInstancesCommand({ MaxResults: MAX_INSTANCES }));
      const centers = Instances.flatMap(({ InstanceArn: arn = '', IdentityStoreId, OwnerAccountId, Name = '' }) =>
        IdentityStoreId === undefined
          ? []
          : [{ arn, identityStore: IdentityStoreId, region, owner: OwnerAccountId ?? null, name: Name }],
      );
      return { region, centers };
    } finally {
      client.destroy();
    }
  });
}

/** Where it is: single sign-on of the AWS CLI names its region too. */
export function notHere(what: string, region: string, named = FOR_PEOPLE.named): OperatingError {
  return new OperatingError('IDENTITY_CENTER_MISSING', `there is no ${what} in ${region} that this account may see`, {
    hint:
      'It lives in one region, which need not be that of Bedrock: grep sso_region ~/.aws/config tells it, and so does the page Settings of its console. ' +
      `Name it with ${named}, and sign in to the management account or the one that administers Identity Center.`,
  });
}

function severalHere(centers: readonly OwnedIdentityCenter[], region: string): OperatingError {
  const list = centers.map(
    ({ identityStore, owner, name }) => `${identityStore} of account ${owner ?? '?'}${name === '' ? '' : ` (${name})`}`,
  );
  return new OperatingError(
    'IDENTITY_CENTER_MISSING',
    `there is more than one Identity Center in ${region}: ${list.join(', ')}`,
    { hint: 'Say which one with --identity-store, or people.identity-store in bursar.yaml.' },
  );
}
