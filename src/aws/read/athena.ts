import type { AthenaClient } from '@aws-sdk/client-athena';
import { askingAws, serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';
import type { Catalog } from './glue.ts';

/** How queries of a workgroup are run. */
export interface WorkgroupSettings {
  /** s3://bucket/prefix/; `null` = each query says it */
  readonly results: string | null;
  /** `SSE_S3`, `SSE_KMS`, …; `null` = the bucket decides */
  readonly encryption: string | null;
  /** whether a query can have others */
  readonly enforced: boolean;
  /** most bytes that one query may read; `null` = no limit */
  readonly scanBytes: number | null;
}

export interface Workgroup extends WorkgroupSettings {
  readonly description: string;
}

/** `null` = there is no such workgroup. @throws OperatingError those of `askingAws` */
export async function readWorkgroup(
  session: AwsSession,
  place: Catalog,
  name: string,
  signal: AbortSignal,
): Promise<Workgroup | null> {
  const what = `read the workgroup ${name} of Athena`;
  return withAthena(session, place, what, ['athena:GetWorkGroup'], name, async (client) => {
    const { GetWorkGroupCommand } = await import('@aws-sdk/client-athena');
    try {
      const { WorkGroup } = await client.send(new GetWorkGroupCommand({ WorkGroup: name }), { abortSignal: signal });
      const { Configuration = {}, Description = '' } = WorkGroup ?? {};
      const { ResultConfiguration = {} } = Configuration;
      return {
        description: Description,
        results: ResultConfiguration.OutputLocation ?? null,
        encryption: ResultConfiguration.EncryptionConfiguration?.EncryptionOption ?? null,
        enforced: Configuration.EnforceWorkGroupConfiguration ?? false,
        scanBytes: Configuration.BytesScannedCutoffPerQuery ?? null,
      };
    } catch (error) {
      if (isRefusal(error, NO_WORKGROUP)) return null;
      throw error;
    }
  });
}

/** "WorkGroup x is not found." */
export const NO_WORKGROUP = /not found|does not exist/i;

/** Athena has one code for all that is wrong with a request. */
export function isRefusal(error: unknown, says: RegExp): boolean {
  return serviceAnswer(error).code === 'InvalidRequestException' && says.test((error as Error).message);
}

/** One saved query of the workgroup; `null` = it has none. @throws OperatingError those of `askingAws` */
export async function readAnySavedQuery(
  session: AwsSession,
  place: Catalog,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const what = `list the saved queries of the workgroup ${name}`;
  return withAthena(session, place, what, ['athena:ListNamedQueries'], name, async (client) => {
    const { ListNamedQueriesCommand } = await import('@aws-sdk/client-athena');
    const command = new ListNamedQueriesCommand({ WorkGroup: name, MaxResults: 1 });
    const { NamedQueryIds = [] } = await client.send(command, { abortSignal: signal });
    return NamedQueryIds[0] ?? null;
  });
}

/** Runs calls of Athena with a client of its own. */
export async function withAthena<T>(
  session: AwsSession,
  { account, region }: Catalog,
  what: string,
  actions: readonly string[],
  workgroup: string,
  run: (client: AthenaClient) => Promise<T>,
): Promise<T> {
  const resources = [`arn:aws:athena:${region}:${account}:workgroup/${workgroup}`];
  return askingAws({ what, actions, resources, profile: session.settings.profile }, async () => {
    const { AthenaClient } = await import('@aws-sdk/client-athena');
    const client = new AthenaClient({ ...(await session.clientOptions(region)), region });
    try {
      return await run(client);
    } finally {
      client.destroy();
    }
  });
}
