import { AwsError } from '../../wire/answer.ts';

/** What CreateExport takes, as far as this server looks at it. */
export interface Export {
  readonly ExportArn?: string;
  readonly Name: string;
  readonly Description?: string;
  readonly DataQuery: {
    readonly QueryStatement: string;
    readonly TableConfigurations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly DestinationConfigurations: {
    readonly S3Destination: {
      readonly S3Bucket: string;
      readonly S3BucketOwner?: string;
      readonly S3Prefix: string;
      readonly S3Region: string;
    };
  };
  readonly RefreshCadence: { readonly Frequency: string };
}

export type WholeExport = Export & { readonly ExportArn: string };

export interface Execution {
  readonly id: string;
  readonly at: Date;
  readonly failure: string | null;
  readonly export: Export;
}

/** An export that is there. */
export interface Kept {
  readonly account: string;
  readonly created: Date;
  export: WholeExport;
  updated: Date;
  tags: Map<string, string>;
  executions: Execution[];
}

/** `ExportStatus` */
export function statusOf({ created, updated, executions }: Kept): Record<string, unknown> {
  const last = executions.at(-1);
  const failure = last?.failure ?? null;
  const times = { CreatedAt: created.toISOString(), LastUpdatedAt: updated.toISOString() };
  const refreshed = last === undefined ? {} : { LastRefreshedAt: last.at.toISOString() };
  if (failure === null) return { StatusCode: 'HEALTHY', ...times, ...refreshed };
  return { StatusCode: 'UNHEALTHY', StatusReason: failure, ...times, ...refreshed };
}

/** `ExecutionStatus` */
export function executionStatus({ at, failure }: Execution): Record<string, unknown> {
  const times = { CreatedAt: at.toISOString(), CompletedAt: at.toISOString(), LastUpdatedAt: at.toISOString() };
  if (failure === null) return { StatusCode: 'DELIVERY_SUCCESS', ...times };
  return { StatusCode: 'DELIVERY_FAILURE', StatusReason: failure, ...times };
}

export function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} was not found`);
}
