import Table from '@cloudscape-design/components/table';
import type { ColumnsBody } from '../../api/columns.ts';
import { amount, longTime } from '../format.ts';
import { Clipped } from './clipped.tsx';
import { seriesName } from './series-name.ts';

/** The chart as a table: a row a day, a column a name. */
export function DailyTable({ body }: { readonly body: ColumnsBody }): React.ReactNode {
  const { times, totals, series, currency, by, grain, withoutTime } = body;
  const rows = [
    ...times.map((time, index) => ({
      name: longTime(time),
      total: totals[index] ?? '0',
      parts: series.map(({ costs }) => costs[index] ?? '0'),
    })),
    ...(Number(withoutTime) === 0
      ? []
      : [{ name: `without a ${grain}`, total: withoutTime, parts: series.map(() => '') }]),
    { name: 'Total', total: body.total, parts: series.map(({ total }) => total) },
  ];
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      wrapLines={false}
      stickyColumns={{ first: 1 }}
      items={rows}
      trackBy="name"
      ariaLabels={{ tableLabel: `Cost per ${grain}` }}
      columnDefinitions={[
        { id: 'time', header: grain === 'day' ? 'Day (UTC)' : 'Month', cell: ({ name }) => name, isRowHeader: true },
        {
          id: 'total',
          header: 'Total',
          cell: ({ total }) => <span className="number">{amount(total, currency)}</span>,
        },
        ...series.map((each, index) => ({
          id: `${each.kind} ${each.value}`,
          header: <Clipped full={each.value}>{seriesName(each, by)}</Clipped>,
          cell: ({ parts }: (typeof rows)[number]) => (
            <span className="number">{parts[index] ? amount(parts[index], currency) : ''}</span>
          ),
        })),
      ]}
    />
  );
}
