import { AthenaClient, CreateWorkGroupCommand, UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, CreateTableCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { AthenaWish } from '../../../src/domain/setup.ts';
import { athenaTopic } from '../../../src/setup/athena/topic.ts';
import { exportTopic } from '../../../src/setup/export/topic.ts';
import { applyAll, opened, signal, undoAll } from './changes.fixture.ts';
import { OUTSIDER, PAYER } from './organization.ts';
import { exportWish, wishOf } from './set-up.fixture.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

const ATHENA: AthenaWish = {
  database: 'bursar',
  table: 'cur',
  workgroup: 'bursar',
  results: 's3://acme-billing/athena-results/',
  scanBytes: 100_000_000_000,
};

/** What export and Athena need together. */
async function plan(wished: Partial<AthenaWish> = {}) {
  const account = await opened(server, PAYER, { parts: ['payer'] });
  const wish = wishOf({ export: exportWish(), athena: { ...ATHENA, ...wished } });
  const parts = [await exportTopic.plan(wish, account, signal), await athenaTopic.plan(wish, account, signal)];
  return {
    changes: parts.flatMap(({ changes }) => changes),
    notes: parts.flatMap(({ notes }) => notes.map(({ what }) => what)),
  };
}

const glue = () => new GlueClient(server.client(PAYER, 'eu-central-1'));
const athena = () => new AthenaClient(server.client(PAYER, 'eu-central-1'));

test('from nothing to a table over the export, and back', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const first = await plan();
  const before = await server.state();
  expect(first.notes).toEqual([]);
  expect(first.changes.slice(5).map(({ id }) => id)).toEqual([
    `create-database/${PAYER.id}/eu-central-1/bursar`,
    `create-table/${PAYER.id}/eu-central-1/bursar.cur`,
    `create-workgroup/${PAYER.id}/eu-central-1/bursar`,
  ]);
  await applyAll(payer, first.changes);
  expect(await plan()).toEqual({ changes: [], notes: [] });
  const { Table } = await glue().send(new GetTableCommand({ DatabaseName: 'bursar', Name: 'cur' }));
  expect(Table?.StorageDescriptor?.Columns).toEqual(
    expect.arrayContaining([
      { Name: 'line_item_iam_principal', Type: 'string' },
      { Name: 'line_item_unblended_cost', Type: 'double' },
      { Name: 'line_item_usage_start_date', Type: 'timestamp' },
      { Name: 'tags', Type: 'map<string,string>' },
      { Name: 'discount', Type: 'map<string,double>' },
    ]),
  );
  await undoAll(payer, first.changes);
  expect(await server.state()).toEqual(before);
});

test('each answer may be lost', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const first = await plan();
  for (const operation of ['CreateDatabase', 'CreateTable', 'CreateWorkGroup'])
    server.faults.plan({ operation }, { kind: 'lost' });
  await applyAll(payer, first.changes);
  expect((await plan()).changes).toEqual([]);
  for (const operation of ['DeleteDatabase', 'DeleteTable', 'DeleteWorkGroup'])
    server.faults.plan({ operation }, { kind: 'lost' });
  await undoAll(payer, first.changes);
  expect((await plan()).changes).toEqual(first.changes);
});

test('only what differs of what is ours is changed, and changed back', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  await applyAll(payer, (await plan()).changes);
  const more = await plan({ scanBytes: 20_000_000_000 });
  expect(more.changes.map(({ kind, before, after }) => ({ kind, before, after }))).toEqual([
    {
      kind: 'create-workgroup',
      before: { workgroup: expect.objectContaining({ scanBytes: 100_000_000_000 }) },
      after: { workgroup: expect.objectContaining({ scanBytes: 20_000_000_000 }) },
    },
  ]);
  await applyAll(payer, more.changes);
  expect((await plan({ scanBytes: 20_000_000_000 })).changes).toEqual([]);
  await undoAll(payer, more.changes);
  expect((await plan()).changes).toEqual([]);
  // Somebody has taken the limit away: it is set again, and taking that back leaves none.
  const updates = { RemoveBytesScannedCutoffPerQuery: true };
  await athena().send(new UpdateWorkGroupCommand({ WorkGroup: 'bursar', ConfigurationUpdates: updates }));
  const { changes } = await plan();
  expect(changes).toMatchObject([{ before: { workgroup: { scanBytes: null } } }]);
  await applyAll(payer, changes);
  await undoAll(payer, changes);
  expect((await plan()).changes).toEqual(changes);
});

test('what somebody else has made stays as it is', async () => {
  await glue().send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'bursar' } }));
  const theirs = { Name: 'cur', StorageDescriptor: { Location: 's3://other/', Columns: [{ Name: 'x', Type: 'int' }] } };
  await glue().send(new CreateTableCommand({ DatabaseName: 'bursar', TableInput: theirs }));
  await athena().send(new CreateWorkGroupCommand({ Name: 'bursar', Description: 'of the analysts' }));
  const { changes, notes } = await plan();
  expect(changes.map(({ kind }) => kind)).not.toContain('create-table');
  expect(notes).toEqual([
    "The table bursar.cur is not Bursar's, and reads s3://other/ instead of s3://acme-billing/cur/bursar/: it stays as it is.",
    "The Athena workgroup bursar is not Bursar's, and has other settings: it stays as it is.",
  ]);
});

test('a database in which somebody has made a table is not removed', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const { changes } = await plan();
  await applyAll(payer, changes);
  await glue().send(new CreateTableCommand({ DatabaseName: 'bursar', TableInput: { Name: 'views' } }));
  await expect(undoAll(payer, changes)).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY' });
});

test('answers may be kept in a bucket of another account, but not nowhere', async () => {
  const Bucket = 'analysts';
  const s3 = new S3Client({ ...server.client(OUTSIDER), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  expect((await plan({ results: `s3://${Bucket}/answers/` })).notes).toEqual([]);
  expect((await plan({ results: 's3://nowhere/answers/' })).notes).toEqual([
    'The bucket nowhere, where Athena is to keep answers, does not exist: every query would fail.',
  ]);
});
