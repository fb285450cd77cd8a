import Table from '@cloudscape-design/components/table';
import type { UnownedBody, UnownedGroup } from '../../api/unowned.ts';
import { CostBar } from '../chart/cost-bar.tsx';
import { amount, NOTHING, percent } from '../format.ts';
import { valueName } from '../state/levels.ts';
import { useRoom } from '../state/use-room.ts';
import { Clipped } from './clipped.tsx';
import { RemedyAll, RemedyLine } from './remedy-copy.tsx';

/** Dollars that belong to nobody, by what would settle them. */
export function Unowned({ body }: { readonly body: UnownedBody }): React.ReactNode {
  const { dimension, currency, groups, cost, count, rest } = body;
  const narrow = useRoom() === 'narrow';
  const name = dimension.replaceAll('-', ' ');
  const most = Math.max(...groups.map((group) => Number(group.cost)), 0);
  const whole = Number(cost);
  if (count === 0) {
    return (
      <section>
        <h3>All usage has a {name}</h3>
        <p className="muted">No dollar of usage in this time and filter belongs to nobody.</p>
      </section>
    );
  }
  const settled = groups.flatMap(({ remedies }) => remedies);
  const more = count - groups.length;
  return (
    <section>
      <h3>
        {amount(cost, currency)} without {name}
      </h3>
      <Table
        variant="embedded"
        contentDensity="compact"
        wrapLines={false}
        items={groups}
        ariaLabels={{ tableLabel: `Usage without ${name}` }}
        columnDefinitions={[
          {
            id: 'name',
            header: 'Who',
            isRowHeader: true,
            cell: (group) => <Who group={group}>{narrow && <Remedies group={group} narrow />}</Who>,
          },
          {
            id: 'cost',
            header: <span className="number-head">Cost</span>,
            cell: (group) => (
              <span className="cost short">
                <CostBar share={most <= 0 ? 0 : Number(group.cost) / most} colour="var(--bar)" />
                <span className="number priced">
                  {amount(group.cost, currency)}
                  <small className="muted">{whole === 0 ? NOTHING : percent(Number(group.cost) / whole)}</small>
                </span>
              </span>
            ),
          },
          ...(narrow
            ? []
            : [
                {
                  id: 'remedy',
                  header: 'To paste',
                  cell: (group: UnownedGroup) => <Remedies group={group} narrow={false} />,
                },
              ]),
        ]}
      />
      <div className="fix-foot">
        <RemedyAll remedies={settled.filter(({ where }) => where === 'bursar.yaml')} />
        <RemedyAll remedies={settled.filter(({ where }) => where === 'people file')} />
        <span className="muted">
          {more > 0 && `${more.toLocaleString('en')} more cost less. `}
          {Number(rest) !== 0 && `${amount(rest, currency)} are of further callers, each dear less than these. `}
          Write the {name} in place of {dimension.toUpperCase()}.
        </span>
      </div>
    </section>
  );
}

function Remedies({
  group: { name, remedies },
  narrow,
}: {
  readonly group: UnownedGroup;
  readonly narrow: boolean;
}): React.ReactNode {
  if (remedies.length === 0) return <span className="muted">nothing names it</span>;
  return remedies.map(({ where, paste }) => (
    <div key={paste.join()}>
      <RemedyLine where={where} paste={paste} of={name ?? 'lines without a principal'} narrow={narrow} />
    </div>
  ));
}

function Who({
  group: { name, kind, accounts, callers },
  children,
}: {
  readonly group: UnownedGroup;
  readonly children: React.ReactNode;
}): React.ReactNode {
  const from = accounts.length > 2 ? `${accounts.length} accounts` : accounts.join(', ');
  const told = [kind?.replaceAll('-', ' '), from, callers > 1 && `${callers.toLocaleString('en')} callers`];
  return (
    <span className="who">
      <Clipped full={name}>{name === null ? 'No principal' : valueName('principal', name)}</Clipped>
      <small className="muted">{told.filter(Boolean).join(' · ')}</small>
      {children}
    </span>
  );
}
