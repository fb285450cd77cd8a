import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { ADMIN, ASSUMABLE_ROLE, EVERYONE, PAYER } from '../organization.ts';
import { AwsError } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import type { Moto } from '../wire/moto-relay.ts';
import type { Asked } from '../wire/request.ts';
import { expired, unknownToken } from './faults.ts';
import { allows, type Policy } from './policy.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Who = Pick<Call, 'account' | 'principal'>;

/** Who holds which access key. */
export class Principals {
  readonly #moto: Moto;
  readonly #known = new Map<string, Who & { expired?: boolean }>();
  readonly #admins = new Map<string, Credentials>();

  constructor(moto: Moto) {
    this.#moto = moto;
  }

  /** Makes an administrator in every account, and the role that the payer may assume. */
  async seed(): Promise<void> {
    this.#known.clear();
    for (const { id } of EVERYONE) {
      const iam = this.#moto.client(IAMClient, id);
      await iam.send(new CreateUserCommand({ UserName: ADMIN }));
      this.#admins.set(id, await this.makeKey(id, ADMIN));
      if (id === PAYER.id) continue;
      const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${PAYER.id}:root` }, Action: 'sts:AssumeRole' };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
      await iam.send(new CreateRoleCommand({ RoleName: ASSUMABLE_ROLE, AssumeRolePolicyDocument }));
    }
  }

  /** An access key for an IAM user that is there. */
  async makeKey(account: string, UserName: string): Promise<Credentials> {
    const { AccessKey } = await this.#moto.client(IAMClient, account).send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    this.#known.set(accessKeyId, { account, principal: `arn:aws:iam::${account}:user/${UserName}` });
    return { accessKeyId, secretAccessKey };
  }

  admin(account: string): Credentials {
    const found = this.#admins.get(account);
    if (found === undefined) throw new Error(`there is no account ${account}`);
    return found;
  }

  /** From now on what is signed with this key is told that its token has expired. */
  expire({ accessKeyId }: Credentials): void {
    const known = this.#known.get(accessKeyId);
    if (known !== undefined) known.expired = true;
  }

  /** @throws AwsError for keys that nobody has or that have expired */
  who(asked: Asked): Who {
    const known = this.#known.get(asked.accessKey);
    if (known === undefined) throw unknownToken(asked);
    if (known.expired === true) throw expired(asked);
    return known;
  }

  /** Whether the role is there and trusts the caller. @throws AwsError in AWS's words, which do not tell the one from the other */
  async mayAssume({ input, principal, account }: Call): Promise<void> {
    const arn = String(input.RoleArn);
    const [, owner = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
    const refusal = new AwsError(
      'AccessDenied',
      `User: ${principal} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      403,
    );
    const iam = this.#moto.client(IAMClient, owner || account);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: name })).catch(() => {
      throw refusal;
    });
    const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{"Statement":[]}')) as Policy;
    const names = [principal, account, `arn:aws:iam::${account}:root`];
    const context = typeof input.ExternalId === 'string' ? { 'sts:ExternalId': input.ExternalId } : {};
    if (!allows(trust, { principal: { kind: 'AWS', names }, action: 'sts:AssumeRole', context })) throw refusal;
  }

  /** Remembers whose the keys are that STS handed out. */
  assumed(answer: string): void {
    const [, key = ''] = /<AccessKeyId>([^<]+)</.exec(answer) ?? [];
    const [, arn = '', account = ''] = /<Arn>(arn:aws:sts::(\d{12}):[^<]+)</.exec(answer) ?? [];
    this.#known.set(key, { account, principal: arn });
  }
}
