import type { TableProps } from '@cloudscape-design/components/table';
import type { Sort, TableBody, TableRow } from '../../api/table.ts';
import { CostBar } from '../chart/cost-bar.tsx';
import { Sparkline } from '../chart/sparkline.tsx';
import { DrillLink, type Ways } from '../control/drill-link.tsx';
import { amount, change, changePercent, compact, NOTHING, percent, price, title, tokenSum } from '../format.ts';
import type { Address } from '../state/address.ts';
import type { Colours } from '../state/colours.ts';
import { asideOf, valueName } from '../state/levels.ts';

/** A row of the table, or the total below them. */
export type Item = { readonly kind: 'row'; readonly row: TableRow } | { readonly kind: 'total' };

/** Where names lead. */
export interface Leading {
  readonly go: (next: Address) => void;
  /** @param values of the first dimensions of the table, one or more */
  readonly waysOf: (values: readonly (string | null)[]) => Ways;
}

type Column = TableProps.ColumnDefinition<Item>;

/** What the table tells of a row, and of all of them. */
export function columnsOf(body: TableBody, colours: Colours, { go, waysOf }: Leading): Column[] {
  const { by, sums, currency, times, grain, before } = body;
  const compared = before.kind === 'time';
  const number = (
    id: string,
    header: string,
    of: (row: TableRow) => React.ReactNode,
    total: React.ReactNode,
    sort: Sort | null,
  ): Column => ({
    id,
    header: <span className="number-head">{header}</span>,
    cell: (item) => (
      <span className={item.kind === 'total' ? 'number total' : 'number'}>
        {item.kind === 'total' ? total : of(item.row)}
      </span>
    ),
    ...(sort === null ? {} : { sortingField: sort }),
  });
  const changes: Column[] = compared
    ? [
        number(
          'change',
          'Change',
          ({ change: moved }) => moved && <Moved cents={moved.cents} currency={currency} />,
          sums.change && <Moved cents={sums.change.cents} currency={currency} />,
          'change',
        ),
        number('changeRatio', '%', ({ change: moved }) => ratioText(moved), ratioText(sums.change), 'changeRatio'),
      ]
    : [];
  return [
    ...by.map(
      (dimension, index): Column => ({
        id: `name${index}`,
        header: title(dimension),
        cell: (item) =>
          item.kind === 'total' ? (
            index === 0 && <b>Total</b>
          ) : (
            <Name row={item.row} by={by} index={index} go={go} waysOf={waysOf} />
          ),
        isRowHeader: index === 0,
        minWidth: 140,
        ...(index === 0 ? { sortingField: 'name' } : {}),
      }),
    ),
    {
      id: 'cost',
      header: <span className="number-head">Cost</span>,
      sortingField: 'cost',
      cell: (item) =>
        item.kind === 'total' ? (
          <span className="cost total">
            <span />
            <span className="number">{amount(sums.cents, currency)}</span>
          </span>
        ) : (
          <span className="cost">
            <CostBar
              share={Number(item.row.cost) / Number(body.largest)}
              colour={
                item.row.adjustment === null && !item.row.other
                  ? colours(item.row.values[0] ?? null)
                  : 'var(--adjustments)'
              }
            />
            <span className="number">{amount(item.row.cents, currency)}</span>
          </span>
        ),
    },
    number('share', 'Share', ({ share }) => percent(share), percent(1), null),
    ...changes,
    number('tokens', 'Tokens', (row) => tokensText(row), tokensText(sums), 'tokens'),
    number(
      'price',
      '$ / 1M',
      ({ costPerMillionTokens }) => price(costPerMillionTokens, currency),
      price(sums.costPerMillionTokens, currency),
      'price',
    ),
    number(
      'cacheHit',
      'Cache hit',
      ({ cacheHitRate }) => percent(cacheHitRate),
      percent(sums.cacheHitRate),
      'cacheHit',
    ),
    ...(by.includes('model')
      ? []
      : [
          {
            id: 'topModel',
            header: 'Top model',
            cell: (item: Item) =>
              item.kind === 'row' && item.row.topModel !== null ? (
                <span title={`${percent(item.row.topModel.share)} of the row`}>
                  {valueName('model', item.row.topModel.model)}
                </span>
              ) : (
                <span className="muted">{item.kind === 'row' ? NOTHING : ''}</span>
              ),
          },
        ]),
    {
      id: 'course',
      header: `${times.length} ${grain}${times.length === 1 ? '' : 's'}`,
      cell: (item) =>
        item.kind === 'row' && item.row.course !== null ? (
          <Sparkline values={item.row.course.map(Number)} label={courseText(item.row.course, currency, grain)} />
        ) : null,
    },
  ];
}

/** What a row is of, and where that leads. */
export function Name({
  row,
  by,
  index,
  go,
  waysOf,
}: {
  row: Pick<TableRow, 'values' | 'adjustment' | 'other'>;
  by: readonly string[];
  index: number;
} & Leading): React.ReactNode {
  const dimension = by[index] ?? '';
  if (row.other) return index === 0 ? <i>Other</i> : null;
  const value = row.values[index] ?? null;
  const aside = asideOf(dimension, value);
  if (row.adjustment !== null) {
    const name = value === null || value === row.adjustment ? '' : ` · ${value}`;
    return index === 0 ? <i>{`${row.adjustment}${name}`}</i> : <span className="muted">{value ?? ''}</span>;
  }
  return (
    <>
      <DrillLink ways={waysOf(row.values.slice(0, index + 1))} go={go}>
        <bdi className="clip" title={value ?? undefined}>
          {valueName(dimension, value)}
        </bdi>
      </DrillLink>
      {aside !== null && <small className="aside muted">{aside}</small>}
    </>
  );
}

function Moved({ cents, currency }: { cents: string; currency: string }): React.ReactNode {
  return change(cents, currency);
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
