import type { EncryptionOption } from '@aws-sdk/client-athena';
import { OperatingError } from '../../domain/errors.ts';
import { readAnySavedQuery, readWorkgroup, type WorkgroupSettings, withAthena } from '../read/athena.ts';
import type { Catalog } from '../read/glue.ts';
import type { AwsSession } from '../session.ts';

/** Makes the workgroup, or makes it so. @throws OperatingError those of `askingAws` */
export async function writeWorkgroup(
  session: AwsSession,
  place: Catalog,
  name: string,
  description: string,
  settings: WorkgroupSettings,
  signal: AbortSignal,
): Promise<void> {
  const isThere = (await readWorkgroup(session, place, name, signal)) !== null;
  const actions = [isThere ? 'athena:UpdateWorkGroup' : 'athena:CreateWorkGroup'];
  await withAthena(session, place, `write the workgroup ${name}`, actions, name, async (client) => {
    const { CreateWorkGroupCommand, UpdateWorkGroupCommand } = await import('@aws-sdk/client-athena');
    const options = { abortSignal: signal };
    const { ResultConfiguration, BytesScannedCutoffPerQuery, ...rest } = workgroupConfiguration(settings);
    if (!isThere) {
      const Configuration = workgroupConfiguration(settings);
      await client.send(new CreateWorkGroupCommand({ Name: name, Description: description, Configuration }), options);
      return;
    }
    const ConfigurationUpdates = {
      ...rest,
      ResultConfigurationUpdates: ResultConfiguration,
      ...(settings.results === null
        ? { ResultConfigurationUpdates: { RemoveOutputLocation: true, RemoveEncryptionConfiguration: true } }
        : {}),
      ...(BytesScannedCutoffPerQuery === undefined
        ? { RemoveBytesScannedCutoffPerQuery: true }
        : { BytesScannedCutoffPerQuery }),
    };
    await client.send(new UpdateWorkGroupCommand({ WorkGroup: name, ConfigurationUpdates }), options);
  });
}

/**
 * Removes the workgroup with the history of its queries, while nobody has saved a query in it.
 * @throws OperatingError WORKGROUP_NOT_EMPTY, and those of `askingAws`
 */
export async function deleteWorkgroup(
  session: AwsSession,
  place: Catalog,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await readWorkgroup(session, place, name, signal)) === null) return;
  if ((await readAnySavedQuery(session, place, name, signal)) !== null)
    throw new OperatingError('WORKGROUP_NOT_EMPTY', `the workgroup ${name} of Athena has saved queries`);
  await withAthena(session, place, `remove the workgroup ${name}`, ['athena:DeleteWorkGroup'], name, async (client) => {
    const { DeleteWorkGroupCommand } = await import('@aws-sdk/client-athena');
    // Else Athena keeps a workgroup in which anything was ever asked.
    const command = new DeleteWorkGroupCommand({ WorkGroup: name, RecursiveDeleteOption: true });
    await client.send(command, { abortSignal: signal });
  });
}

/** `Configuration` of a workgroup, for the SDK, the CLI and CloudFormation: all three have the same names. */
export function workgroupConfiguration({ results, encryption, enforced, scanBytes }: WorkgroupSettings) {
  return {
    EnforceWorkGroupConfiguration: enforced,
    ...(scanBytes === null ? {} : { BytesScannedCutoffPerQuery: scanBytes }),
    ResultConfiguration: {
      ...(results === null ? {} : { OutputLocation: results }),
      ...(encryption === null ? {} : { EncryptionConfiguration: { EncryptionOption: encryption as EncryptionOption } }),
    },
  };
}
