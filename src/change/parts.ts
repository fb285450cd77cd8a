import { type State, sameJson } from '../domain/change.ts';

/** The parts of `wanted` that are otherwise now. */
export function differing(wanted: State, now: State): string[] {
  return Object.keys(wanted).filter((part) => !isPart(wanted, now, part));
}

/** The parts of `wanted` that are so now. */
export function agreeing(wanted: State, now: State): string[] {
  return Object.keys(wanted).filter((part) => isPart(wanted, now, part));
}

export function isPart(wanted: State, now: State, part: string): boolean {
  return sameJson(wanted[part] ?? null, now[part] ?? null);
}
