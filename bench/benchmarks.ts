import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA } from './folders.ts';
import { bursar, ingestAnew, withLedger } from './ledgers.ts';
import { compared, inTurns, peakOf, type Run, run, secondsOf } from './measure.ts';
import { page } from './page/page.ts';
import { bareCopy, emptyProcess, rawQuestion } from './peers.ts';
import { forgetAllocations, withPeople } from './people.ts';
import { type BenchSample, sample } from './samples.ts';
import { gigabytes, type Line, SECONDS, shown, TIMES } from './table.ts';
import { onTrino } from './trino.ts';

export interface Sizes {
  readonly lines: number;
  readonly largeLines: number;
}

interface Benchmark {
  readonly about: string;
  /** needs the large sample: only with --large */
  readonly large: boolean;
  readonly measure: (sizes: Sizes) => Promise<Line[]>;
}

const CALLERS = 5_000;
const SESSIONS = 12;
/** So many sessions are to call, as a share of the lines: 500,000 in 10 million. */
const SESSION_SHARE = 1 / 20;
/** Lines are dealt by chance: of so many more names in the sample, enough get one. */
const NAMES_A_SESSION = 1.25;

const INGEST_ROUNDS = 5;
const LARGE_INGEST_ROUNDS = 3;
const REPORT_ROUNDS = 15;
const LARGE_REPORT_ROUNDS = 5;
const UNCHANGED_ROUNDS = 9;
const ALLOCATION_ROUNDS = 9;
const VERIFY_ROUNDS = 3;
const TRINO_ROUNDS = 7;

const MAX_INGEST_RATIO = 1.25;
const MAX_REPORT_OVERHEAD_S = 0.35;
const MAX_ALLOCATION_RATIO = 2;
const LEAST_SPEEDUP = 3;
const MAX_UNCHANGED_S = 0.5;
const MAX_PEAK_BYTES = 1.5e9;
const MONTHS_OF_PAGE = 2;
const PAGE_GOALS = { warmMs: 150, coldMs: 500, paintMs: 1500, serverBytes: 600e6, loadBytes: 600e3 };
const LARGE_PAGE_GOALS = { warmMs: 500, coldMs: 500 };
const CHECK_ROUNDS = 3;

export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  ingest: {
    about: 'ingest against a bare copy of the same columns, and its memory',
    large: false,
    measure: ({ lines }) => ingest(lines, INGEST_ROUNDS, MAX_INGEST_RATIO),
  },
  unchanged: { about: 'ingest of a month that has not changed', large: false, measure: unchanged },
  report: { about: 'cold report above an empty process', large: false, measure: report },
  allocation: {
    about: 'report by person with a people file, against one by session',
    large: false,
    measure: allocation,
  },
  page: {
    about: 'the page: its answers, memory, first load, and 200 viewers at once',
    large: false,
    measure: async ({ lines }) => page(await twoMonths(lines), `${inMillions(lines)} in two months`, PAGE_GOALS),
  },
  'page-twice': {
    about: 'the same of a ledger twice as large, for the record',
    large: true,
    measure: async ({ lines }) =>
      page(await twoMonths(lines * MONTHS_OF_PAGE), `${inMillions(lines)} in each of two months`, {}),
  },
  changes: { about: 'what changed since another month, and doctor', large: false, measure: changesAndDoctor },
  verify: { about: 'the proof, for the record', large: false, measure: verify },
  sessions: { about: 'ingest and report of very many sessions', large: false, measure: sessions },
  trino: {
    about: 'a question on a real Trino, against plain SQL on the raw table',
    large: false,
    measure: async ({ lines }) => onTrino(await ordinary(lines), TRINO_ROUNDS),
  },
  'large-ingest': {
    about: 'ingest of the large sample, and its memory',
    large: true,
    measure: ({ largeLines }) => ingest(largeLines, LARGE_INGEST_ROUNDS, null),
  },
  'large-page': {
    about: 'the page of the large sample',
    large: true,
    measure: async ({ largeLines }) =>
      page(await twoMonths(largeLines), `${inMillions(largeLines)} in two months`, LARGE_PAGE_GOALS),
  },
  'large-report': { about: 'report against the same question to the raw export', large: true, measure: largeReport },
};

const ordinary = (lines: number): Promise<BenchSample> => sample({ lines, callers: CALLERS, sessions: SESSIONS });

