import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, inject } from 'vitest';

const moto = inject('moto');

/** A client of the tests' own, straight to the server. */
const s3 = new S3Client({
  region: 'us-east-1',
  endpoint: moto.endpoint,
  forcePathStyle: true,
  credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
});

afterAll(() => s3.destroy());

/** A bucket that no other test knows. */
export async function newBucket(region = 'us-east-1'): Promise<string> {
  const Bucket = `cur-${randomUUID()}`;
  const elsewhere =
    region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } };
  await s3.send(new CreateBucketCommand({ Bucket, ...elsewhere }));
  return Bucket;
}

/** Puts an object as a delivery does: AWS's own programs write a checksum with it. */
export async function put(bucket: string, key: string, body: Buffer | string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumAlgorithm: 'CRC64NVME' }));
}

export async function remove(bucket: string, key: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/** Puts the export of a folder below a prefix, each manifest after the data, and returns its address. */
export async function deliver(folder: string, bucket: string, prefix = 'exports/cur'): Promise<string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  for (const file of files)
    await put(bucket, prefix === '' ? file : `${prefix}/${file}`, readFileSync(join(folder, file)));
  return `s3://${bucket}/${prefix}`;
}
