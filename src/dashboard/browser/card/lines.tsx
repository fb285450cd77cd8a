import type { LinesBody } from '../../api/lines.ts';
import { type Address, scopeParameters } from '../state/address.ts';
import { writeDimensions } from '../state/filter-text.ts';
import { pathOf } from '../state/levels.ts';
import { apiPath, useAnswer } from '../state/use-answer.ts';
import { Evidence } from './line-evidence.tsx';
import { Callers, Charges } from './line-tables.tsx';
import { Answered } from './states.tsx';

/** Whether the way down has come to the lines: behind a usage type there is nothing else. */
export function isAtLines({ where }: Address): boolean {
  return pathOf(where).some(({ dimension }) => dimension === 'usage-type');
}

/** The last level: lines of the bill, whose calls they are, what puts them here, and where they are written. */
export function Lines({
  address,
  dimension,
}: {
  readonly address: Address;
  /** whose evidence is told */
  readonly dimension: string;
}): React.ReactNode {
  const by = ['by', writeDimensions([dimension])] as const;
  const asked = useAnswer<LinesBody>(apiPath('lines', [...scopeParameters(address), by]));
  return (
    <Answered asked={asked} what="the lines">
      {(body) => (
        <div className="mix">
          <div className="page">
            <Charges body={body} />
            <Callers body={body} />
          </div>
          <Evidence body={body} />
        </div>
      )}
    </Answered>
  );
}
