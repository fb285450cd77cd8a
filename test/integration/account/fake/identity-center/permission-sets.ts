import { AwsError } from '../../wire/answer.ts';
import type { FakeService, Scene } from '../fake.ts';
import { pageOf } from '../pages.ts';
import { checkInstance, INSTANCE, type OfInstance } from './instance.ts';

interface PermissionSet {
  readonly Name: string;
  readonly PermissionSetArn: string;
  readonly CreatedDate: number;
  readonly Description?: string;
  readonly SessionDuration?: string;
  /** ids of the accounts where Identity Center made its role */
  readonly accounts: Set<string>;
}

type Page = { readonly NextToken?: string; readonly MaxResults?: number };
type OfSet = OfInstance & { readonly PermissionSetArn: string };
type NewSet = OfInstance & Pick<PermissionSet, 'Name' | 'Description' | 'SessionDuration'>;

const MOST = 100;

/** NOT AWS: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PermissionSet.html. */
export class PermissionSets {
  #sets: PermissionSet[] = [];

  readonly operations: FakeService = {
    CreatePermissionSet: (input: NewSet, scene) => {
      checkInstance(input, scene);
      if (this.#sets.some(({ Name }) => Name === input.Name))
        throw new AwsError('ConflictException', `PermissionSet with name ${input.Name} already exists.`);
      const { InstanceArn: _, ...given } = input;
      return { PermissionSet: shown(this.#add(given)) };
    },
    ListPermissionSets: (input: OfInstance & Page, scene) => {
      checkInstance(input, scene);
      return arnsOf(this.#sets, input);
    },
    ListPermissionSetsProvisionedToAccount: (input: OfInstance & Page & { AccountId: string }, scene) => {
      checkInstance(input, scene);
      const fits = this.#sets.filter(({ accounts }) => accounts.has(input.AccountId));
      return arnsOf(fits, input);
    },
    ListAccountsForProvisionedPermissionSet: (input: OfSet & Page, scene) => {
      const { accounts } = this.#find(input, scene);
      const { page, next } = pageOf([...accounts], input.NextToken, input.MaxResults ?? MOST);
      return { AccountIds: page, ...next };
    },
    DescribePermissionSet: (input: OfSet, scene) => ({ PermissionSet: shown(this.#find(input, scene)) }),
    DeletePermissionSet: (input: OfSet, scene) => {
      const set = this.#find(input, scene);
      this.#sets = this.#sets.filter((other) => other !== set);
      return {};
    },
  };

  /** The set is in this account; it is made if need be. */
  provision(Name: string, account: string): void {
    const set = this.#sets.find((each) => each.Name === Name) ?? this.#add({ Name });
    set.accounts.add(account);
  }

  reset(): void {
    this.#sets = [];
  }

  state(): unknown[] {
    return this.#sets.map(({ Name, Description, accounts }) => ({ Name, Description, accounts: [...accounts] }));
  }

  #add(given: Omit<NewSet, 'InstanceArn'>): PermissionSet {
    const id = String(this.#sets.length + 1).padStart(16, '0');
    const PermissionSetArn = `${INSTANCE.InstanceArn.replace(':instance/', ':permissionSet/')}/ps-${id}`;
    const set = { ...given, PermissionSetArn, CreatedDate: Date.now() / 1000, accounts: new Set<string>() };
    this.#sets.push(set);
    return set;
  }

  #find(input: OfSet, scene: Scene): PermissionSet {
    checkInstance(input, scene);
    const found = this.#sets.find(({ PermissionSetArn }) => PermissionSetArn === input.PermissionSetArn);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Could not find PermissionSet ${input.PermissionSetArn}`);
  }
}

function arnsOf(sets: readonly PermissionSet[], { NextToken, MaxResults = MOST }: Page): Record<string, unknown> {
  const { page, next } = pageOf(sets, NextToken, MaxResults);
  return { PermissionSets: page.map(({ PermissionSetArn }) => PermissionSetArn), ...next };
}

function shown({ accounts: _, ...set }: PermissionSet): Record<string, unknown> {
  return set;
}
