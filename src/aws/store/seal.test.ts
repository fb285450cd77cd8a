import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { isIntact, type Seal, sealOf } from './seal.ts';

const folder = mkdtempSync(join(tmpdir(), 'bursar-seal-'));
const path = join(folder, 'file');
afterAll(() => rmSync(folder, { recursive: true }));

/** The text that catalogues of checksums give check values for. */
const CHECK = '123456789';
const hex = (digits: string): string => Buffer.from(digits, 'hex').toString('base64');
const hash = (name: string, ...texts: (string | Buffer)[]): Buffer => {
  const made = createHash(name);
  for (const text of texts) made.update(text);
  return made.digest();
};

const ETAG = `"${hash('md5', CHECK).toString('hex')}"`;
const ETAG_OF_PARTS = `"${hash('md5', hash('md5', '12345'), hash('md5', '6789')).toString('hex')}-2"`;
const SHA_OF_PARTS = hash('sha256', hash('sha256', '12345'), hash('sha256', '6789')).toString('base64');

type Head = Partial<HeadObjectCommandOutput>;

function seal(etag: string, head: Head): Promise<Seal> {
  const sizes = [5, 4];
  return sealOf({ etag, bytes: 9 }, head as HeadObjectCommandOutput, async (part) => sizes[part - 1] ?? 0);
}

describe('what S3 knows of the bytes', () => {
  test.each<[string, string, Head, 'whole' | 'parts']>([
    ['CRC64NVME', ETAG_OF_PARTS, { ChecksumCRC64NVME: hex('ae8b14860a799888'), ChecksumType: 'FULL_OBJECT' }, 'whole'],
    ['CRC32C', ETAG_OF_PARTS, { ChecksumCRC32C: hex('e3069283'), ChecksumType: 'FULL_OBJECT' }, 'whole'],
    ['CRC32', ETAG, { ChecksumCRC32: hex('cbf43926') }, 'whole'],
    ['SHA256', ETAG, { ChecksumSHA256: hash('sha256', CHECK).toString('base64') }, 'whole'],
    ['SHA1', ETAG, { ChecksumSHA1: hash('sha1', CHECK).toString('base64') }, 'whole'],
    ['SHA256', ETAG_OF_PARTS, { ChecksumSHA256: `${SHA_OF_PARTS}-2`, ChecksumType: 'COMPOSITE' }, 'parts'],
    ['MD5', ETAG, {}, 'whole'],
    ['MD5', ETAG_OF_PARTS, { ServerSideEncryption: 'AES256' }, 'parts'],
    // Which kind of checksum it is was not said, so it is not used.
    ['MD5', ETAG_OF_PARTS, { ChecksumSHA256: SHA_OF_PARTS }, 'parts'],
  ])('%s of %s with %o', async (algorithm, etag, head, kind) => {
    const found = await seal(etag, head);
    expect(found).toMatchObject({ kind, algorithm });
    writeFileSync(path, CHECK);
    expect(await isIntact(path, found)).toBe(true);
    for (const wrong of ['123456788', '12345678', '1234567890', '']) {
      writeFileSync(path, wrong);
      expect(await isIntact(path, found)).toBe(false);
    }
  });

  test.each<[string, string, Head]>([
    ['encrypted with KMS', ETAG, { ServerSideEncryption: 'aws:kms' }],
    ['encrypted twice with KMS', ETAG, { ServerSideEncryption: 'aws:kms:dsse' }],
    ["encrypted with a customer's key", ETAG, { SSECustomerAlgorithm: 'AES256' }],
    ['of a server whose ETags are others', '"xyz"', {}],
  ])('nothing where it has no checksum and is %s', async (_, etag, head) => {
    expect(await seal(etag, head)).toEqual({ kind: 'none' });
  });
});
