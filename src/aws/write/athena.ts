import type { EncryptionOption } from '@aws-sdk/client-athena';
import { OperatingError } from '../../domain/errors.ts';
import {
  isRefusal,
  NO_WORKGROUP,
  readAnySavedQuery,
  readWorkgroup,
  type WorkgroupSettings,
  withAthena,
} from '../read/athena.ts';
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
  // Where an answer was lost, the second try finds a workgroup there.
  const actions = isThere ? ['athena:UpdateWorkGroup'] : ['athena:CreateWorkGroup', 'athena:UpdateWorkGroup'];
  await withAthena(session, place, `write the workgroup ${name}`, actions, name, async (client) => {
    const { CreateWorkGroupCommand, UpdateWorkGroupCommand } = await import('@aws-sdk/client-athena');
    const options = { abortSignal: signal };
    const Configuration = workgroupConfiguration(settings);
    const create = new CreateWorkGroupCommand({ Name: name, Description: description, Configuration });
    const update = new UpdateWorkGroupCommand({ WorkGroup: name, ConfigurationUpdates: updatesOf(settings) });
    if (isThere) await client.send(update, options);
    else
      await client.send(create, options).catch(async (error: unknown) => {
        if (!isRefusal(error, /already/i)) throw error;
        await client.send(update, options);
      });
  });
}

/** What is not there is taken away. */
function updatesOf(settings: WorkgroupSettings) {
  const { ResultConfiguration, ...rest } = workgroupConfiguration(settings);
  return {
    ...rest,
    ...(settings.scanBytes === null ? { RemoveBytesScannedCutoffPerQuery: true } : {}),
    ResultConfigurationUpdates: {
      ...ResultConfiguration,
      ...(settings.results === null ? { RemoveOutputLocation: true } : {}),
      ...(settings.encryption === null ? { RemoveEncryptionConfiguration: true } : {}),
    },
  };
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
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      if (!isRefusal(error, NO_WORKGROUP)) throw error;
    });
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
