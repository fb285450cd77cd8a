import Toggle from '@cloudscape-design/components/toggle';
import type { ColumnsBody } from '../../api/columns.ts';
import { DrillLink, type Ways } from '../control/drill-link.tsx';
import { amount, dayRange } from '../format.ts';
import type { Address } from '../state/address.ts';
import type { Colours } from '../state/colours.ts';
import { Clipped } from './clipped.tsx';
import { colourOfSeries, seriesName } from './series-name.ts';

interface LegendProps {
  readonly body: ColumnsBody;
  readonly address: Address;
  readonly colours: Colours;
  readonly go: (next: Address) => void;
  readonly waysOf: (value: string | null) => Ways;
}

/** Which colour is whose: each name leads to what is behind it. */
export function Legend({ body, address, colours, go, waysOf }: LegendProps): React.ReactNode {
  return (
    <ul className="legend" aria-label="Colours">
      {body.series.map((series) => (
        <li key={`${series.kind} ${series.value}`}>
          <Entry
            series={series}
            colours={colours}
            by={body.by}
            currency={body.currency}
            address={address}
            go={go}
            waysOf={waysOf}
          />
        </li>
      ))}
      {body.before.kind === 'time' && (
        <li className="muted">
          <i className="dash" /> {dayRange(body.before.from, body.before.to)}
        </li>
      )}
      {body.unfinishedFrom !== null && (
        <li className="muted">
          <i className="hatched" /> not finished
        </li>
      )}
    </ul>
  );
}

type EntryProps = Omit<LegendProps, 'body'> & {
  readonly series: ColumnsBody['series'][number];
  readonly by: string;
  readonly currency: string;
};

function Entry({ series, by, currency, address, colours, go, waysOf }: EntryProps): React.ReactNode {
  const dot = <i className="dot" style={{ background: colourOfSeries(series, colours) }} />;
  const name = seriesName(series, by);
  switch (series.kind) {
    case 'value':
      return (
        <DrillLink ways={waysOf(series.value)} go={go}>
          {dot}
          <Clipped full={series.value}>{name}</Clipped>
        </DrillLink>
      );
    case 'rest':
      return (
        <span>
          {dot}
          {name}
        </span>
      );
    case 'adjustments':
      return (
        <Toggle
          checked={address.adjustments === 'shown'}
          onChange={({ detail }) => go({ ...address, adjustments: detail.checked ? 'shown' : 'hidden' })}
        >
          {dot}
          {name}: {amount(series.total, currency)}
        </Toggle>
      );
  }
}
