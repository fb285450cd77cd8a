import { type Scale, scaleOf } from './scale.ts';
import type { Segment } from './stack.ts';

export const CHART_HEIGHT = 260;
export const CHART_EDGE = { top: 10, right: 18, bottom: 26, left: 62 };
const WIDEST_COLUMN = 44;

/** Where things lie in the picture, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly thickness: number;
  readonly right: number;
  slot(index: number): number;
  bar(index: number): number;
  y(value: number): number;
}

export function frameOf(width: number, count: number, scale: Scale): Frame {
  const inner = Math.max(width - CHART_EDGE.left - CHART_EDGE.right, 1);
  const height = CHART_HEIGHT - CHART_EDGE.top - CHART_EDGE.bottom;
  const step = inner / Math.max(count, 1);
  const thickness = Math.min(step * 0.78, WIDEST_COLUMN);
  const slot = (index: number): number => CHART_EDGE.left + index * step;
  return {
    width,
    height,
    step,
    thickness,
    right: width - CHART_EDGE.right,
    slot,
    bar: (index) => slot(index) + (step - thickness) / 2,
    y: (value) => CHART_EDGE.top + height * (1 - scale.place(value)),
  };
}

/** From the lowest to the highest end of any column or mark. */
export function scaleFor(columns: readonly (readonly Segment[])[], compared: readonly (number | null)[] | null): Scale {
  const ends = [...columns.flat().map(({ to }) => to), ...(compared ?? []).map((value) => value ?? 0)];
  return scaleOf(Math.min(0, ...ends), Math.max(0, ...ends));
}
