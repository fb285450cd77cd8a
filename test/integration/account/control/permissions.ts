import { GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import type { Call } from '../wire/call.ts';
import type { Moto } from '../wire/moto-relay.ts';
import { denied } from './faults.ts';
import { iamActions } from './iam-actions.ts';
import { answerOf, type Policy } from './policy.ts';
import { resourceOf } from './resource.ts';

interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** @throws AwsError for the first permission that a call needs and the policy does not give */
export async function checkPermissions(policy: Policy, call: Call, moto: Moto): Promise<void> {
  const { region, account, principal } = call;
  const context = {
    'aws:RequestedRegion': region,
    'aws:PrincipalAccount': account,
    'aws:PrincipalArn': principal,
    'aws:ResourceAccount': account,
  };
  for (const { action, resource } of await permissions(call, moto)) {
    const answer = answerOf(policy, { action, resource, context });
    if (answer !== 'Allow') throw denied(call, action, resource, answer === 'Deny');
  }
}

/** All that a call needs: each action on each resource that it is about. */
async function permissions(call: Call, moto: Moto): Promise<Permission[]> {
  const { service, operation, region, account } = call;
  const resources = [await wholeResource(call, moto)];
  const here = `${region}:${account}`;
  // https://docs.aws.amazon.com/cur/latest/userguide/bcm-data-exports-access.html: export and table.
  if (service === 'bcm-data-exports' && ['CreateExport', 'UpdateExport'].includes(operation))
    resources.push(`arn:aws:bcm-data-exports:${here}:table/COST_AND_USAGE_REPORT`);
  // https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html: and all that it lies in.
  if (service === 'glue') {
    const [, kind, database] = /:(database|table)\/([^/]*)/.exec(resources[0] ?? '') ?? [];
    if (kind !== undefined) resources.push(`arn:aws:glue:${here}:catalog`);
    if (kind === 'table') resources.push(`arn:aws:glue:${here}:database/${database}`);
  }
  return iamActions(call).flatMap((action) => {
    // Of reports of the old kind, no resource is known yet.
    const about = action.startsWith('cur:') ? ['*'] : resources;
    return about.map((resource) => ({ action, resource }));
  });
}

/** ARNs of roles and users have the path in them, which requests do not say. */
async function wholeResource(call: Call, moto: Moto): Promise<string> {
  const { service, input, account } = call;
  const { RoleName, UserName } = input as { RoleName?: string; UserName?: string };
  if (service !== 'iam' || (RoleName === undefined && UserName === undefined)) return resourceOf(call);
  const iam = moto.client(IAMClient, account);
  try {
    if (RoleName !== undefined) return (await iam.send(new GetRoleCommand({ RoleName }))).Role?.Arn ?? '';
    return (await iam.send(new GetUserCommand({ UserName }))).User?.Arn ?? '';
  } catch {
    return resourceOf(call);
  }
}
