import type { TableProps } from '@cloudscape-design/components/table';
import { DRIVER_HEADS, DRIVERS } from '../../../domain/driver.ts';
import type { ChangesBody, ChangesRow } from '../../api/changes.ts';
import { MovedBar } from '../chart/moved-bar.tsx';
import { amount, change } from '../format.ts';
import type { Room } from '../state/use-room.ts';
import { type Leading, nameColumns } from './ranked-columns.tsx';

type Sums = NonNullable<ChangesBody['sums']>;

/** A row of the table, or the total below them. */
export type Item = { readonly kind: 'row'; readonly row: ChangesRow } | { readonly kind: 'total'; readonly row: Sums };

type Column = TableProps.ColumnDefinition<Item>;

/**
 * Who, both sides, the change, and the drivers that moved anything: they add up to the change.
 * @param room `narrow`: the sentences say what made it move, there is no room for more
 */
export function changesColumns({ by, rows, currency }: ChangesBody, room: Room, leading: Leading): Column[] {
  const number = (id: string, header: string, text: (row: Item['row']) => React.ReactNode): Column => ({
    id,
    header: <span className="number-head">{header}</span>,
    cell: ({ kind, row }) => <span className={kind === 'total' ? 'number total' : 'number'}>{text(row)}</span>,
  });
  const greatest = Math.max(...rows.map((row) => Math.abs(Number(row.change))));
  const moved: Column = {
    id: 'change',
    header: <span className="number-head">Change</span>,
    cell: ({ kind, row }) => (
      <span className={kind === 'total' ? 'moved total' : 'moved'}>
        {kind === 'total' || greatest === 0 ? <span /> : <MovedBar share={Number(row.change) / greatest} />}
        <span className="number">{change(row.printed.change, currency)}</span>
      </span>
    ),
  };
  const names = nameColumns<Item>(by, room === 'narrow', leading).map(
    ({ sortingField: _, ...column }): Column => column,
  );
  if (room === 'narrow') return [...names, number('now', 'Now', ({ printed }) => amount(printed.now, currency)), moved];
  const sides =
    room === 'medium' && by.length > 1
      ? [
          number('now', 'Now', ({ printed }) => (
            <>
              {amount(printed.now, currency)}
              <small className="below muted">was {amount(printed.before, currency)}</small>
            </>
          )),
        ]
      : [
          number('before', 'Before', ({ printed }) => amount(printed.before, currency)),
          number('now', 'Now', ({ printed }) => amount(printed.now, currency)),
        ];
  return [
    ...names,
    ...sides,
    moved,
    ...DRIVERS.filter((driver) => rows.some(({ printed }) => Number(printed.drivers[driver]) !== 0)).map((driver) =>
      number(driver, DRIVER_HEADS[driver], ({ printed }) => partText(printed.drivers[driver], currency)),
    ),
  ];
}

/** A driver that did nothing leaves its cell empty: the others are found faster. */
function partText(cents: string, currency: string): string {
  return Number(cents) === 0 ? '' : change(cents, currency);
}
