import { readWorkgroup } from '../../aws/read/athena.ts';
import { findBucket, type OwnBucket } from '../../aws/read/buckets.ts';
import { readDataExports, readExportTable } from '../../aws/read/data-exports.ts';
import { readDatabase, readTable } from '../../aws/read/glue.ts';
import type { AwsSession } from '../../aws/session.ts';
import { CUR_TABLE, type DataExport, exportFolder } from '../../domain/data-export.ts';
import { type ErrorCode, OperatingError } from '../../domain/errors.ts';
import type { AthenaWish, ExportWish } from '../../domain/setup.ts';
import { chooseExport, isTaken } from '../export/choose.ts';
import { tableSettings } from '../export/query.ts';
import type { OpenAccount } from '../topic.ts';
import { selectedBy, settingsOf, tableColumns } from './columns.ts';
import type { AthenaFacts } from './plan.ts';

/** The export that the table is to read: one that is there, or the one that is wished for. */
interface Source {
  readonly there: DataExport | null;
  readonly bucket: string;
  readonly region: string;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * All that decides about Athena; `null` = there is no export, and none will be.
 * @throws OperatingError BUCKET_FOREIGN, and those of `askingAws`
 */
export async function readAthenaFacts(
  wish: AthenaWish,
  exportWish: ExportWish | null,
  { id, session }: OpenAccount,
  signal: AbortSignal,
): Promise<AthenaFacts | null> {
  const own = (name: string) => ({ name, account: id, region: null });
  const source = sourceOf(await readDataExports(session, signal), exportWish);
  if (source === null) return null;
  const isMade = source.there === null;
  const madeIn = isMade ? await findBucket(session, own(source.bucket), signal) : null;
  const region = madeIn ?? source.region;
  const [, results = ''] = /^s3:\/\/([^/]+)/.exec(wish.results) ?? [];
  const hasResults =
    (results === source.bucket && madeIn !== null) || !(await isMissing(session, own(results), signal));
  const schema = await readExportTable(session, CUR_TABLE, source.settings, signal);
  const place = { account: id, region };
  return {
    account: id,
    region,
    folder: source.folder,
    columns: tableColumns(schema, source.there === null ? null : selectedBy(source.there)),
    hasDatabase: (await readDatabase(session, place, wish.database, signal)) !== null,
    table: await readTable(session, place, wish.database, wish.table, signal),
    workgroup: await readWorkgroup(session, place, wish.workgroup, signal),
    resultsBucket: {
      name: results,
      is: hasResults ? 'there' : isMade && results === source.bucket ? 'made' : 'missing',
    },
  };
}

/** Answers may be kept in a bucket of another account, or in one that only Athena sees. */
async function isMissing(session: AwsSession, bucket: OwnBucket, signal: AbortSignal): Promise<boolean> {
  try {
    return (await findBucket(session, bucket, signal)) === null;
  } catch (error) {
    if (error instanceof OperatingError && UNSEEN.includes(error.code)) return false;
    throw error;
  }
}

const UNSEEN: readonly ErrorCode[] = ['BUCKET_FOREIGN', 'AWS_ACCESS_DENIED'];

function sourceOf(exports: readonly DataExport[], wish: ExportWish | null): Source | null {
  const { used } = chooseExport(exports, wish?.name ?? '');
  if (used !== null) {
    const { bucket, prefix, region } = used.destination;
    const folder = exportFolder(bucket, prefix, used.name);
    return { there: used, bucket, region, folder, settings: settingsOf(used) };
  }
  if (wish === null || isTaken(exports, wish.name)) return null;
  const { bucket, prefix, name, bucketRegion: region } = wish;
  return { there: null, bucket, region, folder: exportFolder(bucket, prefix, name), settings: tableSettings(wish) };
}
