import { IDENTITY, ORGANIZATION, PAYER } from '../organization.ts';
import { AwsError } from '../wire/answer.ts';
import type { FakeService, Scene } from './fake.ts';
import { pageOf } from './pages.ts';

type Page = { readonly NextToken?: string; readonly MaxResults?: number };

const ID = 'o-bursar0001';
const JOINED = 1_700_000_000;
const MOST = 20;

/**
 * NOT AWS: what Organizations says to readers. Moto has it, but draws the ids of accounts at random; ours are those of organization.ts.
 * After https://docs.aws.amazon.com/organizations/latest/APIReference/: the payer and delegated administrators may read, members see the organisation alone.
 */
export class Organizations {
  /** Ids of accounts that are closed or suspended. */
  readonly suspended = new Set<string>();

  reset(): void {
    this.suspended.clear();
  }

  readonly operations: FakeService = {
    DescribeOrganization: (_: unknown, { call }) => {
      if (ORGANIZATION.every(({ id }) => id !== call.account))
        throw new AwsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
      return { Organization: DESCRIPTION };
    },
    ListAccounts: (input: Page, scene) => {
      onlyAdministrators(scene);
      const { page, next } = pageOf(ORGANIZATION, input.NextToken, input.MaxResults ?? MOST, 'InvalidInputException');
      return { Accounts: page.map(({ id }) => this.#account(id)), ...next };
    },
    DescribeAccount: ({ AccountId }: { AccountId: string }, scene) => {
      onlyAdministrators(scene);
      return { Account: this.#account(AccountId) };
    },
    ListDelegatedAdministrators: (_: unknown, scene) => {
      onlyAdministrators(scene);
      return { DelegatedAdministrators: [{ ...this.#account(IDENTITY.id), DelegationEnabledDate: JOINED }] };
    },
  };

  #account(wanted: string): Record<string, unknown> {
    const found = ORGANIZATION.find(({ id }) => id === wanted);
    if (found === undefined)
      throw new AwsError(
        'AccountNotFoundException',
        'You specified an account that doesn’t exist in this organization.',
      );
    const { id: Id, name: Name } = found;
    return {
      Id,
      Arn: `arn:aws:organizations::${PAYER.id}:account/${ID}/${Id}`,
      Email: `${Name}@example.com`,
      Name,
      Status: this.suspended.has(Id) ? 'SUSPENDED' : 'ACTIVE',
      JoinedMethod: Id === PAYER.id ? 'INVITED' : 'CREATED',
      JoinedTimestamp: JOINED,
    };
  }
}

const DESCRIPTION = {
  Id: ID,
  Arn: `arn:aws:organizations::${PAYER.id}:organization/${ID}`,
  FeatureSet: 'ALL',
  MasterAccountArn: `arn:aws:organizations::${PAYER.id}:account/${ID}/${PAYER.id}`,
  MasterAccountId: PAYER.id,
  MasterAccountEmail: `${PAYER.name}@example.com`,
  AvailablePolicyTypes: [],
};

function onlyAdministrators({ call }: Scene): void {
  if (![PAYER.id, IDENTITY.id].includes(call.account))
    throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
}
