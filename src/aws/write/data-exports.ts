import type { CompressionOption, FormatOption, OverwriteOption, S3OutputType } from '@aws-sdk/client-bcm-data-exports';
import type { DataExport } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import { serviceAnswer } from '../failure.ts';
import { EXPORTS_REGION, withDataExports } from '../read/data-exports.ts';
import type { AwsSession } from '../session.ts';

export type NewExport = Omit<DataExport, 'arn' | 'health'> & { readonly description: string };

/**
 * Makes an export. AWS checks then and there that it may write into the bucket.
 * @throws OperatingError EXPORT_NAME_TAKEN, EXPORT_QUOTA, EXPORT_BUCKET_REFUSED, and those of `askingAws`
 */
export async function createDataExport(
  session: AwsSession,
  account: string,
  made: NewExport,
  signal: AbortSignal,
): Promise<void> {
  // AWS asks for the second as well: https://docs.aws.amazon.com/service-authorization/latest/reference/list_bcm-data-exports.html
  const actions = ['bcm-data-exports:CreateExport', 'cur:PutReportDefinition'];
  const resources = [
    `arn:aws:bcm-data-exports:${EXPORTS_REGION}:${account}:export/*`,
    `arn:aws:bcm-data-exports:${EXPORTS_REGION}:${account}:table/*`,
    `arn:aws:cur:${EXPORTS_REGION}:${account}:/*`,
  ];
  await withDataExports(session, `make the export ${made.name}`, actions, resources, async (client) => {
    const { CreateExportCommand } = await import('@aws-sdk/client-bcm-data-exports');
    try {
      await client.send(new CreateExportCommand({ Export: requestOf(made) }), { abortSignal: signal });
    } catch (error) {
      throw understood(error, made);
    }
  });
}

/** @throws OperatingError those of `askingAws` */
export async function deleteDataExport(session: AwsSession, arn: string, signal: AbortSignal): Promise<void> {
  const actions = ['bcm-data-exports:DeleteExport', 'cur:DeleteReportDefinition'];
  const resources = [arn, `arn:aws:cur:${EXPORTS_REGION}:*:/*`];
  await withDataExports(session, `delete the export ${arn}`, actions, resources, async (client) => {
    const { DeleteExportCommand } = await import('@aws-sdk/client-bcm-data-exports');
    try {
      await client.send(new DeleteExportCommand({ ExportArn: arn }), { abortSignal: signal });
    } catch (error) {
      if (serviceAnswer(error).code !== 'ResourceNotFoundException') throw error;
    }
  });
}

/** `Export` of CreateExport, for the SDK, the CLI and CloudFormation: all three have the same names. */
export function requestOf({ name, description, query, tables, destination }: NewExport) {
  return {
    Name: name,
    Description: description,
    DataQuery: { QueryStatement: query, TableConfigurations: { ...tables } },
    DestinationConfigurations: {
      S3Destination: {
        S3Bucket: destination.bucket,
        S3Prefix: destination.prefix,
        S3Region: destination.region,
        S3OutputConfigurations: {
          OutputType: destination.outputType as S3OutputType,
          Format: destination.format as FormatOption,
          Compression: destination.compression as CompressionOption,
          Overwrite: destination.overwrite as OverwriteOption,
        },
      },
    },
    RefreshCadence: { Frequency: 'SYNCHRONOUS' as const },
  };
}

/** AWS has one code for all that is wrong with a request; its message tells what it is. */
function understood(error: unknown, { name, destination }: NewExport): unknown {
  const { code } = serviceAnswer(error);
  const { message } = error as Error;
  const options = { cause: error };
  if (code === 'ServiceQuotaExceededException')
    return new OperatingError('EXPORT_QUOTA', `cannot make the export ${name}: ${message}`, options);
  if (code !== 'ValidationException') return error;
  if (/duplicate/i.test(message))
    return new OperatingError('EXPORT_NAME_TAKEN', `there is an export ${name} already: ${message}`, options);
  if (/bucket|permission/i.test(message)) {
    const what = `AWS Data Exports may not write into the bucket ${destination.bucket}: ${message}`;
    return new OperatingError('EXPORT_BUCKET_REFUSED', what, options);
  }
  return error;
}
