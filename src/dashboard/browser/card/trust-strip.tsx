import Badge from '@cloudscape-design/components/badge';
import Popover from '@cloudscape-design/components/popover';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { SummaryBody } from '../../api/summary.ts';
import { amount, instant, longTime, percent } from '../format.ts';

const COSTS = { net: 'net cost', unblended: 'unblended cost', list: 'list cost' } as const;

/** What finance asks first: billed or not, how far the data reach, whether it still changes, and whether it adds up. */
export function TrustStrip({
  summary,
  engine,
}: {
  readonly summary: SummaryBody;
  readonly engine: string;
}): React.ReactNode {
  const { source, accounts, payers } = summary;
  return (
    <section className="trust" aria-label="How far the numbers can be trusted">
      <Reconciled summary={summary} />
      <Through summary={summary} />
      <span>
        {source.periods.map(({ period, state }, index) => (
          <span key={period} className="state">
            {index === 0 || source.periods.length <= 3 ? longTime(period) : null}{' '}
            {index === 0 || source.periods.length <= 3 ? <StateBadge state={state} /> : null}
          </span>
        ))}
        {source.periods.length > 3 && <span className="muted">and {source.periods.length - 1} more</span>}
      </span>
      <span>
        {count(payers, 'payer')}, {count(accounts, 'account')}
      </span>
      <span className="trust-source muted" title={source.snapshot}>
        {COSTS[summary.cost]} · {engine} · snapshot {source.snapshot.slice(-6)}
      </span>
    </section>
  );
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

const STATES = {
  open: { color: 'blue', why: 'AWS has not made its invoice yet: it still changes.' },
  invoiced: { color: 'green', why: 'All of its usage has an invoice.' },
  restated: { color: 'severity-medium', why: 'AWS changed it after its invoice.' },
} as const;

function StateBadge({ state }: { readonly state: keyof typeof STATES }): React.ReactNode {
  const { color, why } = STATES[state];
  return (
    <span title={why}>
      <Badge color={color}>{state}</Badge>
    </span>
  );
}

function Reconciled({ summary }: { readonly summary: SummaryBody }): React.ReactNode {
  const { check, currency } = summary;
  const gap = Number(check.difference) !== 0;
  return (
    <Popover
      header={gap ? 'The bill and the rows differ' : 'It adds up'}
      content={
        <>
          <dl className="sum">
            <dt>Bedrock on the bill</dt>
            <dd>{amount(check.bill, currency)}</dd>
            <dt>Shown here</dt>
            <dd>{amount(check.shown, currency)}</dd>
            <dt>Filtered out</dt>
            <dd>{amount(check.filteredOut, currency)}</dd>
            <dt>Difference</dt>
            <dd>{amount(check.difference, currency, gap ? 10 : 2)}</dd>
          </dl>
          <p>
            {gap
              ? 'Do not use these figures: bursar verify says which lines differ.'
              : 'The bill is the sum of all lines of the export, added up apart from the rows. bursar verify proves it line by line.'}
          </p>
        </>
      }
    >
      <StatusIndicator type={gap ? 'error' : 'success'}>
        {gap ? `Gap of ${amount(check.difference, currency, 10)} to the bill` : 'Billed by AWS, reconciled to the cent'}
      </StatusIndicator>
    </Popover>
  );
}

function Through({ summary }: { readonly summary: SummaryBody }): React.ReactNode {
  // The seller of most of the bill leads; small sellers may not have sold for days.
  const [first, ...others] = summary.sellers.toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0));
  if (first === undefined) return <span>No usage yet</span>;
  return (
    <Popover
      header="Last usage by seller"
      content={
        <dl className="sum">
          {[first, ...others].map(({ seller, through, share }) => (
            <div key={seller}>
              <dt>
                {seller || 'no seller'} <span className="muted">{percent(share)} of the bill</span>
              </dt>
              <dd>{instant(through)}</dd>
            </div>
          ))}
        </dl>
      }
    >
      Data through <b>{instant(first.through)}</b>
      {others.length > 0 && <span className="muted"> · {count(others.length, 'more seller')}</span>}
    </Popover>
  );
}
