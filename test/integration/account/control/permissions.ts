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
    const named = resource === '*' ? resourceOf(call) : resource;
    if (answer !== 'Allow') throw denied(call, action, named, answer === 'Deny');
  }
}

/** All that a call needs: each action on each resource that it is about. */
async function permissions(call: Call, moto: Moto): Promise<Permission[]> {
  const resources = [...(await resourcesOf(call, moto)), ...around(call)];
  return iamActions(call).flatMap((action) => {
    // Of reports of the old kind, no resource is known yet.
    const about = action.startsWith('cur:') ? ['*'] : resources;
    return about.map((resource) => ({ action, resource }));
  });
}

/** What a policy must name beside the thing itself: https://docs.aws.amazon.com/service-authorization/latest/reference/. */
function around(call: Call): string[] {
  const { service, operation, input, region, account } = call;
  const here = `${region}:${account}`;
  if (service === 'bcm-data-exports' && ['CreateExport', 'UpdateExport'].includes(operation))
    return [`arn:aws:bcm-data-exports:${here}:table/COST_AND_USAGE_REPORT`];
  if (service === 'sso-admin' && typeof input.PermissionSetArn === 'string') return [String(input.InstanceArn)];
  if (service !== 'glue') return [];
  const [, kind, database] = /:(database|table)\/([^/]*)/.exec(resourceOf(call)) ?? [];
  const within = kind === 'table' ? [`arn:aws:glue:${here}:database/${database}`] : [];
  return kind === undefined ? [] : [`arn:aws:glue:${here}:catalog`, ...within];
}

/** Lists of IAM want `*`; ARNs of roles and users have the path in them, which requests do not say. */
async function resourcesOf(call: Call, moto: Moto): Promise<string[]> {
  const { service, input, account } = call;
  const { RoleName, UserName } = input as { RoleName?: string; UserName?: string };
  if (service !== 'iam') return [resourceOf(call)];
  const iam = moto.client(IAMClient, account);
  try {
    if (RoleName !== undefined) return [(await iam.send(new GetRoleCommand({ RoleName }))).Role?.Arn ?? ''];
    if (UserName !== undefined) return [(await iam.send(new GetUserCommand({ UserName }))).User?.Arn ?? ''];
    return ['*'];
  } catch (error) {
    if ((error as Error).name !== 'NoSuchEntityException') throw error;
    return [resourceOf(call)];
  }
}
