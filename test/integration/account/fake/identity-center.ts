import { IDENTITY, IDENTITY_REGION, PAYER } from '../organization.ts';
import { AwsError } from '../wire/answer.ts';
import type { FakeService, Scene } from './fake.ts';
import { pageOf } from './pages.ts';

interface PermissionSet {
  readonly Name: string;
  readonly PermissionSetArn: string;
  readonly CreatedDate: number;
  readonly Description?: string;
  readonly SessionDuration?: string;
  /** ids of the accounts where Identity Center made its role */
  readonly accounts: Set<string>;
}

interface Configuration {
  readonly AccessControlAttributes: readonly {
    readonly Key: string;
    readonly Value: { readonly Source: readonly string[] };
  }[];
}

type Instance = { readonly InstanceArn: string };
type Page = { readonly NextToken?: string; readonly MaxResults?: number };
type OfSet = Instance & { readonly PermissionSetArn: string };

const INSTANCE_ARN = 'arn:aws:sso:::instance/ssoins-7223bursar000001';
const IDENTITY_STORE = 'd-9067000001';
const MOST = 100;

/**
 * NOT AWS: Identity Center's administration (sso-admin): moto has an instance in each account and region and no attributes for access control.
 * Here is one instance, in one region, which the payer and the delegated administrator see. After the service model and
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/.
 */
export class IdentityCenter {
  #isOn = true;
  #sets: PermissionSet[] = [];
  #attributes: Configuration | null = null;

  reset(): void {
    this.#isOn = true;
    this.#sets = [];
    this.#attributes = null;
  }

  /** An organisation without Identity Center. */
  turnOff(): void {
    this.#isOn = false;
  }

  readonly operations: FakeService = {
    ListInstances: (_: Page, scene) => ({ Instances: this.#sees(scene) ? [INSTANCE] : [] }),
    CreatePermissionSet: (
      input: Instance & { Name: string; Description?: string; SessionDuration?: string },
      scene,
    ) => {
      this.#check(input, scene);
      if (this.#sets.some(({ Name }) => Name === input.Name))
        throw new AwsError('ConflictException', `PermissionSet with name ${input.Name} already exists.`);
      const { InstanceArn: _, ...given } = input;
      const set = { ...given, ...this.#made(scene.now), accounts: new Set<string>() };
      this.#sets.push(set);
      return { PermissionSet: shown(set) };
    },
    ListPermissionSets: (input: Instance & Page, scene) => {
      this.#check(input, scene);
      const { page, next } = pageOf(this.#sets, input.NextToken, input.MaxResults ?? MOST);
      return { PermissionSets: page.map(({ PermissionSetArn }) => PermissionSetArn), ...next };
    },
    ListPermissionSetsProvisionedToAccount: (input: Instance & Page & { AccountId: string }, scene) => {
      this.#check(input, scene);
      const fits = this.#sets.filter(({ accounts }) => accounts.has(input.AccountId));
      const { page, next } = pageOf(fits, input.NextToken, input.MaxResults ?? MOST);
      return { PermissionSets: page.map(({ PermissionSetArn }) => PermissionSetArn), ...next };
    },
    ListAccountsForProvisionedPermissionSet: (input: OfSet & Page, scene) => {
      const { page, next } = pageOf([...this.#set(input, scene).accounts], input.NextToken, input.MaxResults ?? MOST);
      return { AccountIds: page, ...next };
    },
    DescribePermissionSet: (input: OfSet, scene) => ({ PermissionSet: shown(this.#set(input, scene)) }),
    DeletePermissionSet: (input: OfSet, scene) => {
      const set = this.#set(input, scene);
      this.#sets = this.#sets.filter((other) => other !== set);
      return {};
    },
    DescribeInstanceAccessControlAttributeConfiguration: (input: Instance, scene) => {
      this.#check(input, scene);
      return { Status: 'ENABLED', InstanceAccessControlAttributeConfiguration: this.#configuration() };
    },
    CreateInstanceAccessControlAttributeConfiguration: (input: WithConfiguration, scene) => {
      this.#check(input, scene);
      if (this.#attributes !== null)
        throw new AwsError('ConflictException', 'The instance access control attribute configuration already exists.');
      this.#attributes = this.#distinct(input);
      return {};
    },
    UpdateInstanceAccessControlAttributeConfiguration: (input: WithConfiguration, scene) => {
      this.#check(input, scene);
      this.#configuration();
      this.#attributes = this.#distinct(input);
      return {};
    },
    DeleteInstanceAccessControlAttributeConfiguration: (input: Instance, scene) => {
      this.#check(input, scene);
      this.#configuration();
      this.#attributes = null;
      return {};
    },
  };

  /** Permission set names by account, for the roles that Identity Center makes there. */
  provision(name: string, account: string): void {
    const set = this.#sets.find(({ Name }) => Name === name) ?? this.#add(name);
    set.accounts.add(account);
  }

  state(): unknown {
    const permissionSets = this.#sets.map(({ Name, Description, accounts }) => ({
      Name,
      Description,
      accounts: [...accounts],
    }));
    return { permissionSets, accessControlAttributes: this.#attributes?.AccessControlAttributes ?? null };
  }

  #add(Name: string): PermissionSet {
    const set = { Name, ...this.#made(new Date()), accounts: new Set<string>() };
    this.#sets.push(set);
    return set;
  }

  #made(now: Date): Pick<PermissionSet, 'PermissionSetArn' | 'CreatedDate'> {
    const id = String(this.#sets.length + 1).padStart(16, '0');
    const PermissionSetArn = `${INSTANCE_ARN.replace(':instance/', ':permissionSet/')}/ps-${id}`;
    return { PermissionSetArn, CreatedDate: now.getTime() / 1000 };
  }

  #sees({ call }: Scene): boolean {
    return this.#isOn && call.region === IDENTITY_REGION && [PAYER.id, IDENTITY.id].includes(call.account);
  }

  #check({ InstanceArn }: Instance, scene: Scene): void {
    if (!this.#sees(scene) || InstanceArn !== INSTANCE_ARN)
      throw new AwsError(
        'AccessDeniedException',
        `User: ${scene.call.principal} is not authorized to access instance ${InstanceArn}`,
      );
  }

  #set(input: OfSet, scene: Scene): PermissionSet {
    this.#check(input, scene);
    const found = this.#sets.find(({ PermissionSetArn }) => PermissionSetArn === input.PermissionSetArn);
    if (found === undefined)
      throw new AwsError('ResourceNotFoundException', `Could not find PermissionSet ${input.PermissionSetArn}`);
    return found;
  }

  #configuration(): Configuration {
    if (this.#attributes === null)
      throw new AwsError(
        'ResourceNotFoundException',
        'The instance access control attribute configuration was not found.',
      );
    return this.#attributes;
  }

  #distinct({ InstanceAccessControlAttributeConfiguration: configuration }: WithConfiguration): Configuration {
    const keys = configuration.AccessControlAttributes.map(({ Key }) => Key.toLowerCase());
    if (new Set(keys).size < keys.length) throw new AwsError('ValidationException', 'Attribute keys must differ.');
    return configuration;
  }
}

type WithConfiguration = Instance & { readonly InstanceAccessControlAttributeConfiguration: Configuration };

const INSTANCE = {
  InstanceArn: INSTANCE_ARN,
  IdentityStoreId: IDENTITY_STORE,
  OwnerAccountId: PAYER.id,
  Status: 'ACTIVE',
  CreatedDate: 1_750_000_000,
};

function shown({ accounts: _, ...set }: PermissionSet): Record<string, unknown> {
  return set;
}
