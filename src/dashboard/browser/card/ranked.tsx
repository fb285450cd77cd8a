import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import type { Sort, TableBody } from '../../api/table.ts';
import type { Address } from '../state/address.ts';
import type { Colours } from '../state/colours.ts';
import type { Asked } from '../state/use-answer.ts';
import { columnsOf, type Item, type Leading } from './ranked-columns.tsx';
import { FailureBox } from './states.tsx';

interface RankedProps extends Leading {
  readonly asked: Asked<TableBody>;
  readonly address: Address;
  readonly colours: Colours;
  readonly narrow: boolean;
  /** address of the CSV with the same rows */
  readonly csv: string;
}

/** Who spends what: the main instrument. */
export function Ranked({ asked, address, colours, narrow, csv, go, waysOf }: RankedProps): React.ReactNode {
  if (asked.failure !== null) return <FailureBox failure={asked.failure} />;
  const body = asked.value;
  const items = body === null ? [] : itemsOf(body);
  const columns = body === null ? [] : columnsOf(body, colours, { go, waysOf });
  const sorted = columns.find(({ sortingField }) => sortingField === address.sort);
  return (
    <div className={asked.loading && body !== null ? 'stale' : undefined} aria-busy={asked.loading}>
      <Table
        variant="container"
        contentDensity="compact"
        wrapLines={false}
        stickyColumns={{ first: narrow ? 0 : 1 }}
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
        header={
          <Header
            variant="h2"
            counter={body === null ? '' : `(${body.count.toLocaleString('en')})`}
            description="Choose a name to see what is behind it; with Alt to leave it out."
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
  return rows.length === 0 ? [] : [...rows.map((row): Item => ({ kind: 'row', row })), { kind: 'total' }];
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
