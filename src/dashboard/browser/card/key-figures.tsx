import Popover from '@cloudscape-design/components/popover';
import type { ForecastBody } from '../../api/forecast.ts';
import type { SummaryBody } from '../../api/summary.ts';
import { amount, change, changePercent, dayRange, longTime, percent, price } from '../format.ts';
import type { Asked } from '../state/use-answer.ts';
import type { Figure } from './figure.ts';
import { forecastFigure, noForecast } from './forecast-figure.tsx';

/** The numbers to know first, each of which says what it is. */
export function KeyFigures({
  summary,
  forecast,
}: {
  readonly summary: SummaryBody;
  readonly forecast: Asked<ForecastBody>;
}): React.ReactNode {
  const figures = [
    total(summary, noForecast(forecast)),
    forecastFigure(summary, forecast),
    unallocated(summary),
    tokenPrice(summary),
    cache(summary),
  ].filter((figure) => figure !== null);
  return (
    <section className="figures" aria-label="Key figures">
      {figures.map(({ name, value, note, tone, waits = false, explained }) => (
        <div className="figure" key={name} aria-busy={waits}>
          <div className="figure-name">
            <Popover header={name} content={explained} size="medium">
              {name}
            </Popover>
          </div>
          <div className="figure-value">{value}</div>
          <div className={`figure-note ${tone}`}>{note}</div>
        </div>
      ))}
    </section>
  );
}

function total(summary: SummaryBody, noForecast: string | null): Figure {
  const { total, currency, before, source, period, unfinishedFrom, check } = summary;
  const [only, ...more] = source.periods;
  const open = source.periods.some(({ state }) => state === 'open');
  const month = only !== undefined && more.length === 0 ? longTime(only.period) : dayRange(period.from, period.to);
  const filtered = Number(check.filteredOut) !== 0;
  const moved = summary.change;
  const against = before.kind === 'time' ? dayRange(before.from, before.to) : '';
  return {
    name: `${month}${open ? ' to date' : ''}`,
    value: amount(total, currency),
    note:
      moved === null ? (
        'nothing to compare with'
      ) : (
        <Moved amount={moved.cents} ratio={moved.ratio} currency={currency} against={against} />
      ),
    tone: moved === null ? 'plain' : toneOf(Number(moved.amount)),
    explained: (
      <>
        <p>
          What AWS billed for Bedrock{filtered ? ' within the filters' : ''}: usage, tax, credits, refunds and
          discounts, by usage day (UTC).
        </p>
        {before.kind === 'nothing' && <p>{before.why}</p>}
        {before.kind === 'time' && (
          <p>
            Compared with {against}: {amount(before.total, currency)}.
          </p>
        )}
        {unfinishedFrom !== null && (
          <p>The days from {longTime(unfinishedFrom)} on may still grow: a seller’s data do not reach further.</p>
        )}
        {noForecast !== null && <p>{noForecast}</p>}
      </>
    ),
  };
}

function Moved({
  amount: moved,
  ratio,
  currency,
  against,
}: {
  amount: string;
  ratio: number | null;
  currency: string;
  against: string;
}): React.ReactNode {
  return (
    <>
      <span className="together">
        {change(moved, currency)} ({changePercent(ratio)})
      </span>{' '}
      <span className="together muted">vs {against}</span>
    </>
  );
}

function toneOf(change: number): Figure['tone'] {
  return change > 0 ? 'bad' : change < 0 ? 'good' : 'plain';
}

function unallocated(summary: SummaryBody): Figure | null {
  const { unallocated, currency } = summary;
  if (unallocated === null) return null;
  const { dimension, cost, share } = unallocated;
  const name = `Owned by no ${dimension.replaceAll('-', ' ')}`;
  return {
    name,
    value: amount(cost, currency),
    note: `${percent(share)} of usage`,
    tone: (share ?? 0) > 0.1 ? 'warn' : 'plain',
    explained: (
      <p>
        Usage whose caller no tag, rule or row of the people file gives to a {dimension.replaceAll('-', ' ')}. Tax,
        credits and refunds are apart. bursar explain '{dimension}=(none)' says who called and what to do.
      </p>
    ),
  };
}

function tokenPrice({ rates, ratesBefore, currency }: SummaryBody): Figure {
  const now = rates.costPerMillionTokens;
  const before = ratesBefore?.costPerMillionTokens ?? null;
  const ratio = now === null || before === null || Number(before) === 0 ? null : Number(now) / Number(before) - 1;
  return {
    name: 'Per 1M tokens',
    value: price(now, currency),
    note:
      now === null
        ? 'no tokens here'
        : ratio === null
          ? 'nothing to compare with'
          : `${changePercent(ratio)} from ${price(before, currency)}`,
    tone: ratio === null ? 'plain' : toneOf(Math.round(ratio * 1000)),
    explained: (
      <p>
        What was paid for tokens by all tokens: input, output, cache read and cache write together. It falls with more
        cache reads and with smaller models. What has no tokens (images, guardrails, provisioned throughput) is left
        out.
      </p>
    ),
  };
}

function cache({ rates, cache, currency }: SummaryBody): Figure {
  const net = Number(cache.net);
  const cached = Number(rates.tokens.cacheRead) + Number(rates.tokens.cacheWrite);
  const known = Number(cache.unknown) === 0;
  const saved =
    net >= 0
      ? `saved ${amount(cache.net, currency, 0)}`
      : `cost ${amount(String(-net), currency, 0)} more than it saved`;
  return {
    name: 'Cache hit rate',
    value: percent(rates.cacheHitRate),
    note: rates.cacheHitRate === null ? 'no tokens went in' : cached === 0 ? 'no cache is used' : saved,
    tone: net > 0 ? 'good' : net < 0 ? 'bad' : 'plain',
    explained: (
      <>
        <p>
          Cache-read tokens in all tokens that went in. Saved is against the price that this bill itself shows for input
          of the same model, region, tier and routing: reads saved {amount(cache.saved, currency)}, writes cost{' '}
          {amount(cache.extra, currency)} more than input.
        </p>
        {!known && (
          <p>Of {amount(cache.unknown, currency)} the input price is not known: there was no input to compare with.</p>
        )}
      </>
    ),
  };
}
