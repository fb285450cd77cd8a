import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import type { Sort, TableBody, TableRow } from '../../api/table.ts';
import type { Address } from '../state/address.ts';
import type { Colours } from '../state/colours.ts';
import type { Asked } from '../state/use-answer.ts';
import type { Room } from '../state/use-room.ts';
import { columnsOf, type Item, type Leading } from './ranked-columns.tsx';
import { FailureBox } from './states.tsx';

interface RankedProps extends Leading {
  readonly asked: Asked<TableBody>;
  readonly address: Address;
  readonly colours: Colours;
  readonly room: Room;
  /** address of the CSV with the same rows */
  readonly csv: string;
}

/** Who spends what: the main instrument. */
export function Ranked({ asked, address, colours, room, csv, go, waysOf }: RankedProps): React.ReactNode {
  if (asked.failure !== null) return <FailureBox failure={asked.failure} />;
  const body = asked.value;
  const items = body === null ? [] : itemsOf(body);
  const silent = body === null ? [] : body.rows.filter(isSilent);
  const columns = body === null ? [] : columnsOf(body, colours, room, { go, waysOf });
  const sorted = columns.find(({ sortingField }) => sortingField === address.sort);
  return (
    <div
      className={`names-${body?.by.length ?? 1}${asked.loading && body !== null ? ' stale' : ''}`}
      aria-busy={asked.loading}
    >
      <Table
        variant="container"
        contentDensity="compact"
        wrapLines={false}
        items={items}
        loading={body === null}
        loadingText="Adding up the rows"
        trackBy={keyOf}
        columnDefinitions={columns}
        sortingColumn={sorted ?? {}}
        sortingDescending={address.order === 'desc'}
        onSortingChange={({ detail }) =>
          go({
            ...address,
            sort: detail.sortingColumn.sortingField as Sort,
            // The greatest first; a second click turns it.
            order:
              detail.sortingColumn.sortingField === address.sort
                ? detail.isDescending
                  ? 'desc'
                  : 'asc'
                : firstOrder(detail.sortingColumn.sortingField as Sort),
            page: 1,
          })
        }
        ariaLabels={{ tableLabel: 'Who spends what' }}
        empty={<Empty />}
        footer={silent.length > 0 && <Silent rows={silent} />}
        header={
          <Header
            variant="h2"
            counter={body === null ? '' : `(${(body.count - silent.length).toLocaleString('en')})`}
            actions={
              <Button iconName="download" href={csv} download="bursar.csv" disabled={body === null}>
                CSV
              </Button>
            }
          >
            {body === null ? 'Who spends what' : `By ${body.by.map((name) => name.replaceAll('-', ' ')).join(' and ')}`}
          </Header>
        }
        {...(body !== null && body.pages > 1
          ? {
              pagination: (
                <Pagination
                  currentPageIndex={body.page}
                  pagesCount={body.pages}
                  onChange={({ detail }) => go({ ...address, page: detail.currentPageIndex })}
                />
              ),
            }
          : {})}
      />
    </div>
  );
}

/** No total of nothing: the table then says why it is empty. */
function itemsOf({ rows }: TableBody): Item[] {
  const told = rows.filter((row) => !isSilent(row));
  return rows.length === 0 ? [] : [...told.map((row): Item => ({ kind: 'row', row })), { kind: 'total' }];
}

/** In net cost a discount is in the price already, and its own lines are 0. */
function isSilent({ adjustment, cost, change }: TableRow): boolean {
  return adjustment !== null && Number(cost) === 0 && (change === null || Number(change.amount) === 0);
}

function Silent({ rows }: { readonly rows: readonly TableRow[] }): React.ReactNode {
  const kinds = [...new Set(rows.map(({ adjustment }) => adjustment))].join(', ');
  return (
    <span className="muted">
      {rows.length === 1 ? 'One row' : `${rows.length} rows`} of 0 left out here, not from the CSV: {kinds}.
    </span>
  );
}

function firstOrder(sort: Sort): Address['order'] {
  return sort === 'name' ? 'asc' : 'desc';
}

function keyOf(item: Item): string {
  return item.kind === 'total' ? 'total' : JSON.stringify([item.row.values, item.row.adjustment, item.row.other]);
}

function Empty(): React.ReactNode {
  return (
    <Box textAlign="center" color="inherit">
      <b>No lines of the bill match the filters</b>
      <Box variant="p" color="inherit">
        Take a filter away, or choose another time.
      </Box>
    </Box>
  );
}
