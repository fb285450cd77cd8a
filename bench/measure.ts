import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA } from './folders.ts';
import { busyMs, QUIET_CORES, untilQuiet } from './machine.ts';
import { type Spread, spreadOf } from './spread.ts';

/** A process to be measured: what follows `node` on its command line. */
export type Command = readonly string[];

/** One process, from before its start to its end. */
export interface Run {
  readonly seconds: number;
  /** the greatest resident set; `null` where the system does not tell */
  readonly peakBytes: number | null;
  /** other work kept the machine busy meanwhile; never where the system does not tell */
  readonly disturbed: boolean;
  readonly stdout: string;
}

/** How often a process is asked for its peak. The system keeps the peak, so only growth in the last moment can be missed. */
const POLL_MS = 20;

/** Linux counts processor time in these. */
const CLOCK_TICK_MS = 10;
/** What the process itself may have used after it was last asked. */
const UNSEEN_MS = 50;
/** Disturbed runs are thrown away and repeated, this often; then they count, and it is said. */
const ATTEMPTS = 4;

const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** Options and paths of whoever runs the bench must not reach what is measured. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
}

/**
 * Runs a Node process to its end, alone.
 * @param codes with which it may exit
 * @throws Error when it exits with another
 */
export async function run(command: Command, codes: readonly number[] = [0]): Promise<Run> {
  await mkdir(DATA, { recursive: true });
  const paths = { stdout: join(DATA, 'stdout.txt'), stderr: join(DATA, 'stderr.txt') };
  // Into files, not pipes: a reader at the other end would compete for the processor.
  const stdout = await open(paths.stdout, 'w');
  const stderr = await open(paths.stderr, 'w');
  const env = cleanEnvironment();
  const start = performance.now();
  const child = spawn(process.execPath, command, { cwd: DATA, env, stdio: ['ignore', stdout.fd, stderr.fd] });
  const busyBefore = busyMs();
  let peakBytes: number | null = null;
  let ownMs: number | null = null;
  const poll = setInterval(() => {
    peakBytes = readPeak(child.pid) ?? peakBytes;
    ownMs = readOwnMs(child.pid) ?? ownMs;
  }, POLL_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => clearInterval(poll));
  const seconds = (performance.now() - start) / 1000;
  const disturbed = ownMs !== null && busyMs() - busyBefore - ownMs > seconds * QUIET_CORES * 1000 + UNSEEN_MS;
  await Promise.all([stdout.close(), stderr.close()]);
  if (code === null || !codes.includes(code))
    throw new Error(`exit code ${code} of node ${command.join(' ')}\n${await readFile(paths.stderr)}`);
  return { seconds, peakBytes, disturbed, stdout: await readFile(paths.stdout, 'utf8') };
}

/** Processor time of a process so far (proc_pid_stat(5): utime and stime, in clock ticks). */
export function readOwnMs(pid: number | undefined): number | null {
  try {
    // The second field, the name in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
  } catch {
    return null;
  }
}

/** Linux keeps the greatest resident set of a process as VmHWM (proc_pid_status(5)). */
export function readPeak(pid: number | undefined): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

/**
 * Runs each command once (that fills the caches of disk and compiler, and is thrown away), then `rounds` times in turns,
 * so that all of them see the same machine.
 */
export async function inTurns<Name extends string>(
  rounds: number,
  commands: Readonly<Record<Name, () => Promise<Run>>>,
): Promise<Record<Name, readonly Run[]>> {
  const names = Object.keys(commands) as Name[];
  const runs = Object.fromEntries(names.map((name): [Name, Run[]] => [name, []])) as Record<Name, Run[]>;
  for (const name of names) await commands[name]();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) runs[name].push(await undisturbed(commands[name]));
  }
  return runs;
}

async function undisturbed(command: () => Promise<Run>): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    await untilQuiet();
    const done = await command();
    if (!done.disturbed) return done;
    if (attempt === ATTEMPTS) {
      console.error('  NOTE: other work on this machine disturbs the runs; this one counts all the same');
      return done;
    }
  }
}

export function secondsOf(runs: readonly Run[]): Spread {
  return spreadOf(runs.map(({ seconds }) => seconds));
}

/** The greatest peak of all runs, in bytes. */
export function peakOf(runs: readonly Run[]): number | null {
  const peaks = runs.map(({ peakBytes }) => peakBytes).filter((peak) => peak !== null);
  return peaks.length === 0 ? null : Math.max(...peaks);
}

/** Compares the two runs of each round with each other, not medians of different moments. */
export function compared(
  ours: readonly Run[],
  peer: readonly Run[],
  compare: (ours: number, peer: number) => number,
): Spread {
  return spreadOf(ours.map(({ seconds }, round) => compare(seconds, peer[round]?.seconds ?? Number.NaN)));
}
