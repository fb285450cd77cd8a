import {
  findBucket,
  type OwnBucket,
  readBucketEncryption,
  readBucketPolicy,
  readBucketTags,
  readPublicAccessBlock,
} from '../../aws/read/buckets.ts';
import { readDataExports, readExportTable } from '../../aws/read/data-exports.ts';
import { readManagementAccount } from '../../aws/read/organization.ts';
import type { AwsSession } from '../../aws/session.ts';
import { CUR_TABLE } from '../../domain/data-export.ts';
import type { ExportWish } from '../../domain/setup.ts';
import { managedBy } from '../principals/managed.ts';
import type { OpenAccount } from '../topic.ts';
import type { BucketFacts } from './bucket.ts';
import { chooseExport } from './choose.ts';
import type { ExportFacts } from './plan.ts';
import { tableSettings } from './query.ts';

/**
 * All that decides about the export of an account. What does not matter is not asked for.
 * @throws OperatingError BUCKET_FOREIGN, and those of `askingAws`
 */
export async function readExportFacts(
  wish: ExportWish,
  { id, session }: OpenAccount,
  signal: AbortSignal,
): Promise<ExportFacts> {
  const payer = await readManagementAccount(session, signal);
  const exports = await readDataExports(session, signal);
  const choice = chooseExport(exports, wish.name);
  const { used } = choice;
  const isHere = used === null || used.destination.bucket === wish.bucket;
  const bucket = isHere ? await readBucket(session, { name: wish.bucket, account: id, region: null }, signal) : null;
  const schema = used === null ? await readExportTable(session, CUR_TABLE, tableSettings(wish), signal) : [];
  return { account: id, payer, exports, choice, bucket, schema };
}

/**
 * What decides whether AWS can deliver into a bucket; `null` = there is none of that name.
 * @throws OperatingError BUCKET_FOREIGN, and those of `askingAws`
 */
export async function readBucket(
  session: AwsSession,
  bucket: OwnBucket,
  signal: AbortSignal,
): Promise<BucketFacts | null> {
  const region = await findBucket(session, bucket, signal);
  if (region === null) return null;
  const there = { ...bucket, region };
  return {
    region,
    publicAccess: await readPublicAccessBlock(session, there, signal),
    encryption: await readBucketEncryption(session, there, signal),
    policy: await readBucketPolicy(session, there, signal),
    owner: managedBy({ description: '' }, await readBucketTags(session, there, signal), null),
  };
}