const twoMonths = (lines: number): Promise<BenchSample> =>
  sample({ lines, callers: CALLERS, sessions: SESSIONS, months: MONTHS_OF_PAGE });

async function ingest(lines: number, rounds: number, maxRatio: number | null): Promise<Line[]> {
  const of = await ordinary(lines);
  const output = join(DATA, 'copy.parquet');
  const copy = async (order: 'kept' | 'any'): Promise<Run> => {
    const done = await run(bareCopy(of, output, order));
    await rm(output);
    return done;
  };
  const runs = await inTurns(rounds, {
    ours: () => ingestAnew(of),
    kept: () => copy('kept'),
    any: () => copy('any'),
  });
  const against = (peer: readonly Run[], which: string): Line => {
    const ratio = compared(runs.ours, peer, (ours, other) => ours / other);
    return {
      what: `ingest, ${inMillions(lines)}`,
      measured: shown(secondsOf(runs.ours), SECONDS),
      against: `bare COPY of its ${of.columns.length} columns, ${which}: ${shown(secondsOf(peer), SECONDS)}`,
      result: shown(ratio, TIMES),
      goal: maxRatio === null ? '' : `≤ ${maxRatio}×`,
      met: maxRatio === null ? null : ratio.median <= maxRatio,
    };
  };
  return [
    against(runs.kept, "DuckDB's defaults"),
    against(runs.any, 'in any order'),
    memory(`ingest, ${inMillions(lines)}`, runs.ours),
  ];
}

async function unchanged({ lines }: Sizes): Promise<Line[]> {
  const of = await ordinary(lines);
  await withLedger(of);
  const { ours } = await inTurns(UNCHANGED_ROUNDS, { ours: () => run(bursar('ingest', of)) });
  if (!ours.every(({ stdout }) => stdout.includes('  unchanged'))) throw new Error('the month was read again');
  const seconds = secondsOf(ours);
  return [
    {
      what: `ingest of an unchanged month, ${inMillions(lines)}`,
      measured: shown(seconds, SECONDS),
      against: '',
      result: '',
      goal: `< ${MAX_UNCHANGED_S} s`,
      met: seconds.median < MAX_UNCHANGED_S,
    },
  ];
}

async function report({ lines }: Sizes): Promise<Line[]> {
  const of = await ordinary(lines);
  await withLedger(of);
  const { ours, empty } = await inTurns(REPORT_ROUNDS, {
    ours: () => run(bursar('report', of, '--by', 'team')),
    empty: () => run(emptyProcess),
  });
  const above = compared(ours, empty, (report, process) => report - process);
  return [
    {
      what: `report --by team, ${inMillions(lines)}`,
      measured: shown(secondsOf(ours), SECONDS),
      against: `empty Node + DuckDB process: ${shown(secondsOf(empty), SECONDS)}`,
      result: `+${shown(above, SECONDS)}`,
      goal: `≤ +${MAX_REPORT_OVERHEAD_S} s`,
      met: above.median <= MAX_REPORT_OVERHEAD_S,
    },
  ];
}

async function largeReport({ largeLines }: Sizes): Promise<Line[]> {
  const of = await ordinary(largeLines);
  await withLedger(of);
  const { ours, raw } = await inTurns(LARGE_REPORT_ROUNDS, {
    ours: () => run(bursar('report', of, '--by', 'team')),
    raw: () => run(rawQuestion(of)),
  });
  const faster = compared(ours, raw, (report, sql) => sql / report);
  return [
    {
      what: `report --by team, ${inMillions(largeLines)}`,
      measured: shown(secondsOf(ours), SECONDS),
      against: `SQL on the raw export: ${shown(secondsOf(raw), SECONDS)}`,
      result: `${shown(faster, TIMES)} faster`,
      goal: `≥ ${LEAST_SPEEDUP}×`,
      met: faster.median >= LEAST_SPEEDUP,
    },
  ];
}

