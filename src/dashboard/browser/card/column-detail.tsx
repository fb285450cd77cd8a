import { formatMoney, parseMoney, sum, ZERO } from '../../../domain/money.ts';
import type { ColumnsBody } from '../../api/columns.ts';
import { amount, longTime, shortTime } from '../format.ts';
import type { Colours } from '../state/colours.ts';
import { Clipped } from './clipped.tsx';
import type { Drawn } from './drawn.ts';
import { colourOfSeries, seriesName } from './series-name.ts';

interface ColumnDetailProps {
  readonly body: ColumnsBody;
  readonly drawn: Drawn;
  readonly index: number;
  readonly colours: Colours;
  readonly unfinished: boolean;
}

/** All of one column in numbers. */
export function ColumnDetail({ body, drawn, index, colours, unfinished }: ColumnDetailProps): React.ReactNode {
  const { times, columnsBefore, currency, by } = body;
  const earlier = columnsBefore?.[index] ?? null;
  const all = drawn.series.some(({ kind }) => kind === 'adjustments');
  return (
    <>
      <b>{longTime(times[index] ?? '')}</b>
      {unfinished && <div className="muted">not finished: data are still coming</div>}
      <dl className="sum">
        {drawn.series
          .filter(({ costs }) => Number(costs[index]) !== 0)
          .map((series) => (
            <div key={`${series.kind} ${series.value}`}>
              <dt>
                <i className="dot" style={{ background: colourOfSeries(series, colours) }} />
                <Clipped>{seriesName(series, by)}</Clipped>
              </dt>
              <dd>{amount(series.costs[index] ?? '0', currency)}</dd>
            </div>
          ))}
        <div className="sum-total">
          <dt>{all ? 'Total' : 'Usage'}</dt>
          <dd>{amount(formatMoney(drawn.totals[index] ?? ZERO), currency)}</dd>
        </div>
        {earlier !== null && (
          <div className="muted">
            <dt>{shortTime(earlier.time)}</dt>
            <dd>{amount(all ? added(earlier.usage, earlier.adjustments) : earlier.usage, currency)}</dd>
          </div>
        )}
      </dl>
    </>
  );
}

function added(one: string, other: string): string {
  return formatMoney(sum([parseMoney(one), parseMoney(other)]));
}
