import { wholeAmount } from '../format.ts';
import { CHART_EDGE, CHART_HEIGHT, type Frame } from './frame.ts';
import type { Scale } from './scale.ts';
import type { Segment } from './stack.ts';

export interface ChartSeries {
  readonly key: string;
  readonly colour: string;
  /** for drawing: dollars near enough */
  readonly values: readonly number[];
}

/** Lines at round amounts. */
export function Grid({ scale, frame, currency }: { scale: Scale; frame: Frame; currency: string }): React.ReactNode {
  return (
    <g aria-hidden="true">
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line
            className={tick === 0 ? 'chart-zero' : 'chart-grid'}
            x1={CHART_EDGE.left}
            x2={frame.right}
            y1={frame.y(tick)}
            y2={frame.y(tick)}
          />
          <text className="chart-label" x={CHART_EDGE.left - 8} y={frame.y(tick)} dy="0.32em" textAnchor="end">
            {wholeAmount(tick, currency)}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The parts of one column, one on the other. */
export function Column({
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

/** Stripes over a column that may still grow. */
export function Unfinished({
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

/** The stripes, once for the picture. */
export function Hatch(): React.ReactNode {
  return (
    <defs>
      <pattern id={HATCH} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="chart-stripe" width="3" height="6" />
      </pattern>
    </defs>
  );
}

/** What the columns are compared with. */
export function Compared({
  values,
  joined,
  frame,
}: {
  joined: boolean;
  values: readonly (number | null)[] | null;
  frame: Frame;
}): React.ReactNode {
  const marks = (values ?? []).flatMap((value, index) =>
    value === null || (value === 0 && !joined) ? [] : [{ index, y: frame.y(value) }],
  );
  if (joined) {
    const points = marks.map(({ index, y }) => `${frame.slot(index) + frame.step / 2},${y}`);
    return <polyline className="chart-compared line" points={points.join(' ')} aria-hidden="true" />;
  }
  const over = Math.min((frame.step - frame.thickness) / 3, 4);
  const path = marks.map(({ index, y }) => `M${frame.bar(index) - over},${y}h${frame.thickness + 2 * over}`);
  return <path className="chart-compared" d={path.join('')} aria-hidden="true" />;
}

const LABEL_WIDTH = 46;

/** Days below the columns, as many as have room. */
export function Labels({ labels, frame }: { labels: readonly string[]; frame: Frame }): React.ReactNode {
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / frame.step));
  return labels.map((label, index) =>
    index % every === 0 ? (
      <text
        key={label}
        className="chart-label"
        x={frame.slot(index) + frame.step / 2}
        y={CHART_HEIGHT - 8}
        textAnchor="middle"
        aria-hidden="true"
      >
        {label}
      </text>
    ) : null,
  );
}
