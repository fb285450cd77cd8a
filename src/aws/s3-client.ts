import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsSession } from './session.ts';

/**
 * A client of S3.
 * @param region `null` = whichever the session says, else any: S3 then names the one that a bucket is in
 */
export async function s3Client(session: AwsSession, region: string | null): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  const options = await session.clientOptions(ANY_REGION);
  return new S3Client({
    ...options,
    ...(region === null ? {} : { region }),
    followRegionRedirects: true,
    // A name such as bucket.vpce-….amazonaws.com or bucket.localhost need not exist.
    forcePathStyle: Boolean(session.settings.endpoint || AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL),
    // Of a range there is no checksum; whole files are checked against their seal.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Where no region is named. */
const ANY_REGION = 'us-east-1';
