import { type Fault, type Faults, refusalOf, unknownToken } from './control/faults.ts';
import { checkPermissions } from './control/permissions.ts';
import type { Policy } from './control/policy.ts';
import type { Principals } from './control/principals.ts';
import { resourceOf } from './control/resource.ts';
import type { Staleness } from './control/staleness.ts';
import { cutIntoPages } from './fake/cut-pages.ts';
import type { FakeService, Operation } from './fake/fake.ts';
import { checkIamRules } from './fake/iam-rules.ts';
import { afterS3, checkS3Rules } from './fake/s3-rules.ts';
import { BILLING_REGION } from './organization.ts';
import { type Answer, AwsError, errorAnswer, jsonAnswer } from './wire/answer.ts';
import type { Call } from './wire/call.ts';
import type { ServiceModel } from './wire/model.ts';
import type { Moto } from './wire/moto-relay.ts';
import { queryAnswer } from './wire/query-answer.ts';
import type { RawRequest } from './wire/request.ts';
import { withSmallPages } from './wire/small-pages.ts';
import { complaints } from './wire/validate.ts';

/** Services that are in one region alone. */
const IN_BILLING_REGION = new Set(['bcm-data-exports', 'ce']);
/** Services of which moto has nothing, or nothing that fits: what is not ours is not there. */
const OURS_ALONE = new Set(['bcm-data-exports', 'sso-admin']);

/** What the steps of a call look at; the server changes it. */
export interface World {
  readonly moto: Moto;
  readonly models: ReadonlyMap<string, ServiceModel>;
  readonly fakes: Readonly<Record<string, FakeService>>;
  readonly principals: Principals;
  readonly faults: Faults;
  readonly late: Staleness;
  /** what everybody of an account may do; absent: everything */
  readonly policies: ReadonlyMap<string, Policy>;
  /** `account region` */
  readonly off: ReadonlySet<string>;
  readonly pageSize: number | null;
  readonly now: Date;
}

/** Answers a call, whose fault was chosen before. */
export async function answerCall(world: World, call: Call, raw: RawRequest, fault: Fault | null): Promise<Answer> {
  try {
    const refusal = fault === null ? null : refusalOf(fault, call, resourceOf(call));
    if (refusal !== null) return errorAnswer(refusal, call.protocol);
    await check(world, call);
    const old = world.late.old(call);
    if (old !== null) return old;
    const answer = await obey(world, call, raw).catch((error: unknown) => refused(error, call));
    world.late.answered(call, answer);
    return answer;
  } catch (error) {
    return refused(error, call);
  }
}

/** The answer that a refusal is; anything else is a fault of this server and thrown on. */
export function refused(error: unknown, { protocol }: Pick<Call, 'protocol'>): Answer {
  if (error instanceof AwsError) return errorAnswer(error, protocol);
  throw error;
}

/** Region, permissions and input, in this order. */
async function check(world: World, call: Call): Promise<void> {
  const { service, operation, account, region, input, protocol } = call;
  if (world.off.has(`${account} ${region}`)) throw unknownToken(call);
  if (IN_BILLING_REGION.has(service) && region !== BILLING_REGION) {
    const message = `Credential should be scoped to a valid region, not '${region}'.`;
    throw new AwsError('InvalidSignatureException', message, 403);
  }
  const policy = world.policies.get(account);
  if (policy !== undefined) await checkPermissions(policy, call, world.moto);
  const model = modelOf(world, service);
  const shape = model.operations[operation]?.input?.shape;
  if (protocol === 'rest-xml' || shape === undefined) return;
  const found = complaints(model, shape, input);
  if (found.length === 0) return;
  const count = `${found.length} validation error${found.length > 1 ? 's' : ''} detected`;
  throw new AwsError(protocol === 'query' ? 'ValidationError' : 'ValidationException', `${count}: ${found.join('; ')}`);
}

async function obey(world: World, asked: Call, request: RawRequest): Promise<Answer> {
  const model = modelOf(world, asked.service);
  const small = world.pageSize === null ? null : withSmallPages(model, asked, request, world.pageSize);
  const { call, raw } = small ?? { call: asked, raw: request };
  const { service, operation, account } = call;
  const own = world.fakes[service]?.[operation];
  if (own !== undefined) return fake(world, own, call);
  if (OURS_ALONE.has(service)) throw new Error(`nothing answers ${service}:${operation}`);
  const { moto, principals } = world;
  if (service === 'iam') await checkIamRules(call, moto);
  if (service === 's3') {
    const elsewhere = await checkS3Rules(call, raw, moto);
    if (elsewhere !== null) return elsewhere;
  }
  if (service === 'sts' && operation === 'AssumeRole') await principals.mayAssume(call);
  const relay = (request: RawRequest) => moto.relay(request, account);
  const answer = (await cutIntoPages(call, raw, relay)) ?? (await relay(raw));
  if (answer.status === 500)
    throw new Error(`moto failed at ${service}:${operation}: ${answer.body.toString().slice(0, 500)}`);
  if (service === 'sts' && operation === 'AssumeRole' && answer.error === undefined)
    principals.assumed(answer.body.toString());
  if (service === 's3') await afterS3(call, answer, moto);
  return answer;
}

/** What is ours to answer, if it has the shape that AWS's answer has. */
async function fake(world: World, operation: Operation, call: Call): Promise<Answer> {
  const { moto, now } = world;
  const output = await operation(call.input as never, { call, now, moto });
  const model = modelOf(world, call.service);
  const shape = model.operations[call.operation]?.output?.shape;
  const found = shape === undefined ? [] : complaints(model, shape, output);
  if (found.length > 0) throw new Error(`${call.operation} would answer what AWS does not: ${found.join('; ')}`);
  return call.protocol === 'query' ? queryAnswer(model, call.operation, output) : jsonAnswer(output);
}

function modelOf({ models }: World, service: string): ServiceModel {
  const model = models.get(service);
  if (model === undefined) throw new Error(`there is no model of ${service}`);
  return model;
}
