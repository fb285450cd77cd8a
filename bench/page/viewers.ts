import { setTimeout as wait } from 'node:timers/promises';
import { type Asked, look, type PageServer } from './server.ts';
import type { View } from './views.ts';

export interface Viewed {
  readonly asked: readonly Asked[];
  /** the greatest resident set after the first third of the time, and at its end; `null` where the system does not tell */
  readonly peaks: readonly [early: number | null, late: number | null];
}

/** So many look at one view after the other, all at once, for some seconds. */
export async function manyViewers(
  server: PageServer,
  views: readonly View[],
  viewers: number,
  seconds: number,
): Promise<Viewed> {
  const asked: Asked[] = [];
  const end = performance.now() + seconds * 1000;
  const watch = async (first: number): Promise<void> => {
    for (let next = first; performance.now() < end; next++) {
      const view = views[next % views.length];
      if (view !== undefined) asked.push(...(await look(server, view)));
    }
  };
  const early = wait((seconds * 1000) / 3).then(() => server.peak());
  await Promise.all(Array.from({ length: viewers }, (_, viewer) => watch(viewer)));
  return { asked, peaks: [await early, server.peak()] };
}
