import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { formatMoney } from '../../../domain/money.ts';
import type { ColumnsBody } from '../../api/columns.ts';
import { ColumnChart } from '../chart/column-chart.tsx';
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
  readonly go: (next: Address) => void;
  readonly waysOf: (value: string | null) => Ways;
}

/** Cost per day, of the greatest names; with the same as a table. */
export function Daily({ asked, address, colours, go, waysOf }: DailyProps): React.ReactNode {
  const body = asked.value;
  const grain = body?.grain ?? 'day';
  const drawn = body === null ? null : drawnOf(body, address);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={body === null || drawn === null ? null : summaryOf(body, drawn)}
          actions={
            <SegmentedControl
              label="How costs are shown"
              selectedId={address.columns}
              onChange={({ detail }) => go({ ...address, columns: detail.selectedId as Address['columns'] })}
              options={[
                { id: 'daily', text: grain === 'day' ? 'Daily' : 'Monthly' },
                { id: 'cumulative', text: 'Cumulative' },
              ]}
            />
          }
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
              <ExpandableSection headerText="The same as a table" variant="footer">
                <DailyTable body={body} />
              </ExpandableSection>
            </>
          );
        }}
      </Answered>
    </Container>
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
