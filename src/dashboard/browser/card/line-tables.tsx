import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { LinesBody } from '../../api/lines.ts';
import { amount, compact, NOTHING, shortTime } from '../format.ts';
import { valueName } from '../state/levels.ts';
import { Clipped } from './clipped.tsx';

/** What stands on the bill, by usage type. */
export function Charges({ body: { charges, chargeCount, currency } }: { readonly body: LinesBody }): React.ReactNode {
  const lines = charges.reduce((sum, charge) => sum + charge.lines, 0);
  return (
    <Table
      variant="container"
      contentDensity="compact"
      wrapLines={false}
      items={charges}
      ariaLabels={{ tableLabel: 'Lines of the bill' }}
      empty="No lines of the bill match the filters."
      header={
        <Header
          variant="h2"
          counter={`(${lines.toLocaleString('en')})`}
          description={dearest(charges.length, chargeCount, 'What stands on the bill.')}
        >
          Lines
        </Header>
      }
      columnDefinitions={[
        {
          id: 'usage',
          header: 'Usage type',
          isRowHeader: true,
          minWidth: 150,
          cell: ({ usageType, lineItemType }) => <Clipped>{usageType ?? lineItemType ?? NOTHING}</Clipped>,
        },
        {
          id: 'cost',
          header: <span className="number-head">Cost</span>,
          cell: ({ cost }) => <span className="number">{amount(cost, currency)}</span>,
        },
        {
          id: 'lines',
          header: <span className="number-head">Lines</span>,
          cell: (charge) => <span className="number">{charge.lines.toLocaleString('en')}</span>,
        },
        {
          id: 'amount',
          header: <span className="number-head">Amount</span>,
          cell: (charge) => (
            <span className="number priced" title={charge.amount ?? undefined}>
              {charge.amount === null ? NOTHING : compact(Number(charge.amount))}
              <small className="muted">{charge.unit ?? '\u00a0'}</small>
            </span>
          ),
        },
        {
          id: 'product',
          header: 'Product',
          cell: ({ product, productCode }) => <Clipped>{product ?? productCode ?? NOTHING}</Clipped>,
        },
        { id: 'line', header: 'Line type', cell: ({ lineItemType }) => lineItemType ?? NOTHING },
        { id: 'days', header: 'Days', cell: (item) => daysText(item) },
      ]}
    />
  );
}

/** Whose calls they are. */
export function Callers({ body: { callers, callerCount, currency } }: { readonly body: LinesBody }): React.ReactNode {
  if (callers.length === 0) return null;
  return (
    <Table
      variant="container"
      contentDensity="compact"
      wrapLines={false}
      items={callers}
      ariaLabels={{ tableLabel: 'Who called' }}
      header={
        <Header
          variant="h2"
          counter={`(${callerCount.toLocaleString('en')})`}
          description={dearest(callers.length, callerCount, 'Whose calls these lines are.')}
        >
          Who called
        </Header>
      }
      columnDefinitions={[
        {
          id: 'principal',
          header: 'Principal',
          isRowHeader: true,
          minWidth: 150,
          cell: ({ principal }) => <Clipped full={principal}>{valueName('principal', principal)}</Clipped>,
        },
        {
          id: 'cost',
          header: <span className="number-head">Cost</span>,
          cell: ({ cost }) => <span className="number">{amount(cost, currency)}</span>,
        },
        { id: 'account', header: 'Account', cell: ({ account }) => account ?? NOTHING },
        { id: 'kind', header: 'Kind', cell: ({ kind }) => kind?.replaceAll('-', ' ') ?? NOTHING },
        { id: 'days', header: 'Days', cell: (item) => daysText(item) },
      ]}
    />
  );
}

function dearest(shown: number, count: number, otherwise: string): string {
  return shown === count ? otherwise : `The dearest ${shown} of ${count.toLocaleString('en')}; bursar explain has all.`;
}

function daysText({ first, last }: { readonly first: string | null; readonly last: string | null }): string {
  if (first === null || last === null) return NOTHING;
  return first === last ? shortTime(first) : `${shortTime(first)} \u2013 ${shortTime(last)}`;
}
