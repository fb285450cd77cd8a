import { askingAws } from '../failure.ts';
import type { AwsSession } from '../session.ts';

/**
 * The names of the account's first thousand buckets.
 * @throws OperatingError those of `askingAws`
 */
export async function readBucketNames(session: AwsSession, signal: AbortSignal): Promise<string[]> {
  const request = {
    what: 'list the buckets of the account',
    actions: ['s3:ListAllMyBuckets'],
    resources: ['*'],
    profile: session.settings.profile,
  };
  return askingAws(request, async () => {
    const { ListBucketsCommand, S3Client } = await import('@aws-sdk/client-s3');
    const client = new S3Client(await session.clientOptions('us-east-1'));
    try {
      const { Buckets = [] } = await client.send(new ListBucketsCommand({ MaxBuckets: 1_000 }), {
        abortSignal: signal,
      });
      return Buckets.flatMap(({ Name }) => Name ?? []);
    } finally {
      client.destroy();
    }
  });
}
