import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { denied, type Fault, Faults, refusalOf, unknownToken } from './control/faults.ts';
import { iamActions } from './control/iam-actions.ts';
import { allows, type Policy } from './control/policy.ts';
import { type Credentials, Principals } from './control/principals.ts';
import { CallRecord } from './control/record.ts';
import { resourceOf } from './control/resource.ts';
import { Staleness } from './control/staleness.ts';
import { identityOf, principalTags } from './fake/callers.ts';
import { CostTags } from './fake/cost-tags.ts';
import { DataExports } from './fake/data-exports.ts';
import type { FakeService, Operation } from './fake/fake.ts';
import { checkIamRules } from './fake/iam-rules.ts';
import { IdentityCenter } from './fake/identity-center.ts';
import { Organizations } from './fake/organizations.ts';
import { Trail } from './fake/trail.ts';
import { type Account, BILLING_REGION, EVERYONE, OPT_IN_REGIONS } from './organization.ts';
import { canonical } from './state/canonical.ts';
import { motoState } from './state/snapshot.ts';
import { type Answer, AwsError, errorAnswer, jsonAnswer } from './wire/answer.ts';
import type { Call } from './wire/call.ts';
import { readServiceModel, type ServiceModel } from './wire/model.ts';
import { Moto } from './wire/moto-relay.ts';
import { type Asked, type RawRequest, readRequest } from './wire/request.ts';
import { complaints } from './wire/validate.ts';

interface BedrockCall {
  readonly region?: string;
  readonly operation?: 'InvokeModel' | 'InvokeModelWithResponseStream' | 'Converse' | 'ConverseStream';
  readonly sessionTags?: Readonly<Record<string, string>>;
}

const SERVICES = ['iam', 'sts', 's3', 'glue', 'athena', 'organizations', 'sso-admin', 'identitystore'] as const;
const FAKED = ['bcm-data-exports', 'ce', 'cloudtrail'] as const;
/** Services that are in one region alone. */
const IN_BILLING_REGION = new Set(['bcm-data-exports', 'ce']);

/** Called around each call; what it does is done before the answer goes out. */
export type Hook = (call: Call, index: number) => void | Promise<void>;

/**
 * NOT AWS: one endpoint for all services that set an account up. What moto has is sent on to a moto as it came; the rest is answered by the
 * classes of `fake/` after AWS's service models and API reference, never from an account. Every JSON and query request is checked against the service model first.
 */
export class AccountServer {
  readonly exports = new DataExports();
  readonly costTags = new CostTags();
  readonly trail = new Trail();
  readonly identityCenter = new IdentityCenter();
  readonly organizations = new Organizations();
  readonly faults = new Faults();
  readonly late = new Staleness();
  readonly record = new CallRecord();
  readonly principals: Principals;
  readonly moto: Moto;
  /** After an operation took effect and before its answer goes out: the moment to kill a client. */
  afterCall: Hook | null = null;
  beforeCall: Hook | null = null;
  /** What went wrong in this server itself; tests expect none. */
  readonly bugs: Error[] = [];
  /** http://127.0.0.1:PORT, once it is started */
  endpoint = '';
  readonly #models: ReadonlyMap<string, ServiceModel>;
  readonly #fakes: Readonly<Record<string, FakeService>>;
  readonly #policies = new Map<string, Policy>();
  readonly #off = new Set<string>();
  /** the regions in which Glue or Athena were called, by account */
  readonly #places = new Map<string, Set<string>>();
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #ahead = 0;
  #count = 0;

