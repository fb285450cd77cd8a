import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { writeSampleOrganisation } from '../../../src/demo/write.ts';
import { openDuckDB } from '../../../src/engine/duckdb.ts';
import { exportTopic } from '../../../src/setup/export/topic.ts';
import { runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { applyAll, opened, signal } from './changes.fixture.ts';
import { PAYER } from './organization.ts';
import { exportWish, wishOf } from './set-up.fixture.ts';
import { accountServer } from './start.ts';

const server = await accountServer();

test('what AWS delivers to the export that was set up is what a report reads', async () => {
  const payer = await opened(server, PAYER, { parts: ['payer'] });
  const wish = wishOf({ export: exportWish() });
  const { changes } = await exportTopic.plan(wish, payer, signal);
  await applyAll(payer, changes);
  const folder = temporaryFolder();
  const engine = await openDuckDB({ keepOrder: true });
  const sample = { dir: join(folder.path, 'sample'), seed: 1, lines: 20_000, months: 1, truth: false, engine };
  const { exportDir } = await writeSampleOrganisation(sample);
  await engine.close();
  const [address] = changes.flatMap(({ kind, after }) => (kind === 'create-export' ? [folderOf(after.export)] : []));
  await deliver(exportDir, address ?? '');
  const asked = ['report', '--by', 'model', '--period', '2026-01..2026-12', '--format', 'csv'];
  const run = (cur: string, ledger: string) => {
    const kept = { BURSAR_CACHE: join(folder.path, 'cache'), BURSAR_LEDGER: join(folder.path, ledger) };
    return runBursar([...asked, '--cur', cur], { cwd: folder.path, env: { ...server.env(PAYER), ...kept } });
  };
  const here = await run(exportDir, 'here');
  const there = await run(`${address}`, 'there');
  expect(there.stderr).not.toContain('error');
  expect(there.stdout).toBe(here.stdout);
  expect(there.stdout.length).toBeGreaterThan(200);
  folder.remove();
});

/** The place of the export, as AWS documents it: bucket, prefix, name. */
function folderOf(made: unknown): string {
  const { destination } = made as { readonly destination: { readonly bucket: string; readonly prefix: string } };
  return `s3://${destination.bucket}/${destination.prefix}/bursar`;
}

async function deliver(folder: string, address: string): Promise<void> {
  const [, Bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  const s3 = new S3Client({ ...server.client(PAYER, 'eu-central-1'), forcePathStyle: true });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  for (const file of files)
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: `${prefix}/${file}`,
        Body: readFileSync(join(folder, file)),
        ChecksumAlgorithm: 'CRC64NVME',
      }),
    );
}
