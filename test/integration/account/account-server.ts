import { Faults } from './control/faults.ts';
import type { Policy } from './control/policy.ts';
import { type Credentials, Principals } from './control/principals.ts';
import { CallRecord } from './control/record.ts';
import { resourceOf } from './control/resource.ts';
import { Staleness } from './control/staleness.ts';
import { bedrockUse, type Use } from './fake/callers.ts';
import { CostTags } from './fake/cost-tags.ts';
import { DataExports } from './fake/data-exports/data-exports.ts';
import type { FakeService } from './fake/fake.ts';
import { iamLists } from './fake/iam-lists.ts';
import { IdentityCenter } from './fake/identity-center/identity-center.ts';
import { Organizations } from './fake/organizations.ts';
import { addReservedRole, addRole, type NewRole } from './fake/roles.ts';
import { stackResources } from './fake/stack-resources.ts';
import { Trail } from './fake/trail.ts';
import { WorkGroups } from './fake/workgroups.ts';
import { type Account, BILLING_REGION, EVERYONE, OPT_IN_REGIONS } from './organization.ts';
import { answerCall, refused, type World } from './pipeline.ts';
import { canonical } from './state/canonical.ts';
import { motoState } from './state/snapshot.ts';
import type { Answer } from './wire/answer.ts';
import type { Call } from './wire/call.ts';
import { Listener } from './wire/listener.ts';
import { readServiceModel, type ServiceModel } from './wire/model.ts';
import { Moto } from './wire/moto-relay.ts';
import { type RawRequest, readRequest } from './wire/request.ts';

const FROM_MOTO = ['iam', 'sts', 's3', 'glue', 'identitystore', 'cloudformation', 'resourcegroupstaggingapi'] as const;
const SOME_OURS = ['bcm-data-exports', 'ce', 'cloudtrail', 'sso-admin', 'organizations', 'athena'] as const;
const HOUR = 3_600_000;

type Id = Pick<Account, 'id'>;
/** Told of each call; what it does is done before the answer goes out. */
type Hook = (call: Call, index: number) => void | Promise<void>;

/**
 * NOT AWS: one endpoint for all services that set an account up. What moto has is sent on to a moto as it came; the rest is answered by the
 * classes of `fake/` after AWS's service models and API reference, never from an account. See pipeline.ts for what a call goes through.
 */
export class AccountServer {
  readonly exports = new DataExports();
  readonly costTags = new CostTags();
  readonly trail = new Trail();
  readonly identityCenter = new IdentityCenter();
  readonly organizations = new Organizations();
  readonly workGroups = new WorkGroups();
  readonly faults = new Faults();
  readonly late = new Staleness();
  readonly record = new CallRecord();
  readonly moto: Moto;
  readonly principals: Principals;
  /** http://127.0.0.1:PORT, once it is started */
  endpoint = '';
  /** Called once an operation took effect and before its answer goes out: the moment to kill a client. */
  afterCall: Hook | null = null;
  beforeCall: Hook | null = null;
  /** Lists come in pages of this size at most. */
  pageSize: number | null = null;
  readonly #models: ReadonlyMap<string, ServiceModel>;
  readonly #fakes: Readonly<Record<string, FakeService>>;
  readonly #policies = new Map<string, Policy>();
  readonly #off = new Set<string>();
  /** the regions in which Glue was called, by account */
  readonly #places = new Map<string, Set<string>>();
  readonly #listener = new Listener((request) => this.#answer(request));
  #ahead = 0;
  #count = 0;

