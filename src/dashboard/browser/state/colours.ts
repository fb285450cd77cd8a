import type { ColumnsBody } from '../../api/columns.ts';

/** The colour of each name of the first dimension, the same on every card: a CSS value. */
export type Colours = (value: string | null) => string;

export const REST = 'var(--rest)';

/** Names that the chart shows have a colour of their own; the others have that of the rest. */
export function coloursOf(columns: ColumnsBody | null): Colours {
  const named = (columns?.series ?? []).filter(({ kind }) => kind === 'value');
  const places = new Map(named.map(({ value }, index) => [value, `var(--series-${index})`]));
  return (value) => places.get(value) ?? REST;
}
