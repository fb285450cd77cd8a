import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { exportTopic } from '../../../src/setup/export/topic.ts';
import { OUTSIDER, PAYER } from './organization.ts';
import { applyAll, exportWish, opened, signal, undoAll, wishOf } from './set-up.fixture.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

test('from nothing to an export that is delivered', async () => {
  const account = opened(server, PAYER);
  const wish = wishOf({ export: exportWish() });
  const plan = () => exportTopic.plan(wish, account, signal);
  const first = await plan();
  expect(first.notes).toEqual([]);
  expect(first.changes.map(({ id }) => id)).toEqual([
    `create-bucket/${PAYER.id}/acme-billing`,
    `block-public-access/${PAYER.id}/acme-billing`,
    `encrypt-bucket/${PAYER.id}/acme-billing`,
    `allow-delivery/${PAYER.id}/acme-billing`,
    `create-export/${PAYER.id}/bursar`,
  ]);
  expect(server.record.changes).toEqual([]);
  await applyAll(account.session, first.changes);
  const second = await plan();
  expect(second.changes).toEqual([]);
  expect(second.pending.map(({ what }) => what)).toEqual(['first delivery of the export bursar']);
  await server.advance(24);
  expect(await plan()).toEqual({ changes: [], elsewhere: [], pending: [], notes: [] });
  await undoAll(account.session, first.changes);
  expect((await plan()).changes).toEqual(first.changes);
  expect(server.bugs).toEqual([]);
});

test('foreign', async () => {
  await new S3Client({ ...server.client(OUTSIDER), forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: 'acme-billing' }),
  );
  const account = opened(server, PAYER);
  await expect(exportTopic.plan(wishOf({ export: exportWish() }), account, signal)).rejects.toMatchObject({
    code: 'BUCKET_FOREIGN',
  });
});
