import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servePage } from '../fixtures/dashboard.ts';
import { writePeriod } from '../fixtures/export.ts';
import { orderlyMonth, personArn, usageOn } from '../fixtures/organisation.ts';
import { pageAnswers } from '../fixtures/page-answers.ts';
import { temporaryFolder } from '../fixtures/run.ts';
import { type ServeProcess, serveProcess } from '../fixtures/serve-process.ts';
import { type Lake, openLake } from './lake.ts';

/** `bursar serve` over a Trino server. */

let lake: Lake;
let served: ServeProcess;
let ended = false;

const RULES = {
  dimensions: { team: { tags: ['iamPrincipal/team'] } },
  rules: [{ match: { session: 'zoe@*' }, set: { team: 'core' } }],
};

const monthOf = (period: string) => [
  ...orderlyMonth(period),
  usageOn(`${period}-03`, 1.005, { line_item_iam_principal: personArn('zoe'), tags: {} }),
  usageOn(`${period}-04`, period === '2026-10' ? 2.5 : 9, { line_item_iam_principal: personArn('kim'), tags: {} }),
];

beforeAll(async () => {
  lake = await openLake('serve');
  const cur = join(lake.folder, 'cur');
  mkdirSync(cur);
  for (const period of ['2026-09', '2026-10']) await writePeriod(cur, period, [{ lines: monthOf(period) }]);
  await lake.rawTable('cur', cur);
  const config = join(lake.folder, 'bursar.yaml');
  writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), ...RULES }));
  const { PATH, HOME } = process.env;
  served = await serveProcess([], { cwd: lake.folder, env: { PATH, HOME } });
});

afterAll(async () => {
  if (!ended) await served.end();
  await lake.remove();
});

test('every card has the answer that DuckDB gives to the same export', async () => {
  const here = temporaryFolder();
  writeFileSync(join(here.path, 'bursar.yaml'), JSON.stringify(RULES));
  const peer = await servePage(here.path, join(lake.folder, 'cur'));
  try {
    expect(await pageAnswers(served.url)).toEqual(await pageAnswers(peer.url));
    const status = await (await fetch(new URL('/api/status', served.url))).json();
    expect(status).toMatchObject({ engine: 'trino', ledger: 'hive.serve', exports: ['hive.serve.cur'] });
    const sql = await (await fetch(new URL('/api/sql?by=team', served.url))).text();
    const engine = await lake.open();
    const rows = await engine.rows(sql);
    await engine.close();
    expect(rows.map(({ d0 }) => d0)).toContain('core');
  } finally {
    await peer.close();
    here.remove();
  }
});

test('who goes away ends the statement, and the next is answered', async () => {
  const gone = new AbortController();
  const asked = fetch(new URL('/api/answer?by=session,usage-type,model&grain=day', served.url), {
    signal: gone.signal,
  });
  const next = fetch(new URL('/api/values?dimension=account', served.url));
  gone.abort();
  await expect(asked).rejects.toThrow();
  expect((await next).status).toBe(200);
});

test('Ctrl-C ends it, and leaves no work table', async () => {
  ended = true;
  expect(await served.end()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('bug') });
  const engine = await lake.open();
  expect(await engine.rows(`SHOW TABLES LIKE 'bursar!_work!_%' ESCAPE '!'`)).toEqual([]);
  await engine.close();
});
