import type { ForecastBody } from '../../api/forecast.ts';
import type { SummaryBody } from '../../api/summary.ts';
import { amount, longTime } from '../format.ts';
import type { Asked } from '../state/use-answer.ts';
import type { Figure } from './figure.ts';

/** What the open month will come to; `null` where none is open, or too little is known. */
export function forecastFigure({ source: { periods } }: SummaryBody, asked: Asked<ForecastBody>): Figure | null {
  if (asked.value === null || asked.loading) {
    // Its place is kept, so that nothing moves when it comes; one of another scope would be taken for that of this one.
    const open = periods.length === 1 && periods[0]?.state === 'open';
    return open && asked.loading
      ? { ...NAMED, value: '…', note: 'reading the days before', waits: true, explained: <About /> }
      : null;
  }
  const { forecast, currency } = asked.value;
  if (forecast.kind !== 'estimate') return null;
  const { low, high } = forecast.range80;
  return {
    ...NAMED,
    value: `~${amount(forecast.total, currency)}`,
    note: `~${amount(low, currency, 0)} to ~${amount(high, currency, 0)} (80 %)`,
    explained: (
      <>
        <dl className="sum">
          <dt>Billed to date</dt>
          <dd>{amount(forecast.billed, currency)}</dd>
          <dt>
            Estimated for {forecast.daysLeft} {forecast.daysLeft === 1 ? 'day' : 'days'} that are not whole yet
          </dt>
          <dd>~{amount(forecast.rest, currency)}</dd>
          <div className="sum-total">
            <dt>End of {longTime(forecast.period)}</dt>
            <dd>~{amount(forecast.total, currency)}</dd>
          </div>
        </dl>
        <About />
        <p>
          Read from {forecast.history.days.toLocaleString('en')} days of usage
          {forecast.through === null ? '' : `, up to ${longTime(forecast.through)}`}
          {forecast.history.corrections === 0
            ? ''
            : ` (${forecast.history.corrections.toLocaleString('en')} below zero: corrections, which are not expected again)`}
          , and from {forecast.history.forecasts.toLocaleString('en')} forecasts of that time, compared with what came.
        </p>
      </>
    ),
  };
}

const NAMED = { name: 'Forecast of month end', tone: 'plain' } as const;

function About(): React.ReactNode {
  return (
    <p>
      An estimate, not a bill: usage from its days, tax and credits from the months before. In 8 of 10 cases the month
      ends within the range.
    </p>
  );
}

/** Why an open month has no forecast. */
export function noForecast({ value }: Asked<ForecastBody>): string | null {
  return value?.forecast.kind === 'unknown' ? `No forecast: ${value.forecast.why}` : null;
}
