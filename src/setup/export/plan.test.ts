import { describe, expect, it } from 'vitest';
import { CUR_TABLE, type DataExport } from '../../domain/data-export.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { PlanPart } from '../../domain/plan.ts';
import type { ExportWish } from '../../domain/setup.ts';
import type { BucketFacts } from './bucket.ts';
import { chooseExport } from './choose.ts';
import { type ExportFacts, planExport } from './plan.ts';
import { REPORT_COLUMNS, selectColumns, tableSettings } from './query.ts';

const PAYER = '111111111111';
const WISH: ExportWish = {
  name: 'bursar',
  bucket: 'acme-billing',
  bucketRegion: 'eu-central-1',
  prefix: 'cur',
  granularity: 'daily',
  resources: false,
};

const SCHEMA = [...REPORT_COLUMNS, 'line_item_iam_principal'].map((name) => ({ name, type: 'string' }));

const READY: BucketFacts = {
  region: 'eu-central-1',
  publicAccess: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  encryption: { algorithm: 'AES256', key: null },
  owner: null,
  policy: JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'bcm-data-exports.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::acme-billing/*',
      },
    ],
  }),
};

/** An export as Bursar would make it, but for what is said. */
function exportOf(name: string, differs: Differs = {}): DataExport {
  const { settings = {}, query = selectColumns(SCHEMA), destination = {}, health = {} } = differs;
  return {
    arn: `arn:aws:bcm-data-exports:us-east-1:${PAYER}:export/${name}-1`,
    name,
    query,
    tables: { [CUR_TABLE]: { ...tableSettings(WISH), INCLUDE_CAPACITY_RESERVATION_DATA: 'FALSE', ...settings } },
    destination: {
      bucket: 'acme-billing',
      prefix: 'cur',
      region: 'eu-central-1',
      outputType: 'CUSTOM',
      format: 'PARQUET',
      compression: 'PARQUET',
      overwrite: 'OVERWRITE_REPORT',
      ...destination,
    },
    health: { healthy: true, reason: null, delivered: true, ...health },
  };
}

interface Differs {
  readonly settings?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly destination?: Partial<DataExport['destination']>;
  readonly health?: Partial<DataExport['health']>;
}

function plan(exports: readonly DataExport[], bucket: BucketFacts | null, more: Partial<ExportFacts> = {}): PlanPart {
  const choice = chooseExport(exports, WISH.name);
  const schema = choice.used === null ? SCHEMA : [];
  return planExport(WISH, { account: PAYER, payer: PAYER, exports, choice, bucket, schema, ...more });
}

const kinds = ({ changes }: PlanPart): string => changes.map(({ kind }) => kind).join(' ');

const WITHOUT = { settings: { INCLUDE_IAM_PRINCIPAL_DATA: 'FALSE' } };
const ALL = 'create-bucket block-public-access encrypt-bucket allow-delivery create-export';

