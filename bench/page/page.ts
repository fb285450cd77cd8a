import { join } from 'node:path';
import { build } from 'vite';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { withLedger } from '../ledgers.ts';
import type { BenchSample } from '../samples.ts';
import { percentile, spreadOf } from '../spread.ts';
import { gigabytes, type Line, shown, TIMES } from '../table.ts';
import { firstPaint } from './in-browser.ts';
import { type Asked, ask, look, type PageServer, startServer } from './server.ts';
import { manyViewers } from './viewers.ts';
import { type View, viewsOf } from './views.ts';

export interface PageGoals {
  readonly warmMs: number;
  readonly coldMs: number;
  readonly paintMs: number;
  readonly serverBytes: number;
  readonly loadBytes: number;
}

const WARM_ROUNDS = 5;
const PAINT_ROUNDS = 7;
const PEER_DAYS = 15;
const VIEWERS = 200;
const VIEWERS_SECONDS = 60;
/** Memory is flat where the last two thirds of the minute need no more above the first than this. */
const FLAT = 1.1;

/** The page of a ledger of two months: its answers, its memory, its first load, and many who look at it at once. */
export async function page(of: BenchSample, what: string, goals: Partial<PageGoals>): Promise<Line[]> {
  await build({ configFile: join(import.meta.dirname, '../../vite.config.ts'), logLevel: 'warn' });
  await withLedger(of);
  const views = viewsOf(of.periods);
  const atOnce = await rightAfterTheStart(of, views);
  const server = await startServer(of);
  try {
    // The engine is opened, and code compiled, by the first question after the start.
    await ask(server.url, '/api/summary?by=region');
    await server.prepared();
    const cold: Asked[] = [];
    for (const view of views) cold.push(...(await look(server, view)));
    const warm: Asked[] = [];
    for (let round = 0; round < WARM_ROUNDS; round++)
      for (const view of views) warm.push(...(await look(server, view)));
    const answers = [
      latency(`page: the first view, right after the start of the server, ${what}`, atOnce, undefined),
      latency(`page: answers of ${views.length} views, asked for the first time, ${what}`, cold, goals.coldMs),
      latency(`page: the same, asked again, ${what}`, warm, goals.warmMs),
      await againstDuckDB(of, server, what),
    ];
    const alone = memory(`page: memory of the server, ${what}`, server.peak(), goals.serverBytes);
    const painted = goals.paintMs === undefined ? [] : await paint(server, what, goals);
    const crowd = await manyViewers(server, views, VIEWERS, VIEWERS_SECONDS);
    const [early, late] = crowd.peaks;
    return [
      ...answers,
      alone,
      ...painted,
      {
        ...latency(`page: ${VIEWERS} viewers at once for a minute, ${what}`, crowd.asked, undefined),
        ...errors(crowd.asked),
      },
      {
        ...memory(`page: memory of the server with them, ${what}`, late, goals.serverBytes),
        against: early === null ? '' : `after a third of the minute: ${gigabytes(early)}`,
        result: early === null || late === null ? '' : `${(late / early).toFixed(2)}×`,
        ...(early !== null && late !== null && late > early * FLAT ? { met: false, goal: `≤ ${FLAT}×` } : {}),
      },
    ];
  } finally {
    await server.close();
  }
}

/** Who opens the page while the server still makes the tables that views need. */
async function rightAfterTheStart(of: BenchSample, [first]: readonly View[]): Promise<Asked[]> {
  const server = await startServer(of);
  try {
    return first === undefined ? [] : await look(server, first);
  } finally {
    await server.close();
  }
}

function latency(what: string, asked: readonly Asked[], goal: number | undefined): Line {
  const ms = asked.map((one) => one.ms);
  const failed = asked.filter(({ ok }) => !ok).length;
  const p95 = percentile(ms, 0.95);
  console.error(`  ${what}: ${slowest(asked)}`);
  return {
    what,
    measured: `p95 ${p95.toFixed(0)} ms (median ${percentile(ms, 0.5).toFixed(0)}, most ${percentile(ms, 1).toFixed(0)})`,
    against: '',
    result: `${asked.length.toLocaleString('en')} answers${failed === 0 ? '' : `, ${failed} FAILED`}`,
    goal: goal === undefined ? '' : `p95 < ${goal} ms`,
    met: goal === undefined ? null : failed === 0 && p95 < goal,
  };
}