  /**
   * @param motoEndpoint a moto that nobody else uses at the same time
   * @param modelsFolder botocore's `data`
   */
  constructor(motoEndpoint: string, modelsFolder: string) {
    this.moto = new Moto(motoEndpoint);
    this.principals = new Principals(this.moto);
    this.#models = new Map([...FROM_MOTO, ...SOME_OURS].map((name) => [name, readServiceModel(modelsFolder, name)]));
    this.#fakes = {
      'bcm-data-exports': this.exports.operations,
      ce: this.costTags.operations,
      cloudtrail: this.trail.operations,
      'sso-admin': this.identityCenter.operations,
      organizations: this.organizations.operations,
      athena: this.workGroups.operations,
      iam: iamLists,
      cloudformation: stackResources,
    };
  }

  /** The server's clock. */
  get now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  /** What went wrong in this server itself; tests expect none. */
  get bugs(): readonly Error[] {
    return this.#listener.bugs;
  }

  async start(): Promise<void> {
    this.endpoint = await this.#listener.start();
    await this.reset();
  }

  async stop(): Promise<void> {
    await this.#listener.stop();
    this.moto.close();
  }

  /** An organisation as new: administrators, roles to assume, nothing else. */
  async reset(): Promise<void> {
    await this.moto.reset();
    const { exports, costTags, trail, identityCenter, organizations, workGroups, faults, late } = this;
    for (const part of [exports, costTags, trail, identityCenter, organizations, workGroups, faults, late])
      part.reset();
    for (const part of [this.#policies, this.#off, this.#places]) part.clear();
    this.afterCall = null;
    this.beforeCall = null;
    this.pageSize = null;
    this.#ahead = 0;
    for (const account of EVERYONE) for (const region of OPT_IN_REGIONS) this.turnOff(account, region);
    await this.principals.seed();
    this.forget();
  }

  /** Forgets the calls so far; hooks count from 0 again. */
  forget(): void {
    this.record.clear();
    this.#listener.bugs.length = 0;
    this.#count = 0;
  }

  /** The environment in which the SDK, the AWS CLI and Bursar call this server and nothing else, as the account's administrator. */
  env({ id }: Id, region = BILLING_REGION): Record<string, string> {
    const { accessKeyId, secretAccessKey } = this.principals.admin(id);
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Options for an SDK client of the test's own, as the account's administrator. */
  client({ id }: Id, region = BILLING_REGION): { endpoint: string; region: string; credentials: Credentials } {
    return { endpoint: this.endpoint, region, credentials: this.principals.admin(id) };
  }

  /**
   * All that is there, without ids that are drawn at random and without times: tags of roles and users, buckets, Glue and Athena, exports,
   * cost allocation tags, Identity Center. Two equal states are equal as JSON text. Regions of Glue are those that were called.
   */
  async state(): Promise<unknown> {
    return canonical({
      accounts: await motoState(this.moto, this.#places),
      exports: this.exports.state(),
      costTags: this.costTags.state(),
      identityCenter: this.identityCenter.state(),
      workGroups: this.workGroups.state(),
    });
  }

  /** Puts the clock forward: tag keys show, exports are delivered, backfills end. */
  async advance(hours: number): Promise<void> {
    this.#ahead += hours * HOUR;
    this.costTags.appear(this.now);
    await this.exports.deliver(this.now, this.moto);
  }

  /**
   * A principal calls Bedrock: CloudTrail has it at once, its tag keys show among the cost allocation tags a day later (see `advance`).
   * @param arn a user, a role, a role's session, root, a federated user, or a service such as `bedrock.amazonaws.com`
   */
  async callBedrock(arn: string, use: Use = {}): Promise<void> {
    const { event, tagKeys } = await bedrockUse(arn, use, this.moto);
    this.trail.add(event);
    this.costTags.used(tagKeys, this.now);
  }

  /** Makes a role as it is, also with tags that only AWS may give, such as those of stacks. */
  addRole({ id }: Id, role: NewRole): Promise<{ RoleName: string }> {
    return addRole(this.moto, id, role);
  }

  /** Identity Center makes the role of a permission set in an account; the set is made if need be. */
  async provision(permissionSet: string, { id }: Id): Promise<{ RoleName: string }> {
    this.identityCenter.provision(permissionSet, id);
    return addReservedRole(this.moto, id, permissionSet);
  }

  /** Everybody in this account may do only what the policy allows; null lets them do everything again. */
  restrict({ id }: Id, policy: Policy | null): void {
    if (policy === null) this.#policies.delete(id);
    else this.#policies.set(id, policy);
  }

  turnOff({ id }: Id, region: string): void {
    this.#off.add(`${id} ${region}`);
  }

  async #answer(raw: RawRequest): Promise<Answer | null> {
    const asked = readRequest(this.#models, raw);
    let call: Call;
    try {
      call = { ...asked, ...this.principals.who(asked) };
    } catch (error) {
      return refused(error, asked);
    }
    const index = this.#count++;
    if (call.service === 'glue')
      this.#places.set(call.account, new Set(this.#places.get(call.account)).add(call.region));
    await this.beforeCall?.(call, index);
    const fault = this.faults.next(call);
    const answer = fault?.kind === 'reset' ? null : await answerCall(this.#world(), call, raw, fault);
    const given = fault?.kind === 'lost' ? null : answer;
    this.record.add(call, resourceOf(call), given === null ? 'reset' : (given.error ?? null));
    await this.afterCall?.(call, index);
    return given;
  }

  #world(): World {
    const { moto, principals, faults, late, pageSize, now } = this;
    const [models, fakes, policies, off] = [this.#models, this.#fakes, this.#policies, this.#off];
    return { moto, principals, faults, late, pageSize, now, models, fakes, policies, off };
  }
}
