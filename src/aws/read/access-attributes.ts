import { serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';
import { askingIdentityCenter } from '../sso-admin.ts';
import type { IdentityCenter } from './identity-store.ts';

/** Which attributes of people Identity Center passes as session tags: key -> where the value is from. */
export type AccessAttributes = ReadonlyMap<string, readonly string[]>;

/**
 * The attributes for access control; `null` = they are switched off.
 * Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstanceAccessControlAttributeConfiguration.html
 * @throws OperatingError those of `askingAws`
 */
export async function readAccessAttributes(
  session: AwsSession,
  center: Pick<IdentityCenter, 'arn' | 'region'>,
  signal: AbortSignal,
): Promise<AccessAttributes | null> {
  const request = {
    what: 'read which attributes Identity Center passes',
    action: 'sso:DescribeInstanceAccessControlAttributeConfiguration',
  };
  return askingIdentityCenter(session, center, request, async (client, sdk) => {
    const { DescribeInstanceAccessControlAttributeConfigurationCommand: Describe } = sdk;
    try {
      const answer = await client.send(new Describe({ InstanceArn: center.arn }), { abortSignal: signal });
      const { AccessControlAttributes: attributes = [] } = answer.InstanceAccessControlAttributeConfiguration ?? {};
      return new Map(attributes.map(({ Key = '', Value }) => [Key, Value?.Source ?? []]));
    } catch (error) {
      if (serviceAnswer(error).code === 'ResourceNotFoundException') return null;
      throw error;
    }
  });
}
