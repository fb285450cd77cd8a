import { type KeyboardEvent, useId, useState } from 'react';
import { type ChartSeries, Column, Compared, Grid, Hatch, Labels, Unfinished } from './column-parts.tsx';
import { CHART_EDGE, CHART_HEIGHT, frameOf, scaleFor } from './frame.ts';
import { stack } from './stack.ts';
import { useWidth } from './use-width.ts';

export interface ColumnChartProps {
  /** one a column, for the axis */
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  /** what each column is compared with, as a mark on it; `null` = no such column before */
  readonly compared: readonly (number | null)[] | null;
  /** the marks joined to a line: for what only grows */
  readonly joined: boolean;
  /** columns that may still grow */
  readonly unfinished: (index: number) => boolean;
  readonly currency: string;
  /** one sentence for who cannot see it */
  readonly summary: string;
  /** all of a column in words */
  readonly describe: (index: number) => string;
  /** shown beside the column that is pointed at */
  readonly detail: (index: number) => React.ReactNode;
  readonly onChoose: (index: number) => void;
}

/** Stacked columns on which each can be pointed at, walked to with arrow keys, and chosen. */
export function ColumnChart(props: ColumnChartProps): React.ReactNode {
  const [box, width] = useWidth<HTMLDivElement>();
  const [active, setActive] = useState<number | null>(null);
  const [focusable, setFocusable] = useState(props.labels.length - 1);
  const columns = props.labels.map((_, index) => stack(props.series.map(({ values }) => values[index] ?? 0)));
  const scale = scaleFor(columns, props.compared);
  const frame = frameOf(width, props.labels.length, scale);
  const last = props.labels.length - 1;
  const walk = (event: KeyboardEvent<SVGGElement>, index: number): void => {
    const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last }[event.key];
    if (event.key === 'Enter' || event.key === ' ') props.onChoose(index);
    else if (event.key === 'Escape') setActive(null);
    else if (next !== undefined) focusColumn(event.currentTarget, Math.min(Math.max(next, 0), last));
    else return;
    event.preventDefault();
  };
  return (
    <div className="chart" ref={box}>
      {width > 0 && (
        <svg width={width} height={CHART_HEIGHT} role="group" aria-label={props.summary}>
          <Hatch />
          <Grid scale={scale} frame={frame} currency={props.currency} />
          {columns.map((segments, index) => (
            <g
              key={props.labels[index]}
              role="button"
              className="chart-column"
              data-column={index}
              tabIndex={index === Math.min(focusable, last) ? 0 : -1}
              aria-label={props.describe(index)}
              onFocus={() => {
                setFocusable(index);
                setActive(index);
              }}
              onBlur={() => setActive(null)}
              onPointerEnter={() => setActive(index)}
              onPointerLeave={() => setActive(null)}
              onClick={() => props.onChoose(index)}
              onKeyDown={(event) => walk(event, index)}
            >
              <rect
                className="chart-slot"
                x={frame.slot(index)}
                y={CHART_EDGE.top}
                width={frame.step}
                height={frame.height}
              />
              <Column segments={segments} x={frame.bar(index)} frame={frame} series={props.series} />
              {props.unfinished(index) && <Unfinished segments={segments} x={frame.bar(index)} frame={frame} />}
            </g>
          ))}
          <Compared values={props.compared} joined={props.joined} frame={frame} />
          <Labels labels={props.labels} frame={frame} />
        </svg>
      )}
      {active !== null && width > 0 && (
        <Detail x={frame.slot(active) + frame.step / 2} width={width} content={props.detail(active)} />
      )}
    </div>
  );
}

function focusColumn(from: SVGGElement, index: number): void {
  from.parentElement?.querySelector<SVGGElement>(`[data-column="${index}"]`)?.focus();
}

const DETAIL_WIDTH = 268;

function Detail({ x, width, content }: { x: number; width: number; content: React.ReactNode }): React.ReactNode {
  const id = useId();
  const beside = x + 24 + DETAIL_WIDTH <= width ? x + 24 : x - 24 - DETAIL_WIDTH;
  // Where neither side has room it would hide the columns: there it lies below them.
  const place = beside >= 0 ? { left: beside, width: DETAIL_WIDTH } : { left: 0, width, insetBlockStart: CHART_HEIGHT };
  return (
    <div className="chart-detail" id={id} style={place}>
      {content}
    </div>
  );
}
