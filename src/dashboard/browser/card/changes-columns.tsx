import type { TableProps } from '@cloudscape-design/components/table';
import { DRIVER_HEADS, DRIVERS } from '../../../domain/driver.ts';
import type { ChangesBody, ChangesRow } from '../../api/changes.ts';
import { MovedBar } from '../chart/moved-bar.tsx';
import { amount, change, title } from '../format.ts';
import { type Leading, Name } from './ranked-columns.tsx';

type Sums = NonNullable<ChangesBody['sums']>;

/** A row of the table, or the total below them. */
export type Item = { readonly kind: 'row'; readonly row: ChangesRow } | { readonly kind: 'total'; readonly row: Sums };

type Column = TableProps.ColumnDefinition<Item>;

/**
 * Who, both sides, the change, and the drivers that moved anything: they add up to the change.
 * @param narrow the change comes before both sides, for there is room for one
 */
export function changesColumns({ by, rows, currency }: ChangesBody, narrow: boolean, leading: Leading): Column[] {
  const number = (id: string, header: string, text: (row: Item['row']) => string): Column => ({
    id,
    header: <span className="number-head">{header}</span>,
    cell: ({ kind, row }) => <span className={kind === 'total' ? 'number total' : 'number'}>{text(row)}</span>,
  });
  const greatest = Math.max(...rows.map((row) => Math.abs(Number(row.change))));
  const present = DRIVERS.filter((driver) => rows.some(({ printed }) => Number(printed.drivers[driver]) !== 0));
  const sides = [
    number('before', 'Before', ({ printed }) => amount(printed.before, currency)),
    number('now', 'Now', ({ printed }) => amount(printed.now, currency)),
  ];
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
  return [
    ...by.map(
      (dimension, index): Column => ({
        id: `name${index}`,
        header: title(dimension),
        isRowHeader: index === 0,
        minWidth: 120,
        cell: (item) =>
          item.kind === 'total' ? (
            index === 0 && <b>Total</b>
          ) : (
            <Name row={item.row} by={by} index={index} {...leading} />
          ),
      }),
    ),
    ...(narrow ? [moved, ...sides] : [...sides, moved]),
    ...present.map((driver) =>
      number(driver, DRIVER_HEADS[driver], ({ printed }) => partText(printed.drivers[driver], currency)),
    ),
  ];
}

/** A driver that did nothing leaves its cell empty: the others are found faster. */
function partText(cents: string, currency: string): string {
  return Number(cents) === 0 ? '' : change(cents, currency);
}
