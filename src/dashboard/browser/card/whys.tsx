import type { ChangesBody, ChangesRow } from '../../api/changes.ts';
import { withMinus } from '../format.ts';
import { valueName } from '../state/levels.ts';
import { Clipped } from './clipped.tsx';

/** More sentences than this nobody reads; the table has the rest. */
const SENTENCES = 5;

/** A sentence for all, and one for each of the greatest changes. */
export function Whys({ body: { rows, sums, by } }: { readonly body: ChangesBody }): React.ReactNode {
  return (
    <ul className="whys" aria-label="Why it changed">
      {sums !== null && rows.length > 1 && <Why name="Total" because={sums.because} of="Total" />}
      {rows.slice(0, SENTENCES).map((row) => (
        <Why key={row.name} name={nameOf(row, by)} because={row.because} of={row.name} />
      ))}
    </ul>
  );
}

/** @param of what the sentence begins with: the page has its own way to show a name */
function Why({ name, because, of }: { name: string; because: string; of: string }): React.ReactNode {
  return (
    <li>
      <b>
        <Clipped full={of}>{name}</Clipped>
      </b>
      {withMinus(because.slice(of.length))}
    </li>
  );
}

function nameOf({ values, adjustment, other, name }: ChangesRow, by: readonly string[]): string {
  if (adjustment !== null || other) return name;
  return values.map((value, index) => valueName(by[index] ?? '', value)).join(' · ');
}
