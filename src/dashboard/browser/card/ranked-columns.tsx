import type { TableProps } from '@cloudscape-design/components/table';
import type { Sort, TableBody, TableRow } from '../../api/table.ts';
import { CostBar } from '../chart/cost-bar.tsx';
import { Sparkline } from '../chart/sparkline.tsx';
import { DrillLink, type Ways } from '../control/drill-link.tsx';
import { amount, change, changePercent, compact, NOTHING, percent, price, title, tokenSum } from '../format.ts';
import type { Address } from '../state/address.ts';
import type { Colours } from '../state/colours.ts';
import { partedName, valueName } from '../state/levels.ts';
import type { Room } from '../state/use-room.ts';
import { Clipped } from './clipped.tsx';

/** A row of the table, or the total below them. */
export type Item = { readonly kind: 'row'; readonly row: TableRow } | { readonly kind: 'total' };

/** Where names lead. */
export interface Leading {
  readonly go: (next: Address) => void;
  /** @param values of the first dimensions of the table, one or more */
  readonly waysOf: (values: readonly (string | null)[]) => Ways;
}

type Column = TableProps.ColumnDefinition<Item>;

/** What the table tells of a row, and of all of them. @param room `narrow`: only what there is room for, the rest below it */
export function columnsOf(body: TableBody, colours: Colours, room: Room, leading: Leading): Column[] {
  if (room === 'narrow') {
    return [
      ...nameColumns<Item>(body.by, true, leading, totalName(body)),
      costColumn(body, colours, true),
      ...changeColumns(body, true),
    ];
  }
  return [
    ...nameColumns<Item>(body.by, false, leading, totalName(body)),
    costColumn(body, colours, false),
    number('share', 'Share', (row) => shareText(body, row.share), shareText(body, 1), null),
    ...changeColumns(body, false),
    ...tokenColumns(body),
    ...(body.by.includes('model') || (room === 'medium' && body.by.length > 1) ? [] : [topModel]),
    ...(body.times.length < 2 ? [] : [courseColumn(body)]),
  ];
}

/** @param of `null` = the cell stays empty */
function number(
  id: string,
  header: string,
  of: (row: TableRow) => React.ReactNode,
  total: React.ReactNode,
  sort: Sort | null,
): Column {
  return {
    id,
    header: <span className="number-head">{header}</span>,
    cell: (item) => (
      <span className={item.kind === 'total' ? 'number total' : 'number'}>
        {item.kind === 'total' ? total : of(item.row)}
      </span>
    ),
    ...(sort === null ? {} : { sortingField: sort }),
  };
}

/** A column a dimension; where it is narrow, one with the names below each other. */
export function nameColumns<T extends { readonly kind: 'row'; readonly row: Named } | { readonly kind: 'total' }>(
  by: readonly string[],
  narrow: boolean,
  leading: Leading,
  total: React.ReactNode = <b>Total</b>,
): TableProps.ColumnDefinition<T>[] {
  const columns = narrow ? [by.map((_, index) => index)] : by.map((_, index) => [index]);
  return columns.map((indexes, place) => ({
    id: `name${place}`,
    header: indexes.map((index) => title(by[index] ?? '')).join(', '),
    cell: (item) => {
      if (item.kind === 'total') return place === 0 && total;
      return indexes.map((index) => (
        <div key={by[index]}>
          <Name row={item.row} by={by} index={index} {...leading} />
        </div>
      ));
    },
    isRowHeader: place === 0,
    ...(place === 0 ? { sortingField: 'name' } : {}),
  }));
}

/** The total is of all pages, on each of them. */
function totalName({ pages, count }: TableBody): React.ReactNode {
  return pages === 1 ? <b>Total</b> : <b>Total of all {count.toLocaleString('en')} rows</b>;
}

type Named = Pick<TableRow, 'values' | 'adjustment' | 'other'>;

function costColumn(body: TableBody, colours: Colours, narrow: boolean): Column {
  const { sums, largest, currency } = body;
  const cents = (text: string, share: number | null): React.ReactNode => (
    <span className="number">
      {amount(text, currency)}
      {narrow && <small className="below muted">{shareText(body, share)}</small>}
    </span>
  );
  return {
    id: 'cost',
    header: <span className="number-head">Cost</span>,
    sortingField: 'cost',
    cell: (item) =>
      item.kind === 'total' ? (
        <span className="cost total">
          <span />
          {cents(sums.cents, 1)}
        </span>
      ) : (
        <span className="cost">
          <CostBar share={Number(item.row.cost) / Number(largest)} colour={colourOf(item.row, colours)} />
          {cents(item.row.cents, item.row.share)}
        </span>
      ),
  };
}

