import { IDENTITY, IDENTITY_REGION, PAYER } from '../../organization.ts';
import { AwsError } from '../../wire/answer.ts';
import type { Scene } from '../fake.ts';

/** What most operations begin with. */
export type OfInstance = { readonly InstanceArn: string };

const INSTANCE_ARN = 'arn:aws:sso:::instance/ssoins-7223bursar000001';

/** As ListInstances shows it. */
export const INSTANCE = {
  InstanceArn: INSTANCE_ARN,
  IdentityStoreId: 'd-9067000001',
  OwnerAccountId: PAYER.id,
  Status: 'ACTIVE',
  CreatedDate: 1_750_000_000,
};

/** One instance in one region; the payer and the delegated administrator see it. */
export function seesInstance({ call }: Scene): boolean {
  return call.region === IDENTITY_REGION && [PAYER.id, IDENTITY.id].includes(call.account);
}

/** @throws AwsError for an instance that the caller does not see */
export function checkInstance({ InstanceArn }: OfInstance, scene: Scene): void {
  if (seesInstance(scene) && InstanceArn === INSTANCE_ARN) return;
  const message = `User: ${scene.call.principal} is not authorized to access instance ${InstanceArn}`;
  throw new AwsError('AccessDeniedException', message);
}