  /**
   * @param motoEndpoint a moto that nobody else uses
   * @param modelsFolder botocore's `data`
   */
  constructor(motoEndpoint: string, modelsFolder: string) {
    this.moto = new Moto(motoEndpoint);
    this.principals = new Principals(this.moto);
    this.#models = new Map([...SERVICES, ...FAKED].map((name) => [name, readServiceModel(modelsFolder, name)]));
    this.#fakes = {
      'bcm-data-exports': this.exports.operations,
      ce: this.costTags.operations,
      cloudtrail: this.trail.operations,
      'sso-admin': this.identityCenter.operations,
      organizations: this.organizations.operations,
    };
  }

  /** The server's clock. */
  get now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await this.reset();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server !== null) await once(this.#server.close(), 'close');
    this.moto.close();
  }

  /** An organisation as new: administrators, roles to assume, nothing else. */
  async reset(): Promise<void> {
    await this.moto.reset();
    const parts = [
      this.exports,
      this.costTags,
      this.trail,
      this.identityCenter,
      this.organizations,
      this.faults,
      this.late,
    ];
    for (const part of parts) part.reset();
    this.#policies.clear();
    this.#off.clear();
    this.#places.clear();
    this.afterCall = null;
    this.beforeCall = null;
    this.#ahead = 0;
    for (const { id } of EVERYONE) for (const region of OPT_IN_REGIONS) this.turnOff({ id }, region);
    await this.principals.seed();
    this.forget();
  }

  /** Forgets the calls so far; `afterCall` counts from 0 again. */
  forget(): void {
    this.record.clear();
    this.bugs.length = 0;
    this.#count = 0;
  }

  /** The environment in which the SDK, the AWS CLI and Bursar call this server and nothing else, as the account's administrator. */
  env({ id }: Pick<Account, 'id'>, region = BILLING_REGION): Record<string, string> {
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
  client({ id }: Pick<Account, 'id'>, region = BILLING_REGION) {
    const credentials: Credentials = this.principals.admin(id);
    return { endpoint: this.endpoint, region, credentials };
  }

  /**
   * All that is there, without ids that are drawn at random and without times: tags of roles and users, buckets, Glue and Athena, exports,
   * cost allocation tags, Identity Center. Two equal states are equal as JSON text. Regions of Glue and Athena are those that were called.
   */
  async state(): Promise<unknown> {
    return canonical({
      accounts: await motoState(this.moto, this.#places),
      exports: this.exports.state(),
      costTags: this.costTags.state(),
      identityCenter: this.identityCenter.state(),
    });
  }

  /** Puts the clock forward: tag keys show, exports are delivered. */
  async advance(hours: number): Promise<void> {
    this.#ahead += hours * 3_600_000;
    this.costTags.appear(this.now);
    await this.exports.deliver(this.now, this.moto);
  }

  /**
   * A principal calls Bedrock: CloudTrail has it at once, its tag keys show among the cost allocation tags a day later (see `advance`).
   * @param arn a user, a role, or a role's session
   */
  async callBedrock(
    arn: string,
    { region = BILLING_REGION, operation = 'InvokeModel', sessionTags = {} }: BedrockCall = {},
  ): Promise<void> {
    const at = this.now;
    const identity = await identityOf(arn, this.moto);
    const tags = await principalTags(arn, this.moto);
    this.trail.add({
      account: identity.accountId,
      region,
      at,
      name: operation,
      source: 'bedrock.amazonaws.com',
      identity,
    });
    this.costTags.used([...tags, ...Object.keys(sessionTags)], at);
  }

  /** Everybody in this account may do only what the policy allows; null lets them do everything again. */
  restrict({ id }: Pick<Account, 'id'>, policy: Policy | null): void {
    if (policy === null) this.#policies.delete(id);
    else this.#policies.set(id, policy);
  }

  turnOff({ id }: Pick<Account, 'id'>, region: string): void {
    this.#off.add(`${id} ${region}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = request;
    const raw = { method, path, headers, body: Buffer.concat(chunks) };
    try {
      const answer = await this.#answer(raw);
      if (answer === null) request.socket.resetAndDestroy();
      else response.writeHead(answer.status, answer.headers).end(method === 'HEAD' ? undefined : answer.body);
    } catch (error) {
      this.bugs.push(error as Error);
      response.writeHead(501, { 'content-type': 'text/plain' }).end(`the test server: ${(error as Error).stack}`);
    }
  }

  /** Null: the connection is reset. */
  async #answer(raw: RawRequest): Promise<Answer | null> {
    const asked = readRequest(this.#models, raw);
    let call: Call;
    try {
      call = { ...asked, ...this.principals.who(asked) };
    } catch (error) {
      return this.#refused(error, asked);
    }
    const index = this.#count++;
    await this.beforeCall?.(call, index);
    if (['glue', 'athena'].includes(call.service))
      this.#places.set(call.account, new Set(this.#places.get(call.account)).add(call.region));
    const resource = resourceOf(call);
    const fault = this.faults.next(call);
    const answer = fault?.kind === 'reset' ? null : await this.#obey(call, raw, fault, resource);
    const given = fault?.kind === 'lost' ? null : answer;
    this.record.add(call, resource, given === null ? 'reset' : (given.error ?? null));
    await this.afterCall?.(call, index);
    return given;
  }

  async #obey(call: Call, raw: RawRequest, fault: Fault | null, resource: string): Promise<Answer> {
    try {
      const refusal = fault === null ? null : refusalOf(fault, call, resource);
      if (refusal !== null) throw refusal;
      this.#check(call, resource);
      const old = this.late.old(call);
      if (old !== null) return old;
      const answer = await this.#do(call, raw);
      this.late.answered(call, answer);
      return answer;
    } catch (error) {
      const answer = this.#refused(error, call);
      this.late.answered(call, answer);
      return answer;
    }
  }

  /** Region, permission and input. */
  #check(call: Call, resource: string): void {
    const { service, operation, account, region, input } = call;
    if (this.#off.has(`${account} ${region}`)) throw unknownToken(call);
    if (IN_BILLING_REGION.has(service) && region !== BILLING_REGION)
      throw new AwsError(
        'InvalidSignatureException',
        `Credential should be scoped to a valid region, not '${region}'.`,
        403,
      );
    const policy = this.#policies.get(account);
    if (policy !== undefined)
      for (const action of iamActions(call))
        if (!allows(policy, { action, resource })) throw denied(call, action, resource);
    const model = this.#model(service);
    const shape = model.operations[operation]?.input?.shape;
    if (call.protocol === 'rest-xml' || shape === undefined) return;
    const found = complaints(model, shape, input);
    if (found.length === 0) return;
    const code = call.protocol === 'query' ? 'ValidationError' : 'ValidationException';
    throw new AwsError(
      code,
      `${found.length} validation error${found.length > 1 ? 's' : ''} detected: ${found.join('; ')}`,
    );
  }

  async #do(call: Call, raw: RawRequest): Promise<Answer> {
    const { service, operation, account } = call;
    const own = this.#fakes[service]?.[operation];
    if (own !== undefined) return this.#fake(own, call);
    if ((FAKED as readonly string[]).includes(service) || service === 'sso-admin')
      throw new Error(`nothing answers ${service}:${operation}`);
    if (service === 'iam') await checkIamRules(call, this.moto);
    if (service !== 'sts' || operation !== 'AssumeRole') return this.moto.relay(raw, account);
    await this.principals.mayAssume(call);
    const answer = await this.moto.relay(raw, account);
    this.principals.assumed(answer.body.toString());
    return answer;
  }

  async #fake(operation: Operation, call: Call): Promise<Answer> {
    const output = await operation(call.input as never, { call, now: this.now, moto: this.moto });
    const model = this.#model(call.service);
    const shape = model.operations[call.operation]?.output?.shape;
    const found = shape === undefined ? [] : complaints(model, shape, output);
    if (found.length > 0) throw new Error(`${call.operation} would answer what AWS does not: ${found.join('; ')}`);
    return jsonAnswer(output);
  }

  #model(service: string): ServiceModel {
    const model = this.#models.get(service);
    if (model === undefined) throw new Error(`there is no model of ${service}`);
    return model;
  }

  #refused(error: unknown, { protocol }: Pick<Asked, 'protocol'>): Answer {
    if (error instanceof AwsError) return errorAnswer(error, protocol);
    throw error;
  }
}
