import { addAbortSignal, type Readable } from 'node:stream';
import type { HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { OperatingError } from '../../domain/errors.ts';
import { type AwsRequest, askingAws, awsFailure, serviceAnswer } from '../failure.ts';
import { s3Client } from '../s3-client.ts';
import type { AwsSession } from '../session.ts';
import { type Seal, sealOf } from './seal.ts';

/** An object as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** with its quotes, as S3 writes it */
  readonly etag: string;
  /** whole milliseconds since 1970 */
  readonly modified: number;
}

export interface BucketAccess {
  readonly session: AwsSession;
  readonly requesterPays: boolean;
  /** account id; a bucket of another account is refused */
  readonly expectedBucketOwner: string | null;
  readonly signal: AbortSignal;
}

/**
 * One S3 bucket, for reading.
 * Every method throws the OperatingErrors of `askingAws`; those that read an object also OBJECT_CHANGED.
 */
export interface Bucket {
  readonly name: string;
  /** Every object whose key begins with the prefix, in the order of keys. */
  list(prefix: string): Promise<StoredObject[]>;
  /** The names of what S3 shows as folders directly below the prefix, which ends in `/` or is empty. */
  folders(prefix: string): Promise<string[]>;
  /** A small object as a whole. */
  content(object: StoredObject): Promise<Buffer>;
  /** The bytes from `from` up to but not including `to`, in pieces. May end early; whoever reads counts. */
  read(object: StoredObject, from: number, to: number, signal: AbortSignal): AsyncGenerator<Uint8Array>;
  /** What S3 knows of the object's bytes. */
  seal(object: StoredObject): Promise<Seal>;
  close(): void;
}

/** The connection stands still for so long: it is dead. */
const IDLE_MS = 30_000;
/** What S3 says of an object that is not there, or has become shorter. */
const GONE: ReadonlySet<string> = new Set(['NoSuchKey', 'NotFound', 'InvalidRange']);

export async function openBucket(name: string, access: BucketAccess): Promise<Bucket> {
  const client = await askingAws(requestTo(name, access, 'reach', '', 's3:ListBucket'), () =>
    s3Client(access.session, null),
  );
  return new S3Bucket(name, client, access);
}

class S3Bucket implements Bucket {
  readonly name: string;
  readonly #client: S3Client;
  readonly #access: BucketAccess;
  readonly #common: { Bucket: string; RequestPayer?: 'requester'; ExpectedBucketOwner?: string };

