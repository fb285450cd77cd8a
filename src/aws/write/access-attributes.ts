import type { AccessAttributes } from '../read/access-attributes.ts';
import type { IdentityCenter } from '../read/identity-store.ts';
import type { AwsSession } from '../session.ts';
import { askingIdentityCenter } from '../sso-admin.ts';
import { withoutConflict } from './conflict.ts';

/** What AWS takes as the whole list of attributes. */
export function attributeConfiguration(attributes: AccessAttributes) {
  return {
    AccessControlAttributes: [...attributes].map(([Key, source]) => ({ Key, Value: { Source: [...source] } })),
  };
}

/**
 * Makes this the whole list of attributes that Identity Center passes, and switches them on where they are off.
 * Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstanceAccessControlAttributeConfiguration.html
 * @param areOn whether they are on
 * @throws OperatingError those of `askingAws`
 */
export async function writeAccessAttributes(
  session: AwsSession,
  center: Pick<IdentityCenter, 'arn' | 'region'>,
  attributes: AccessAttributes,
  areOn: boolean,
  signal: AbortSignal,
): Promise<void> {
  const verb = areOn ? 'Update' : 'Create';
  const request = {
    what: 'let Identity Center pass attributes',
    action: `sso:${verb}InstanceAccessControlAttributeConfiguration`,
  };
  const input = {
    InstanceArn: center.arn,
    InstanceAccessControlAttributeConfiguration: attributeConfiguration(attributes),
  };
  await askingIdentityCenter(session, center, request, (client, sdk) => {
    const { CreateInstanceAccessControlAttributeConfigurationCommand: Create } = sdk;
    const { UpdateInstanceAccessControlAttributeConfigurationCommand: Update } = sdk;
    const options = { abortSignal: signal };
    return withoutConflict(signal, async () => {
      if (areOn) await client.send(new Update(input), options);
      else await client.send(new Create(input), options);
    });
  });
}

/**
 * Switches attributes for access control off: then those that an identity provider sends are not passed either.
 * Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstanceAccessControlAttributeConfiguration.html
 * @throws OperatingError those of `askingAws`
 */
export async function switchAccessAttributesOff(
  session: AwsSession,
  center: Pick<IdentityCenter, 'arn' | 'region'>,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    what: 'switch attributes for access control off',
    action: 'sso:DeleteInstanceAccessControlAttributeConfiguration',
  };
  await askingIdentityCenter(session, center, request, (client, sdk) => {
    const { DeleteInstanceAccessControlAttributeConfigurationCommand: Delete } = sdk;
    return withoutConflict(signal, async () => {
      await client.send(new Delete({ InstanceArn: center.arn }), { abortSignal: signal });
    });
  });
}
