/** A vertical axis from round number to round number. */
export interface Scale {
  readonly ticks: readonly number[];
  /** 0 at the least, 1 at the most */
  place(value: number): number;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** @param count about how many steps */
export function scaleOf(least: number, most: number, count = 4): Scale {
  const low = Math.min(least, 0);
  const high = Math.max(most, 0);
  const span = high - low || 1;
  const size = 10 ** Math.floor(Math.log10(span / count));
  const step = size * (STEPS.find((each) => each * size * count >= span) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { ticks, place: (value) => (value - first * step) / ((last - first) * step) };
}
