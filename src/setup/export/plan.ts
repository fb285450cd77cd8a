import { exportState } from '../../change/kind/create-export.ts';
import type { Change } from '../../domain/change.ts';
import { CUR_TABLE, type DataExport, type ExportColumn } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Pending, PlanPart } from '../../domain/plan.ts';
import type { ExportWish } from '../../domain/setup.ts';
import { type BucketFacts, planBucket } from './bucket.ts';
import { type Choice, freeName, isTaken } from './choose.ts';
import { healthNotes, memberNotes, otherNotes, usedNotes } from './notes.ts';
import { selectColumns, tableSettings } from './query.ts';

/** What was read of an account for its export. */
export interface ExportFacts {
  readonly account: string;
  /** the account that has the bill; `null` = not known */
  readonly payer: string | null;
  readonly exports: readonly DataExport[];
  readonly choice: Choice;
  /** of the wish; `null` = it is not there. Not looked at where an export in another bucket serves */
  readonly bucket: BucketFacts | null;
  /** columns of CUR 2.0 with the settings of the wish; empty where an export serves */
  readonly schema: readonly ExportColumn[];
}

/** CUR 2.0 exports that an account may have: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-create.html */
const QUOTA = 5;

/**
 * The export that names who called, and its bucket. An export that is there is used or left alone, never changed: AWS says that
 * one must be made to get the callers.
 * Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html
 * @throws OperatingError EXPORT_NAME_TAKEN, EXPORT_QUOTA, AWS_REFUSED
 */
export function planExport(wish: ExportWish, facts: ExportFacts): PlanPart {
  const { account, choice, bucket } = facts;
  const { used } = choice;
  const isElsewhere = used !== null && used.destination.bucket !== wish.bucket;
  const place = isElsewhere
    ? { changes: [], elsewhere: [], notes: [] }
    : planBucket(account, wish.bucket, wish.bucketRegion, bucket);
  const made = used === null ? [newExport(wish, facts, place.changes)] : [];
  const closed = place.elsewhere.find(({ kind }) => kind === 'allow-delivery');
  return {
    changes: [...place.changes, ...(closed === undefined ? made : [])],
    elsewhere: place.elsewhere,
    pending: used === null ? waiting(wish, account, closed) : pendingOf(account, used),
    notes: [
      ...memberNotes(facts),
      ...place.notes,
      ...(used === null
        ? otherNotes(account, choice)
        : [...usedNotes(account, wish, used), ...healthNotes(account, used)]),
    ],
  };
}

function newExport(wish: ExportWish, facts: ExportFacts, place: readonly Change[]): Change {
  const { account, exports, choice, schema, bucket } = facts;
  if (isTaken(exports, wish.name)) {
    const taken = choice.others.find((other) => other.export.name === wish.name);
    const faults = taken?.faults.join(', ') ?? 'is no CUR 2.0 export';
    const what = `the export ${wish.name} of account ${account} ${faults}`;
    const free = freeName(exports, wish.name);
    const hint = `Bursar makes new exports and changes none. Choose another name in bursar.yaml: setup.export.name: ${free}`;
    throw new OperatingError('EXPORT_NAME_TAKEN', what, { hint });
  }
  if (choice.others.length >= QUOTA) {
    const names = choice.others.map((other) => `${other.export.name} (${other.faults.join(', ')})`);
    const what = `account ${account} has ${choice.others.length} CUR 2.0 exports, the most that AWS allows, and none serves: ${names.join('; ')}`;
    throw new OperatingError('EXPORT_QUOTA', what);
  }
  return {
    id: `create-export/${account}/${wish.name}`,
    kind: 'create-export',
    account,
    region: 'us-east-1',
    resource: wish.name,
    before: { export: null },
    after: exportState({
      name: wish.name,
      description: 'Made by Bursar: the bill with the names of callers.',
      query: selectColumns(schema),
      tables: { [CUR_TABLE]: tableSettings(wish) },
      destination: {
        bucket: wish.bucket,
        prefix: wish.prefix,
        region: bucket?.region ?? wish.bucketRegion,
        outputType: 'CUSTOM',
        format: 'PARQUET',
        compression: 'PARQUET',
        overwrite: 'OVERWRITE_REPORT',
      },
    }),
    dependsOn: place.map(({ id }) => id),
    managedBy: null,
  };
}

/** AWS makes no export into a bucket that does not let it in. */
function waiting(wish: ExportWish, account: string, closed: Change | undefined): Pending[] {
  if (closed === undefined) return [];
  const { by = 'terraform', evidence = '' } = closed.managedBy ?? {};
  const owner = by === 'terraform' ? `Terraform (${evidence})` : `the stack ${evidence}`;
  const waitsFor = `${owner} lets AWS Data Exports deliver into the bucket ${wish.bucket}`;
  const howLong = 'until what bursar plan shows for the bucket is deployed there';
  return [{ account, what: `make the export ${wish.name}`, waitsFor, howLong }];
}

function pendingOf(account: string, { name, health }: DataExport): Pending[] {
  if (health.delivered || !health.healthy) return [];
  return [
    {
      account,
      what: `first delivery of the export ${name}`,
      waitsFor: 'AWS delivers it',
      howLong: 'up to 24 hours after it was made',
    },
  ];
}
