import type { ColumnsBody } from '../../api/columns.ts';
import { type Colours, REST } from '../state/colours.ts';
import { valueName } from '../state/levels.ts';

/** What a part of the columns is called. @param by the dimension that they are by */
export function seriesName({ kind, value }: Pick<ColumnsBody['series'][number], 'kind' | 'value'>, by: string): string {
  switch (kind) {
    case 'value':
      return valueName(by, value);
    case 'rest':
      return 'Other';
    case 'adjustments':
      return 'Tax, credits, refunds';
  }
}

/** The colour of a part, as CSS takes it. */
export function colourOfSeries(
  { kind, value }: Pick<ColumnsBody['series'][number], 'kind' | 'value'>,
  colours: Colours,
): string {
  return kind === 'value' ? colours(value) : kind === 'rest' ? REST : 'var(--adjustments)';
}
