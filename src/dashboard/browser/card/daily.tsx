import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { formatMoney } from '../../../domain/money.ts';
import type { ColumnsBody } from '../../api/columns.ts';
import { ColumnChart } from '../chart/column-chart.tsx';
import { Choice } from '../control/choice.tsx';
import type { Ways } from '../control/drill-link.tsx';
import { amount, longTime, shortTime } from '../format.ts';
import type { Address } from '../state/address.ts';
import type { Colours } from '../state/colours.ts';
import { afresh } from '../state/levels.ts';
import type { Asked } from '../state/use-answer.ts';
import { ColumnDetail } from './column-detail.tsx';
import { DailyTable } from './daily-table.tsx';
import { type Drawn, drawnOf, summaryOf } from './drawn.ts';
import { Legend } from './legend.tsx';
import { colourOfSeries, seriesName } from './series-name.ts';
import { Answered } from './states.tsx';

interface DailyProps {
  readonly asked: Asked<ColumnsBody>;
  readonly address: Address;
  readonly colours: Colours;
  readonly narrow: boolean;
  readonly go: (next: Address) => void;
  readonly waysOf: (value: string | null) => Ways;
}

/** Cost per day, of the greatest names; with the same as a table. */
export function Daily({ asked, address, colours, narrow, go, waysOf }: DailyProps): React.ReactNode {
  const body = asked.value;
  const grain = body?.grain ?? 'day';
  const drawn = body === null ? null : drawnOf(body, address);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={body === null || drawn === null ? null : summaryOf(body, drawn)}
          actions={<ColumnsChoice grain={grain} narrow={narrow} address={address} go={go} />}
        >
          Cost per {grain}
          {body === null ? '' : ` by ${body.by.replaceAll('-', ' ')}`}
        </Header>
      }
    >
      <Answered asked={asked} what="the days">
        {(body) => {
          const drawn = drawnOf(body, address);
          return (
            <>
              <Chart body={body} drawn={drawn} address={address} colours={colours} go={go} />
              <Legend body={body} address={address} colours={colours} go={go} waysOf={waysOf} />
              <ExpandableSection headerText={<span className="quiet-head">The same as a table</span>} variant="inline">
                <DailyTable body={body} />
              </ExpandableSection>
            </>
          );
        }}
      </Answered>
    </Container>
  );
}

/** Each by itself, or each with all before it. */
function ColumnsChoice({
  grain,
  narrow,
  address,
  go,
}: Pick<DailyProps, 'address' | 'go' | 'narrow'> & { readonly grain: ColumnsBody['grain'] }): React.ReactNode {
  const label = 'How costs are shown';
  const names = { daily: grain === 'day' ? 'Daily' : 'Monthly', cumulative: 'Cumulative' };
  const choose = (id: string): void => go({ ...address, columns: id as Address['columns'] });
  if (narrow) {
    const options = Object.entries(names).map(([value, text]) => ({ value, label: text }));
    return <Choice label={label} options={options} chosen={address.columns} onChoose={choose} />;
  }
  return (
    <SegmentedControl
      label={label}
      selectedId={address.columns}
      onChange={({ detail }) => choose(detail.selectedId)}
      options={Object.entries(names).map(([id, text]) => ({ id, text }))}
    />
  );
}

type ChartProps = { body: ColumnsBody; drawn: Drawn } & Pick<DailyProps, 'address' | 'colours' | 'go'>;

function Chart({ body, drawn, address, colours, go }: ChartProps): React.ReactNode {
  const unfinished = (index: number): boolean =>
    body.unfinishedFrom !== null && body.grain === 'day' && (body.times[index] ?? '') >= body.unfinishedFrom;
  return (
    <ColumnChart
      labels={body.times.map(shortTime)}
      series={drawn.series.map((series) => ({
        key: `${series.kind} ${series.value}`,
        colour: colourOfSeries(series, colours),
        values: series.heights,
      }))}
      compared={drawn.compared}
      joined={address.columns === 'cumulative'}
      unfinished={unfinished}
      currency={body.currency}
      summary={`${summaryOf(body, drawn)} Arrow keys go from column to column.`}
      describe={(index) => describe(body, drawn, index)}
      detail={(index) => (
        <ColumnDetail body={body} drawn={drawn} index={index} colours={colours} unfinished={unfinished(index)} />
      )}
      onChoose={(index) => go(alone(address, body, index))}
    />
  );
}

/** Shows a column alone; the one that is alone already, no longer so. */
function alone(address: Address, { times, grain }: ColumnsBody, index: number): Address {
  const time = times[index] ?? null;
  if (grain === 'month') return afresh({ ...address, period: time, from: null, to: null });
  const is = address.from === time && address.to === time;
  return afresh({ ...address, from: is ? null : time, to: is ? null : time });
}

function describe(body: ColumnsBody, { series, totals }: Drawn, index: number): string {
  const parts = series
    .filter(({ costs }) => Number(costs[index]) !== 0)
    .map((each) => `${seriesName(each, body.by)} ${amount(each.costs[index] ?? '0', body.currency)}`);
  const total = totals[index];
  const sum = total === undefined ? '' : amount(formatMoney(total), body.currency);
  return `${longTime(body.times[index] ?? '')}: ${sum}. ${parts.join(', ')}. Show this ${body.grain} alone`;
}
