import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';

/**
 * What S3 knows of an object's bytes: a checksum of all of them, or of the checksums of the parts it was uploaded in.
 * `none`: S3 keeps nothing that could be computed here.
 */
export type Seal =
  | { readonly kind: 'whole'; readonly algorithm: Algorithm; readonly digest: string }
  | {
      readonly kind: 'parts';
      readonly algorithm: Algorithm;
      readonly digest: string;
      readonly sizes: readonly number[];
    }
  | { readonly kind: 'none' };

const ALGORITHMS = ['CRC64NVME', 'CRC32C', 'CRC32', 'SHA256', 'SHA1'] as const;
type Algorithm = (typeof ALGORITHMS)[number] | 'MD5';

const PIECE = 1 << 20;
const HEADS_AT_ONCE = 8;

/**
 * Checksums of S3 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html); without one the
 * ETag, which is an MD5 unless the object is encrypted with KMS or with a customer's key.
 * @param sizeOf asks for the bytes of a part, from 1
 */
export async function sealOf(
  { etag, bytes }: { readonly etag: string; readonly bytes: number },
  head: HeadObjectCommandOutput,
  sizeOf: (part: number) => Promise<number>,
): Promise<Seal> {
  const tag = /^"?([0-9a-f]{32})(?:-(\d+))?"?$/.exec(etag);
  const uploadedIn = tag?.[2] === undefined ? null : Number(tag[2]);
  for (const algorithm of ALGORITHMS) {
    const [, digest, parts] = /^([A-Za-z0-9+/=]+?)(?:-(\d+))?$/.exec(head[`Checksum${algorithm}`] ?? '') ?? [];
    if (digest === undefined) continue;
    if (parts !== undefined) return sealOfParts(algorithm, digest, Number(parts), bytes, sizeOf);
    // Servers that do not say of which kind it is mean either, once there are parts.
    if (head.ChecksumType === 'FULL_OBJECT' || uploadedIn === null) return { kind: 'whole', algorithm, digest };
    if (head.ChecksumType === 'COMPOSITE') return sealOfParts(algorithm, digest, uploadedIn, bytes, sizeOf);
  }
  const hidden = head.SSECustomerAlgorithm !== undefined || head.ServerSideEncryption?.startsWith('aws:kms');
  if (tag?.[1] === undefined || hidden) return { kind: 'none' };
  const digest = Buffer.from(tag[1], 'hex').toString('base64');
  return uploadedIn === null
    ? { kind: 'whole', algorithm: 'MD5', digest }
    : sealOfParts('MD5', digest, uploadedIn, bytes, sizeOf);
}

/** Whether a file holds exactly the bytes that S3 knows. */
export async function isIntact(path: string, seal: Seal): Promise<boolean> {
  if (seal.kind === 'none') return true;
  const file = await open(path);
  try {
    const digestOf = async (from: number, bytes: number): Promise<Buffer> => {
      const hash = await hashing(seal.algorithm);
      await feed(file, from, bytes, hash);
      return hash.digest();
    };
    const { size } = await file.stat();
    if (seal.kind === 'whole') return (await digestOf(0, size)).toString('base64') === seal.digest;
    const outer = await hashing(seal.algorithm);
    let from = 0;
    for (const bytes of seal.sizes) {
      outer.update(await digestOf(from, bytes));
      from += bytes;
    }
    return from === size && (await outer.digest()).toString('base64') === seal.digest;
  } finally {
    await file.close();
  }
}

async function sealOfParts(
  algorithm: Algorithm,
  digest: string,
  parts: number,
  bytes: number,
  sizeOf: (part: number) => Promise<number>,
): Promise<Seal> {
  const sizes: number[] = parts === 1 ? [bytes] : [];
  while (sizes.length < parts) {
    const next = Array.from({ length: Math.min(HEADS_AT_ONCE, parts - sizes.length) }, (_, i) => sizes.length + i + 1);
    sizes.push(...(await Promise.all(next.map(sizeOf))));
  }
  return { kind: 'parts', algorithm, digest, sizes };
}

interface Hashing {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
}

async function hashing(algorithm: Algorithm): Promise<Hashing> {
  switch (algorithm) {
    case 'MD5':
    case 'SHA1':
    case 'SHA256': {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
    }
    case 'CRC32': {
      let value = 0;
      const digest = Buffer.alloc(4);
      return {
        update: (bytes) => {
          value = crc32(bytes, value);
        },
        digest: async () => {
          digest.writeUInt32BE(value);
          return digest;
        },
      };
    }
    default: {
      const { Crc32c, Crc64Nvme } = await import('@aws-sdk/checksums/crc');
      const hash = algorithm === 'CRC32C' ? new Crc32c() : new Crc64Nvme();
      return { update: (bytes) => hash.update(bytes), digest: async () => Buffer.from(await hash.digest()) };
    }
  }
}

async function feed(file: FileHandle, from: number, bytes: number, hash: Hashing): Promise<void> {
  const piece = Buffer.allocUnsafe(PIECE);
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await file.read(piece, 0, Math.min(PIECE, bytes - done), from + done);
    if (bytesRead === 0) return;
    hash.update(piece.subarray(0, bytesRead));
    done += bytesRead;
  }
}
