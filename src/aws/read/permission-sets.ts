import { slots } from '../at-once.ts';
import { allPages } from '../pages.ts';
import type { AwsSession } from '../session.ts';
import { askingIdentityCenter } from '../sso-admin.ts';
import type { IdentityCenter } from './identity-store.ts';

/** AWS allows 20 requests a second in all: https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html */
const AT_ONCE = 4;

/**
 * The names of all permission sets, sorted: their roles are called `AWSReservedSSO_<name>_<16 hex digits>`.
 * Lists have ARNs alone: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html
 * @throws OperatingError those of `askingAws`
 */
export async function readPermissionSets(
  session: AwsSession,
  center: Pick<IdentityCenter, 'arn' | 'region'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = { abortSignal: signal };
  const list = { what: 'list the permission sets of Identity Center', action: 'sso:ListPermissionSets' };
  const arns = await askingIdentityCenter(session, center, list, (client, { ListPermissionSetsCommand }) =>
    allPages('permission sets', async (NextToken) => {
      const page = await client.send(new ListPermissionSetsCommand({ InstanceArn: center.arn, NextToken }), options);
      return { items: page.PermissionSets, next: page.NextToken };
    }),
  );
  const describe = {
    what: 'read the names of permission sets',
    action: 'sso:DescribePermissionSet',
    resources: [center.arn, `${center.arn.replace(':instance/', ':permissionSet/')}/*`],
  };
  return askingIdentityCenter(session, center, describe, async (client, { DescribePermissionSetCommand }) => {
    const slot = slots(AT_ONCE);
    const names = arns.map((PermissionSetArn) =>
      slot(async () => {
        const input = { InstanceArn: center.arn, PermissionSetArn };
        const { PermissionSet } = await client.send(new DescribePermissionSetCommand(input), options);
        return PermissionSet?.Name ?? [];
      }),
    );
    return (await Promise.all(names)).flat().sort();
  });
}
