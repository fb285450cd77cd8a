import { type KeyboardEvent, useId, useState } from 'react';
import { wholeAmount } from '../format.ts';
import { type Scale, scaleOf } from './scale.ts';
import { type Segment, stack } from './stack.ts';
import { useWidth } from './use-width.ts';

interface ChartSeries {
  readonly key: string;
  readonly colour: string;
  /** for drawing: dollars near enough */
  readonly values: readonly number[];
}

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

const HEIGHT = 260;
const EDGE = { top: 10, right: 18, bottom: 26, left: 62 };
const WIDEST_COLUMN = 44;

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
        <svg width={width} height={HEIGHT} role="group" aria-label={props.summary}>
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
                y={EDGE.top}
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

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly thickness: number;
  readonly right: number;
  slot(index: number): number;
  bar(index: number): number;
  y(value: number): number;
}

function frameOf(width: number, count: number, scale: Scale): Frame {
  const inner = Math.max(width - EDGE.left - EDGE.right, 1);
  const height = HEIGHT - EDGE.top - EDGE.bottom;
  const step = inner / Math.max(count, 1);
  const thickness = Math.min(step * 0.78, WIDEST_COLUMN);
  const slot = (index: number): number => EDGE.left + index * step;
  return {
    width,
    height,
    step,
    thickness,
    right: width - EDGE.right,
    slot,
    bar: (index) => slot(index) + (step - thickness) / 2,
    y: (value) => EDGE.top + height * (1 - scale.place(value)),
  };
}

function scaleFor(columns: readonly Segment[][], compared: ColumnChartProps['compared']): Scale {
  const ends = [...columns.flat().map(({ to }) => to), ...(compared ?? []).map((value) => value ?? 0)];
  return scaleOf(Math.min(0, ...ends), Math.max(0, ...ends));
}

function focusColumn(from: SVGGElement, index: number): void {
  from.parentElement?.querySelector<SVGGElement>(`[data-column="${index}"]`)?.focus();
}

function Grid({ scale, frame, currency }: { scale: Scale; frame: Frame; currency: string }): React.ReactNode {
  return (
    <g aria-hidden="true">
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line
            className={tick === 0 ? 'chart-zero' : 'chart-grid'}
            x1={EDGE.left}
            x2={frame.right}
            y1={frame.y(tick)}
            y2={frame.y(tick)}
          />
          <text className="chart-label" x={EDGE.left - 8} y={frame.y(tick)} dy="0.32em" textAnchor="end">
            {wholeAmount(tick, currency)}
          </text>
        </g>
      ))}
    </g>
  );
}

function Column({
  segments,
  x,
  frame,
  series,
}: {
  segments: readonly Segment[];
  x: number;
  frame: Frame;
  series: readonly ChartSeries[];
}): React.ReactNode {
  return segments.map(({ series: of, from, to }) => {
    const [top, bottom] = [frame.y(Math.max(from, to)), frame.y(Math.min(from, to))];
    // A hair of ground between two parts tells them apart also without colour.
    const height = Math.max(bottom - top - 1, 0.5);
    return (
      <rect
        key={series[of]?.key}
        x={x}
        y={top}
        width={frame.thickness}
        height={height}
        rx={Math.min(2, height / 2)}
        style={{ fill: series[of]?.colour }}
      />
    );
  });
}

function Unfinished({
  segments,
  x,
  frame,
}: {
  segments: readonly Segment[];
  x: number;
  frame: Frame;
}): React.ReactNode {
  const most = Math.max(0, ...segments.map(({ to }) => to));
  if (most === 0) return null;
  return (
    <rect
      className="chart-unfinished"
      x={x}
      y={frame.y(most)}
      width={frame.thickness}
      height={frame.y(0) - frame.y(most)}
    />
  );
}

/** Stripes over what may still grow. */
const HATCH = 'chart-hatch';

function Hatch(): React.ReactNode {
  return (
    <defs>
      <pattern id={HATCH} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="chart-stripe" width="3" height="6" />
      </pattern>
    </defs>
  );
}

function Compared({
  values,
  joined,
  frame,
}: Pick<ColumnChartProps, 'joined'> & { values: ColumnChartProps['compared']; frame: Frame }): React.ReactNode {
  const marks = (values ?? []).flatMap((value, index) =>
    value === null || (value === 0 && !joined) ? [] : [{ index, y: frame.y(value) }],
  );
  if (joined) {
    const points = marks.map(({ index, y }) => `${frame.slot(index) + frame.step / 2},${y}`);
    return <polyline className="chart-compared line" points={points.join(' ')} aria-hidden="true" />;
  }
  const over = (frame.step - frame.thickness) / 3;
  const path = marks.map(({ index, y }) => `M${frame.bar(index) - over},${y}h${frame.thickness + 2 * over}`);
  return <path className="chart-compared" d={path.join('')} aria-hidden="true" />;
}

const LABEL_WIDTH = 46;

function Labels({ labels, frame }: { labels: readonly string[]; frame: Frame }): React.ReactNode {
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / frame.step));
  return labels.map((label, index) =>
    index % every === 0 ? (
      <text
        key={label}
        className="chart-label"
        x={frame.slot(index) + frame.step / 2}
        y={HEIGHT - 8}
        textAnchor="middle"
        aria-hidden="true"
      >
        {label}
      </text>
    ) : null,
  );
}

const DETAIL_WIDTH = 268;

function Detail({ x, width, content }: { x: number; width: number; content: React.ReactNode }): React.ReactNode {
  const id = useId();
  const beside = x + 24 + DETAIL_WIDTH <= width ? x + 24 : Math.max(x - 24 - DETAIL_WIDTH, 0);
  return (
    <div className="chart-detail" id={id} style={{ left: beside, width: Math.min(DETAIL_WIDTH, width) }}>
      {content}
    </div>
  );
}