  constructor(name: string, client: S3Client, access: BucketAccess) {
    this.name = name;
    this.#client = client;
    this.#access = access;
    this.#common = {
      Bucket: name,
      ...(access.requesterPays ? { RequestPayer: 'requester' } : {}),
      ...(access.expectedBucketOwner === null ? {} : { ExpectedBucketOwner: access.expectedBucketOwner }),
    };
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const objects: StoredObject[] = [];
    for await (const { Contents = [] } of this.#pages(prefix)) {
      for (const { Key = '', Size = 0, ETag = '', LastModified } of Contents) {
        objects.push({ key: Key, bytes: Size, etag: ETag, modified: LastModified?.getTime() ?? 0 });
      }
    }
    return objects;
  }

  async folders(prefix: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages(prefix, '/')) {
      for (const { Prefix = '' } of CommonPrefixes) names.push(Prefix.slice(prefix.length, -1));
    }
    return names;
  }

  async content(object: StoredObject): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    if (object.bytes > 0) for await (const piece of this.read(object, 0, object.bytes)) pieces.push(piece);
    const content = Buffer.concat(pieces);
    if (content.length === object.bytes) return content;
    throw new OperatingError('AWS_UNREACHABLE', `s3://${this.name}/${object.key} ended early`);
  }

  async *read(
    object: StoredObject,
    from: number,
    to: number,
    signal: AbortSignal = this.#access.signal,
  ): AsyncGenerator<Uint8Array> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const request = this.#reading(object);
    const input = { ...this.#common, Key: object.key, IfMatch: object.etag, Range: `bytes=${from}-${to - 1}` };
    const answer = await this.#ofObject(object, request, () =>
      this.#client.send(new GetObjectCommand(input), { abortSignal: signal }),
    );
    const body = addAbortSignal(signal, answer.Body as Readable);
    try {
      this.#checkRange(object, from, to, answer.ContentRange);
      yield* pieces(body);
    } catch (error) {
      throw error instanceof OperatingError ? error : awsFailure(error, request);
    } finally {
      body.destroy();
    }
  }

  async seal(object: StoredObject): Promise<Seal> {
    const head = (part?: number) => this.#head(object, part);
    return sealOf(object, await head(), async (part) => (await head(part)).ContentLength ?? 0);
  }

  close(): void {
    this.#client.destroy();
  }

  async *#pages(prefix: string, delimiter?: '/') {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const request = requestTo(this.name, this.#access, 'list', prefix, 's3:ListBucket');
    let next: string | undefined;
    do {
      const input = { ...this.#common, Prefix: prefix, Delimiter: delimiter, ContinuationToken: next };
      const page = await askingAws(request, () =>
        this.#client.send(new ListObjectsV2Command(input), { abortSignal: this.#access.signal }),
      );
      yield page;
      next = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (next !== undefined);
  }

  async #head(object: StoredObject, part: number | undefined): Promise<HeadObjectCommandOutput> {
    const { GetObjectCommand, HeadObjectCommand } = await import('@aws-sdk/client-s3');
    const input = { ...this.#common, Key: object.key, IfMatch: object.etag };
    const options = { abortSignal: this.#access.signal };
    return this.#ofObject(object, this.#reading(object), async () => {
      try {
        const asked = { ...input, ChecksumMode: 'ENABLED' as const, PartNumber: part };
        return await this.#client.send(new HeadObjectCommand(asked), options);
      } catch (error) {
        // An answer to HEAD has no body that says why; the same question by GET has.
        const { status } = serviceAnswer(error);
        if (status === 403 || status === 400) {
          const { Body } = await this.#client.send(new GetObjectCommand({ ...input, Range: 'bytes=0-0' }), options);
          (Body as Readable).destroy();
        }
        throw error;
      }
    });
  }

  /** An object that is gone or another one is no refusal. */
  async #ofObject<T>(object: StoredObject, request: AwsRequest, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const { code, status } = serviceAnswer(error);
      // An answer to HEAD has the status alone.
      if (status === 412 || GONE.has(code)) throw this.#changed(object, error);
      throw awsFailure(error, request);
    }
  }

  #changed({ key }: StoredObject, cause?: unknown): OperatingError {
    const message = `s3://${this.name}/${key} was written anew or removed since it was listed`;
    return new OperatingError('OBJECT_CHANGED', message, { cause });
  }

  #checkRange(object: StoredObject, from: number, to: number, range: string | undefined): void {
    if (range === undefined && from === 0 && to === object.bytes) return;
    if (range === `bytes ${from}-${to - 1}/${object.bytes}`) return;
    if (range?.startsWith(`bytes ${from}-`)) throw this.#changed(object);
    throw new OperatingError(
      'AWS_REFUSED',
      `cannot read s3://${this.name}/${object.key}: bytes ${from} to ${to - 1} were asked for, ${range ?? 'all'} came`,
    );
  }

  #reading({ key }: StoredObject): AwsRequest {
    return requestTo(this.name, this.#access, 'read', key, 's3:GetObject');
  }
}

async function* pieces(body: Readable): AsyncGenerator<Uint8Array> {
  const stalled = (): void => {
    body.destroy(Object.assign(new Error(`nothing came for ${IDLE_MS / 1000} s`), { name: 'TimeoutError' }));
  };
  let timer = setTimeout(stalled, IDLE_MS);
  try {
    for await (const piece of body) {
      clearTimeout(timer);
      yield piece as Uint8Array;
      timer = setTimeout(stalled, IDLE_MS);
    }
  } finally {
    clearTimeout(timer);
  }
}

const KMS =
  'If the bucket is encrypted with a KMS key of your own, kms:Decrypt on that key is needed too: ' +
  '{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:aws:kms:REGION:ACCOUNT:key/KEY-ID"]}';

function requestTo(
  bucket: string,
  { session, expectedBucketOwner }: BucketAccess,
  verb: string,
  key: string,
  action: 's3:ListBucket' | 's3:GetObject',
): AwsRequest {
  const arn = `arn:${partitionOf(session.settings.region)}:s3:::${bucket}`;
  // A permission for one object helps nobody: the next delivery has others.
  const prefix = key.replace(/(^|\/)(data|metadata)\/BILLING_PERIOD=.*$/i, '$1');
  const owner =
    expectedBucketOwner === null
      ? []
      : [`The bucket must belong to account ${expectedBucketOwner}, as bursar.yaml says.`];
  return {
    what: `${verb} s3://${bucket}/${key}`,
    actions: [action],
    resources: [action === 's3:ListBucket' ? arn : `${arn}/${prefix}*`],
    profile: session.settings.profile,
    denied: [...owner, ...(action === 's3:GetObject' ? [KMS] : [])].join('\n  '),
  };
}

/** China and GovCloud have ARNs of their own (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
function partitionOf(region: string | null): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
