import type { Fetching } from '../source/cur/bucket.ts';
import type { Context } from './context.ts';

/**
 * How much of a step is done, 0 to 1; `null`: not known. With words where it does something that takes long by itself, such
 * as a download.
 */
export type HowFar = number | null | { readonly share: number; readonly what: string };

export interface Progress {
  /**
   * A step begins.
   * @param done share of the whole that lies behind, 0 to 1
   * @param share share of the whole that this step is
   */
  update(done: number, share: number, what: string): void;
  stop(): void;
}

/** What is over sooner needs no bar. */
const DELAY_MS = 1000;
const REFRESH_MS = 100;

/**
 * A bar on standard error, for people: none when it is piped, none in the first second.
 * @param howFar asked while a step runs
 */
export async function openProgress(context: Context, howFar: () => HowFar = () => null): Promise<Progress> {
  if (!context.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % · {what}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stream: context.stderr,
  });
  let shown = false;
  let state = { done: 0, share: 0, what: '' };
  let furthest = 0;
  const total = 1000;
  const draw = (): void => {
    const now = howFar();
    const { share, what } = typeof now === 'object' && now !== null ? now : { share: now ?? 0, what: state.what };
    if (!shown) bar.start(total, 0, { what });
    shown = true;
    const within = state.share * Math.min(Math.max(share, 0), 1);
    // A step of several statements is never less done than before.
    furthest = Math.max(furthest, state.done + within);
    bar.update(Math.round(furthest * total), { what });
  };
  const delay = setTimeout(() => {
    draw();
    repeat = setInterval(draw, REFRESH_MS);
  }, DELAY_MS);
  let repeat: NodeJS.Timeout | undefined;
  return {
    update: (done, share, what) => {
      state = { done, share, what };
    },
    stop: () => {
      clearTimeout(delay);
      clearInterval(repeat);
      if (shown) bar.stop();
    },
  };
}

/** A download as part of a step: half of it, as reading comes after. */
export function describeFetching({ period, arrived, bytes }: Fetching): HowFar {
  const megabytes = (count: number): string => Math.round(count / 1e6).toLocaleString('en');
  return {
    share: (0.5 * arrived) / Math.max(bytes, 1),
    what: `${period}: downloading ${megabytes(arrived)} of ${megabytes(bytes)} MB`,
  };
}