describe('what is planned', () => {
  const cases: readonly [string, readonly DataExport[], BucketFacts | null, string][] = [
    ['nothing there', [], null, ALL],
    ['a bucket that is ready', [], READY, 'create-export'],
    ['a bucket of before', [], { ...READY, publicAccess: null, encryption: null, policy: null }, ALL.slice(14)],
    [
      'a bucket that is half closed',
      [],
      { ...READY, publicAccess: { ...allOpen(), BlockPublicAcls: true } },
      'block-public-access create-export',
    ],
    ['the export is there', [exportOf('bursar')], READY, ''],
    [
      'the export is there, its bucket is open',
      [exportOf('bursar')],
      { ...READY, publicAccess: null },
      'block-public-access',
    ],
    ['the export is there, its bucket is gone', [exportOf('bursar')], null, ALL.replace(' create-export', '')],
    ['one of another name names callers', [exportOf('finops')], READY, ''],
    ['one in another bucket names callers', [exportOf('finops', { destination: { bucket: 'finops' } })], null, ''],
    ['AWS adds the caller by itself', [exportOf('x', { query: selectColumns(SCHEMA.slice(0, -1)) })], READY, ''],
    ['one of another name names no callers', [exportOf('finops', WITHOUT)], READY, 'create-export'],
    [
      'one that leaves lines out',
      [exportOf('x', { query: `${selectColumns(SCHEMA)} WHERE line_item_usage_account_id = '1'` })],
      READY,
      'create-export',
    ],
    [
      'one without tags',
      [exportOf('x', { query: selectColumns(SCHEMA).replace(', tags', '') })],
      READY,
      'create-export',
    ],
    ['one in CSV', [exportOf('x', { destination: { format: 'TEXT_OR_CSV' } })], READY, 'create-export'],
    [
      'one that keeps every delivery',
      [exportOf('x', { destination: { overwrite: 'CREATE_NEW_REPORT' } })],
      READY,
      'create-export',
    ],
    [
      'one of another table',
      [{ ...exportOf('focus'), query: 'SELECT a FROM FOCUS_1_2_AWS', tables: {} }],
      READY,
      'create-export',
    ],
    ['the one of the name before others that serve', [exportOf('a'), exportOf('bursar')], READY, ''],
  ];
  it.each(cases)('%s', (_, exports, bucket, expected) => {
    expect(kinds(plan(exports, bucket))).toBe(expected);
  });

  it('each waits for what it needs', () => {
    const needs = plan([], null).changes.map(
      ({ kind, dependsOn }) => `${kind}: ${dependsOn.map((id) => id.split('/')[0])}`,
    );
    expect(needs).toEqual([
      'create-bucket: ',
      'block-public-access: create-bucket',
      'encrypt-bucket: create-bucket',
      'allow-delivery: create-bucket,block-public-access',
      'create-export: create-bucket,block-public-access,encrypt-bucket,allow-delivery',
    ]);
  });

  it('keeps the other statements of the policy in the change', () => {
    const theirs = { Sid: 'audit', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'x' };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [theirs] });
    const [change] = plan([], { ...READY, policy }).changes;
    expect(change?.before).toMatchObject({ audit: theirs, EnableAWSDataExportsToWriteToS3: null });
    expect(change?.after).toMatchObject({ audit: theirs, EnableAWSDataExportsToWriteToS3: { Effect: 'Allow' } });
  });

  it('changes no bucket of a stack, and waits until the stack lets AWS in', () => {
    const owner = { by: 'cloudformation', evidence: 'billing' } as const;
    const part = plan([], { ...READY, publicAccess: null, policy: null, owner });
    expect(part.changes).toEqual([]);
    expect(part.elsewhere.map(({ kind, managedBy }) => [kind, managedBy])).toEqual([
      ['block-public-access', owner],
      ['allow-delivery', owner],
    ]);
    expect(part.pending.map(({ what, waitsFor }) => `${what}: ${waitsFor}`)).toEqual([
      'make the export bursar: the stack billing lets AWS Data Exports deliver into the bucket acme-billing',
    ]);
    expect(kinds(plan([], { ...READY, owner }))).toBe('create-export');
  });

  it('delivers to where the bucket is', () => {
    const part = plan([], { ...READY, region: 'us-west-2' });
    expect(part.changes[0]?.after).toMatchObject({ export: { destination: { region: 'us-west-2' } } });
    expect(notes(part)).toEqual([
      'info: The bucket acme-billing lies in us-west-2, not in eu-central-1; it is used where it is.',
    ]);
  });
});