function errors(asked: readonly Asked[]): Pick<Line, 'goal' | 'met'> {
  return { goal: 'no error', met: asked.every(({ ok }) => ok) };
}

/** Where the time goes: the slowest routes. */
function slowest(asked: readonly Asked[]): string {
  const routes = Map.groupBy(asked, ({ path }) => path.split('?')[0] ?? '');
  return [...routes]
    .map(([route, all]) => ({
      route,
      p95: percentile(
        all.map(({ ms }) => ms),
        0.95,
      ),
    }))
    .toSorted((a, b) => b.p95 - a.p95)
    .map(({ route, p95 }) => `${route} ${p95.toFixed(0)} ms`)
    .join(', ');
}

function memory(what: string, bytes: number | null, goal: number | undefined): Line {
  return {
    what,
    measured: bytes === null ? 'NOT MEASURED: this system has no /proc' : gigabytes(bytes),
    against: '',
    result: '',
    goal: goal === undefined ? '' : `< ${gigabytes(goal)}`,
    met: goal === undefined ? null : bytes !== null && bytes < goal,
  };
}

async function paint(server: PageServer, what: string, goals: Partial<PageGoals>): Promise<Line[]> {
  const { paintMs = 0, loadBytes = 0 } = goals;
  const painted = await firstPaint(server, PAINT_ROUNDS);
  const line = { against: '', result: '', met: false };
  const [time, size] = [`first meaningful paint, ${what}`, 'page: first load, compressed'];
  const [timeGoal, sizeGoal] = [`< ${paintMs} ms`, `< ${loadBytes / 1e3} kB`];
  if (painted === null) {
    const measured = 'NOT MEASURED: there is no Chromium';
    return [
      { ...line, what: `page: ${time}`, measured, goal: timeGoal },
      { ...line, what: size, measured, goal: sizeGoal },
    ];
  }
  const { median, least, most } = spreadOf(painted.ms);
  return [
    {
      ...line,
      what: `page: ${time}`,
      measured: `${median.toFixed(0)} ms (${least.toFixed(0)}..${most.toFixed(0)})`,
      goal: timeGoal,
      met: median < paintMs,
    },
    {
      ...line,
      what: size,
      measured: `${(painted.bytes / 1e3).toFixed(0)} kB, of it ${painted.fonts} fonts as files`,
      goal: sizeGoal,
      met: painted.bytes < loadBytes,
    },
  ];
}

/** The same statement asked of a bare DuckDB that is open already, in turns: what the server itself costs. */
async function againstDuckDB(of: BenchSample, server: PageServer, what: string): Promise<Line> {
  const bare = await openDuckDB();
  try {
    const [ours, peer]: [number[], number[]] = [[], []];
    for (let day = 1; day <= PEER_DAYS; day++) {
      const to = `${of.period}-${String(day).padStart(2, '0')}`;
      const query = `by=team&period=${of.period}&to=${to}`;
      const statement = await (await fetch(new URL(`/api/sql?${query}`, server.url))).text();
      const start = performance.now();
      await bare.rows(statement);
      peer.push(performance.now() - start);
      ours.push((await ask(server.url, `/api/answer?${query}`)).ms);
    }
    const [own, other] = [spreadOf(ours), spreadOf(peer)];
    return {
      what: `page: one question, ${what}`,
      measured: `${own.median.toFixed(0)} ms (${own.least.toFixed(0)}..${own.most.toFixed(0)})`,
      against: `its statement alone, asked of DuckDB: ${other.median.toFixed(0)} ms (${other.least.toFixed(0)}..${other.most.toFixed(0)})`,
      result: shown(spreadOf(ours.map((ms, index) => ms / (peer[index] ?? Number.NaN))), TIMES),
      goal: '',
      met: null,
    };
  } finally {
    await bare.close();
  }
}