/** Credits can be larger than all usage: of a total below 0 nothing has a share. */
function shareText({ total }: TableBody, share: number | null): string {
  return Number(total) > 0 ? percent(share) : NOTHING;
}

function colourOf({ values, adjustment, other }: TableRow, colours: Colours): string {
  return adjustment === null && !other ? colours(values[0] ?? null) : 'var(--adjustments)';
}

function changeColumns({ before, sums, currency }: TableBody, narrow: boolean): Column[] {
  if (before.kind !== 'time') return [];
  const moved = (row: Pick<TableRow, 'change'>): React.ReactNode =>
    row.change && (
      <>
        {change(row.change.cents, currency)}
        {narrow && <small className="below muted">{ratioText(row.change)}</small>}
      </>
    );
  const amounts = number('change', 'Change', moved, moved(sums), 'change');
  if (narrow) return [amounts];
  return [amounts, number('changeRatio', '%', (row) => ratioText(row.change), ratioText(sums.change), 'changeRatio')];
}

/** Tax and credits have no tokens: their cells stay empty. */
function tokenColumns({ sums, currency }: TableBody): Column[] {
  const ofUsage =
    (text: (row: TableRow) => React.ReactNode) =>
    (row: TableRow): React.ReactNode =>
      row.adjustment === null ? text(row) : null;
  return [
    number('tokens', 'Tokens', ofUsage(tokensText), tokensText(sums), 'tokens'),
    number(
      'price',
      `${currency === 'USD' ? '$' : currency} / 1M`,
      ofUsage(({ costPerMillionTokens }) => price(costPerMillionTokens, currency)),
      price(sums.costPerMillionTokens, currency),
      'price',
    ),
    number(
      'cacheHit',
      'Cache hit',
      ofUsage(({ cacheHitRate }) => percent(cacheHitRate)),
      percent(sums.cacheHitRate),
      'cacheHit',
    ),
  ];
}

const topModel: Column = {
  id: 'topModel',
  header: 'Top model',
  cell: (item) =>
    item.kind === 'row' && item.row.topModel !== null ? (
      <span title={`${percent(item.row.topModel.share)} of the row`}>
        <Clipped>{valueName('model', item.row.topModel.model)}</Clipped>
      </span>
    ) : null,
};

function courseColumn({ times, grain, currency }: TableBody): Column {
  return {
    id: 'course',
    header: `${times.length} ${grain}${times.length === 1 ? '' : 's'}`,
    cell: (item) =>
      item.kind === 'row' && item.row.course !== null ? (
        <Sparkline values={item.row.course.map(Number)} label={courseText(item.row.course, currency, grain)} />
      ) : null,
  };
}

/** What a row is of, and where that leads. */
function Name({
  row,
  by,
  index,
  go,
  waysOf,
}: {
  row: Named;
  by: readonly string[];
  index: number;
} & Leading): React.ReactNode {
  const dimension = by[index] ?? '';
  if (row.other) return index === 0 ? <i>Other</i> : null;
  const value = row.values[index] ?? null;
  const { name, aside } = partedName(dimension, value);
  if (row.adjustment !== null) {
    const of = value === null || value === row.adjustment ? '' : ` · ${value}`;
    return index === 0 ? (
      <i className="muted">
        <Clipped>{`${row.adjustment}${of}`}</Clipped>
      </i>
    ) : (
      <span className="muted">{value ?? ''}</span>
    );
  }
  return (
    <>
      <DrillLink ways={waysOf(row.values.slice(0, index + 1))} go={go}>
        <Clipped full={value}>{name}</Clipped>
      </DrillLink>
      {aside !== null && (
        <small className="aside muted">
          <Clipped>{aside}</Clipped>
        </small>
      )}
    </>
  );
}

function ratioText(moved: TableRow['change']): string {
  if (moved === null) return NOTHING;
  if (moved.ratio === null) return Number(moved.amount) === 0 ? NOTHING : 'new';
  return moved.ratio === -1 ? 'gone' : changePercent(moved.ratio);
}

function tokensText({ tokens }: Pick<TableRow, 'tokens'>): React.ReactNode {
  const sum = tokenSum(tokens);
  if (sum === 0) return NOTHING;
  const kinds = `input ${tokens.input}, output ${tokens.output}, cache read ${tokens.cacheRead}, cache write ${tokens.cacheWrite}`;
  return <span title={kinds}>{compact(sum)}</span>;
}

function courseText(course: readonly string[], currency: string, grain: string): string {
  const values = course.map(Number);
  const most = Math.max(...values);
  return `Between ${amount(String(Math.min(...values)), currency)} and ${amount(String(most), currency)} a ${grain}`;
}