describe('what is said', () => {
  const cases: readonly [string, PlanPart, readonly string[]][] = [
    ['nothing, where all is well', plan([exportOf('bursar')], READY), []],
    [
      'an export without callers holds no past',
      plan([exportOf('finops', WITHOUT)], READY),
      [
        'info: The export finops names no callers: it stays as it is, and a new one is made beside it. AWS adds callers to nothing that it has delivered, and the new one holds no earlier months.',
      ],
    ],
    [
      'how the export that is used differs',
      plan([exportOf('finops', { settings: { TIME_GRANULARITY: 'HOURLY', INCLUDE_RESOURCES: 'TRUE' } })], READY),
      [
        'info: The export finops names callers already and is used as it is: it lies in s3://acme-billing/cur/finops/, is hourly, has resources.',
      ],
    ],
    [
      'a key of KMS',
      plan([], { ...READY, encryption: { algorithm: 'aws:kms', key: 'k' } }),
      [
        'warn: The bucket acme-billing encrypts with a key of KMS (aws:kms). Whether AWS delivers exports into such buckets is not documented, and with older reports it failed.',
      ],
    ],
    [
      'a Deny',
      plan([], {
        ...READY,
        policy: JSON.stringify({
          Statement: [{ Sid: 'locked', Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }],
        }),
      }),
      [
        'warn: The policy of the bucket acme-billing forbids the delivery: "locked". A Deny counts more than any Allow.',
      ],
    ],
    [
      'a member account',
      plan([exportOf('bursar')], READY, { payer: '222222222222' }),
      [
        'warn: Account 111111111111 is a member of the organization of 222222222222: its export holds its own lines alone.',
      ],
    ],
    [
      'an unhealthy export',
      plan([exportOf('bursar', { health: { healthy: false, reason: 'INSUFFICIENT_PERMISSION' } })], READY),
      ['warn: The export bursar is unhealthy: AWS may not write into its bucket (INSUFFICIENT_PERMISSION).'],
    ],
  ];
  it.each(cases)('%s', (_, part, expected) => {
    expect(notes(part)).toEqual(expected);
  });

  it('waits for the first delivery', () => {
    expect(plan([exportOf('bursar', { health: { delivered: false } })], READY).pending).toEqual([
      {
        account: PAYER,
        what: 'first delivery of the export bursar',
        waitsFor: 'AWS delivers it',
        howLong: 'up to 24 hours after it was made',
      },
    ]);
  });
});

describe('what cannot be', () => {
  const refused = (exports: readonly DataExport[]): OperatingError => {
    try {
      plan(exports, READY);
    } catch (error) {
      if (error instanceof OperatingError) return error;
      throw error;
    }
    throw new Error('it can');
  };

  it('names a free name where the name is taken', () => {
    const error = refused([exportOf('bursar', WITHOUT), exportOf('bursar-2', WITHOUT)]);
    expect(error.code).toBe('EXPORT_NAME_TAKEN');
    expect(error.message).toBe('the export bursar of account 111111111111 names no callers');
    expect(error.hint).toContain('setup.export.name: bursar-3');
  });

  it('takes the name of an export of another table for taken, too', () => {
    const error = refused([{ ...exportOf('bursar'), query: 'SELECT a FROM FOCUS_1_2_AWS', tables: {} }]);
    expect(error.message).toBe('the export bursar of account 111111111111 is no CUR 2.0 export');
  });

  it('lists the five where there are five', () => {
    const error = refused(['a', 'b', 'c', 'd', 'e'].map((name) => exportOf(name, WITHOUT)));
    expect(error.code).toBe('EXPORT_QUOTA');
    expect(error.message).toContain('a (names no callers); b (names no callers)');
  });

  it('does not count exports of other tables', () => {
    const others = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
      ...exportOf(name),
      query: 'SELECT a FROM CARBON_EMISSIONS',
      tables: {},
    }));
    expect(kinds(plan(others, READY))).toBe('create-export');
  });
});

describe('the query', () => {
  it('selects what AWS says there is', () => {
    const schema = [...SCHEMA, { name: 'new_column', type: 'string' }];
    expect(selectColumns(schema)).toBe(`SELECT ${schema.map(({ name }) => name).join(', ')} FROM ${CUR_TABLE}`);
  });

  it('keeps to what reports read, where all would be too long', () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      name: `column_that_nobody_reads_${index}`,
      type: 'string',
    }));
    const columns = [...REPORT_COLUMNS, 'line_item_iam_principal'];
    expect(selectColumns([...many, ...SCHEMA])).toBe(`SELECT ${columns.join(', ')} FROM ${CUR_TABLE}`);
  });

  it('is not made of columns that are not there', () => {
    expect(() => selectColumns(SCHEMA.filter(({ name }) => name !== 'tags'))).toThrow('has no column tags');
  });
});

function notes(part: PlanPart): string[] {
  return part.notes.map(({ level, what }) => `${level}: ${what}`);
}

function allOpen() {
  return { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };
}
