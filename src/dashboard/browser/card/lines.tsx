import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { LinesBody } from '../../api/lines.ts';
import { amount, compact, NOTHING, shortTime, title } from '../format.ts';
import { type Address, scopeParameters } from '../state/address.ts';
import { writeDimensions } from '../state/filter-text.ts';
import { pathOf, valueName } from '../state/levels.ts';
import { apiPath, useAnswer } from '../state/use-answer.ts';
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

function Charges({ body: { charges, chargeCount, currency } }: { readonly body: LinesBody }): React.ReactNode {
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
          cell: ({ usageType, lineItemType }) => (
            <bdi className="clip" title={usageType ?? undefined}>
              {usageType ?? lineItemType ?? NOTHING}
            </bdi>
          ),
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
          cell: ({ product, productCode }) => <bdi className="clip">{product ?? productCode ?? NOTHING}</bdi>,
        },
        { id: 'line', header: 'Line type', cell: ({ lineItemType }) => lineItemType ?? NOTHING },
        { id: 'days', header: 'Days', cell: (item) => daysText(item) },
      ]}
    />
  );
}

function Callers({ body: { callers, callerCount, currency } }: { readonly body: LinesBody }): React.ReactNode {
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
          cell: ({ principal }) => (
            <bdi className="clip" title={principal ?? undefined}>
              {valueName('principal', principal)}
            </bdi>
          ),
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

/** Files named one by one. */
const FILES = 3;

function Evidence({ body: { dimensions, sources, currency } }: { readonly body: LinesBody }): React.ReactNode {
  return (
    <Container header={<Header variant="h2">Why they are here</Header>}>
      {dimensions.map(({ dimension, values }) => (
        <section key={dimension}>
          <h3>{title(dimension)}</h3>
          <dl className="sum">
            {values.map(({ value, evidence, cost }) => (
              <div key={JSON.stringify([value, evidence])}>
                <dt>
                  <span>
                    <bdi className="clip short">{valueName(dimension, value)}</bdi>
                    <br />
                    <small className="muted">{evidence ?? 'nothing says it'}</small>
                  </span>
                </dt>
                <dd>{amount(cost, currency)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <h3>Where it is written</h3>
      {sources.map(({ period, id, listedBy, files }) => (
        <div key={period} className="written">
          <p>
            {period}{' '}
            <small className="muted">
              snapshot {id}, listed by {listedBy ?? 'its folder'}
            </small>
          </p>
          <ul>
            {files.slice(0, FILES).map(({ path }) => (
              <li key={path}>{path}</li>
            ))}
          </ul>
          {files.length > FILES && (
            <p className="muted">and {(files.length - FILES).toLocaleString('en')} more files</p>
          )}
        </div>
      ))}
    </Container>
  );
}

function dearest(shown: number, count: number, otherwise: string): string {
  return shown === count ? otherwise : `The dearest ${shown} of ${count.toLocaleString('en')}; bursar explain has all.`;
}

function daysText({ first, last }: { readonly first: string | null; readonly last: string | null }): string {
  if (first === null || last === null) return NOTHING;
  return first === last ? shortTime(first) : `${shortTime(first)} \u2013 ${shortTime(last)}`;
}