async function allocation({ lines }: Sizes): Promise<Line[]> {
  const of = await ordinary(lines);
  await withLedger(of);
  const byPerson = bursar('report', of, '--by', 'person', '--config', await withPeople(of));
  const runs = await inTurns(ALLOCATION_ROUNDS, {
    sessions: () => run(bursar('report', of, '--by', 'session')),
    kept: () => run(byPerson),
    anew: async () => {
      await forgetAllocations(of);
      return run(byPerson);
    },
  });
  const against = (ours: readonly Run[], what: string, goal: number | null): Line => {
    const ratio = compared(ours, runs.sessions, (person, session) => person / session);
    return {
      what: `report --by person, ${what}, ${inMillions(lines)}`,
      measured: shown(secondsOf(ours), SECONDS),
      against: `report --by session: ${shown(secondsOf(runs.sessions), SECONDS)}`,
      result: shown(ratio, TIMES),
      goal: goal === null ? '' : `≤ ${goal}×`,
      met: goal === null ? null : ratio.median <= goal,
    };
  };
  return [
    against(runs.kept, 'as allocated before', MAX_ALLOCATION_RATIO),
    against(runs.anew, 'with rules that are new', null),
  ];
}

async function changesAndDoctor({ lines }: Sizes): Promise<Line[]> {
  const of = await twoMonths(lines * MONTHS_OF_PAGE);
  await withLedger(of);
  const own = ['--config', of.config];
  const since = ['--changed-since', of.periods[0] ?? ''];
  const runs = await inTurns(CHECK_ROUNDS, {
    team: () => run(bursar('report', of, '--by', 'team', ...since, ...own)),
    person: () => run(bursar('report', of, '--by', 'person', ...since, ...own)),
    // It says no where it finds something, which the sample has on purpose.
    doctor: () => run(bursar('doctor', of, ...own), [0, 1]),
  });
  const size = `${inMillions(lines)} a month`;
  const lineOf = (what: string, ours: readonly Run[]): Line => {
    const peak = peakOf(ours);
    const memoryText = peak === null ? '' : `, ${gigabytes(peak)}`;
    return {
      what,
      measured: `${shown(secondsOf(ours), SECONDS)}${memoryText}`,
      against: '',
      result: '',
      goal: '',
      met: null,
    };
  };
  return [
    lineOf(`report --by team --changed-since, ${size}`, runs.team),
    lineOf(`report --by person --changed-since, ${size}`, runs.person),
    lineOf(`doctor, ${size}`, runs.doctor),
  ];
}

async function verify({ lines }: Sizes): Promise<Line[]> {
  const of = await ordinary(lines);
  await withLedger(of);
  const { ours } = await inTurns(VERIFY_ROUNDS, { ours: () => run(bursar('verify', of)) });
  const what = `verify, ${inMillions(lines)}`;
  return [
    { what, measured: shown(secondsOf(ours), SECONDS), against: '', result: '', goal: '', met: null },
    { ...memory(what, ours), goal: '', met: null },
  ];
}

async function sessions({ lines }: Sizes): Promise<Line[]> {
  const least = Math.round(lines * SESSION_SHARE);
  const of = await sample({ lines, callers: CALLERS, sessions: Math.round(least * NAMES_A_SESSION) });
  const what = `${least.toLocaleString('en')} sessions, ${inMillions(lines)}`;
  const ingested = await ingestAnew(of);
  const reported = await run(bursar('report', of, '--by', 'session', '--format', 'json'));
  const { rows } = JSON.parse(reported.stdout) as { readonly rows: readonly unknown[] };
  const once = ({ seconds }: Run): string => `${seconds.toFixed(2)} s, once`;
  return [
    { what: `ingest, ${what}`, measured: once(ingested), against: '', result: '', goal: 'completes', met: true },
    memory(`ingest, ${what}`, [ingested]),
    {
      what: `report --by session, ${what}`,
      measured: once(reported),
      against: '',
      result: `${rows.length.toLocaleString('en')} rows`,
      goal: `completes, ≥ ${least.toLocaleString('en')} rows`,
      met: rows.length >= least,
    },
    { ...memory(`report --by session, ${what}`, [reported]), goal: '', met: null },
  ];
}

function memory(what: string, runs: readonly Run[]): Line {
  const peak = peakOf(runs);
  return {
    what: `peak memory: ${what}`,
    measured: peak === null ? 'NOT MEASURED: this system has no /proc' : gigabytes(peak),
    against: '',
    result: '',
    goal: `< ${gigabytes(MAX_PEAK_BYTES)}`,
    met: peak !== null && peak < MAX_PEAK_BYTES,
  };
}

function inMillions(lines: number): string {
  return `${(lines / 1e6).toLocaleString('en', { maximumFractionDigits: 3 })} M lines`;
}
