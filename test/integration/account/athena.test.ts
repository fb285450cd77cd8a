import { expect, test } from 'vitest';
import { athenaTopic } from '../../../src/setup/athena/topic.ts';
import { exportTopic } from '../../../src/setup/export/topic.ts';
import { PAYER } from './organization.ts';
import { applyAll, exportWish, opened, signal, undoAll, wishOf } from './set-up.fixture.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

const ATHENA = {
  database: 'bursar',
  table: 'cur',
  workgroup: 'bursar',
  results: 's3://acme-billing/athena-results/',
  scanBytes: 100_000_000_000,
};

test('from nothing to a table over the export, and back', async () => {
  const account = opened(server, PAYER);
  const wish = wishOf({ export: exportWish(), athena: ATHENA });
  const plan = async () => {
    const parts = [await exportTopic.plan(wish, account, signal), await athenaTopic.plan(wish, account, signal)];
    return { changes: parts.flatMap(({ changes }) => changes), notes: parts.flatMap(({ notes }) => notes) };
  };
  const first = await plan();
  expect(first.notes).toEqual([]);
  expect(first.changes.slice(5).map(({ id }) => id)).toEqual([
    `create-database/${PAYER.id}/eu-central-1/bursar`,
    `create-table/${PAYER.id}/eu-central-1/bursar.cur`,
    `create-workgroup/${PAYER.id}/eu-central-1/bursar`,
  ]);
  await applyAll(account.session, first.changes);
  expect(await plan()).toEqual({ changes: [], notes: [] });
  await undoAll(account.session, first.changes);
  expect(await plan()).toEqual(first);
});
