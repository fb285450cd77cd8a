import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { type AwsRequest, askingAws } from '../../../src/aws/failure.ts';
import { type AwsSettings, openAwsSession } from '../../../src/aws/session.ts';

const { endpoint, env } = inject('moto');

const ASKED: AwsRequest = {
  what: 'list s3://no-such-bucket/',
  actions: ['s3:ListBucket'],
  resources: ['arn:aws:s3:::no-such-bucket'],
  profile: null,
};

afterEach(() => vi.unstubAllEnvs());

async function list(settings: Partial<AwsSettings>, stubs: Record<string, string | undefined> = env) {
  for (const [name, value] of Object.entries(stubs)) vi.stubEnv(name, value);
  const session = openAwsSession({ profile: null, region: null, endpoint: null, ...settings });
  return askingAws(ASKED, async () => {
    const client = new S3Client({ ...(await session.clientOptions()), forcePathStyle: true });
    try {
      return await client.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' }));
    } finally {
      client.destroy();
      session.close();
    }
  });
}

const without = (...names: string[]) => ({ ...env, ...Object.fromEntries(names.map((name) => [name, undefined])) });

describe('what goes wrong on the way to AWS has a code of ours', () => {
  test.each<[string, string, Partial<AwsSettings>, Record<string, string | undefined>]>([
    ['a bucket that is not there', 'BUCKET_MISSING', {}, env],
    ['a server that is not there', 'AWS_UNREACHABLE', { endpoint: 'http://127.0.0.1:1' }, env],
    ['a name that is not there', 'AWS_UNREACHABLE', { endpoint: 'http://no-such-host.invalid' }, env],
    ['no credentials', 'AWS_CREDENTIALS_MISSING', {}, without('AWS_ACCESS_KEY_ID')],
    ['a profile that is not there', 'AWS_CREDENTIALS_MISSING', { profile: 'gone' }, without('AWS_ACCESS_KEY_ID')],
    ['no region', 'AWS_REGION_MISSING', { endpoint }, without('AWS_REGION')],
  ])('%s: %s', async (_, code, settings, stubs) => {
    await expect(list(settings, stubs)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^cannot list s3:\/\/no-such-bucket\/: ./),
    });
  });

  test('a bug stays a bug', async () => {
    const bug = new TypeError('x is not a function');
    await expect(askingAws(ASKED, () => Promise.reject(bug))).rejects.toBe(bug);
  });
});
