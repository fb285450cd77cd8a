import AppLayout from '@cloudscape-design/components/app-layout';
import ErrorBoundary from '@cloudscape-design/components/error-boundary';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { useCallback, useMemo, useState } from 'react';
import type { ChangesBody } from '../api/changes.ts';
import type { ColumnsBody } from '../api/columns.ts';
import type { ForecastBody } from '../api/forecast.ts';
import type { MixBody } from '../api/mix.ts';
import type { StatusBody } from '../api/status.ts';
import type { SummaryBody } from '../api/summary.ts';
import type { TableBody } from '../api/table.ts';
import { Changes } from './card/changes.tsx';
import { FullNames } from './card/clipped.tsx';
import { Daily } from './card/daily.tsx';
import { FixList } from './card/fix-list.tsx';
import { KeyFigures } from './card/key-figures.tsx';
import { isAtLines, Lines } from './card/lines.tsx';
import { Mix } from './card/mix.tsx';
import { Ranked } from './card/ranked.tsx';
import { Answered, FailureBox } from './card/states.tsx';
import { TrustStrip } from './card/trust-strip.tsx';
import type { Ways } from './control/drill-link.tsx';
import { Filter } from './control/filter.tsx';
import { ScopeBar } from './control/scope-bar.tsx';
import { TopBar } from './control/top-bar.tsx';
import { type Address, scopeParameters } from './state/address.ts';
import { coloursOf } from './state/colours.ts';
import { writeDimensions } from './state/filter-text.ts';
import { drillInto, leaveOut } from './state/levels.ts';
import { useAddress } from './state/use-address.ts';
import { apiPath, LedgerContext, useAnswer } from './state/use-answer.ts';
import { useLedgerWatch } from './state/use-ledger-watch.ts';
import { useRoom } from './state/use-room.ts';

/** The whole page: who spends what. */
export function Page(): React.ReactNode {
  const [notices, setNotices] = useState<readonly FlashbarProps.MessageDefinition[]>([]);
  const dismiss = useCallback((id: string) => setNotices((all) => all.filter((notice) => notice.id !== id)), []);
  const notify = useCallback(
    (notice: FlashbarProps.MessageDefinition & { id: string }) =>
      setNotices((all) => [
        { dismissible: true, dismissLabel: 'Dismiss', onDismiss: () => dismiss(notice.id), ...notice },
        ...all.filter(({ id }) => id !== notice.id),
      ]),
    [dismiss],
  );
  const watch = useLedgerWatch(notify);
  const [address, go] = useAddress();
  return (
    <LedgerContext value={watch}>
      <div id="top">
        <TopBar address={address} go={go} />
      </div>
      <AppLayout
        headerSelector="#top"
        navigationHide
        toolsHide
        disableContentPaddings={false}
        notifications={<Flashbar items={notices} />}
        content={
          <>
            <FullNames />
            <h1 className="unseen">Who spends what on Amazon Bedrock</h1>
            <ErrorBoundary onError={({ error }) => console.error(error)}>
              <Content address={address} go={go} notify={notify} />
            </ErrorBoundary>
          </>
        }
        maxContentWidth={1680}
        ariaLabels={{ notifications: 'Notices' }}
      />
    </LedgerContext>
  );
}

interface ContentProps {
  readonly address: Address;
  readonly go: (next: Address) => void;
  readonly notify: (notice: FlashbarProps.MessageDefinition & { id: string }) => void;
}

function Content({ address, go, notify }: ContentProps): React.ReactNode {
  const status = useAnswer<StatusBody>('/api/status');
  const onCopied = useCallback(
    (what: string, failed: boolean) =>
      notify(
        failed
          ? {
              id: 'copied',
              type: 'error',
              content: `${what} could not be copied: the browser does not let this page write to the clipboard.`,
            }
          : { id: 'copied', type: 'success', content: `${what} is on the clipboard.` },
      ),
    [notify],
  );
  return (
    <Answered asked={status} what="the bill">
      {(held) => {
        const by = [address.by ?? held.defaultBy, ...(address.second === null ? [] : [address.second])];
        return (
          <div className="page">
            <Cards address={address} status={held} by={by} go={go} onCopied={onCopied} />
          </div>
        );
      }}
    </Answered>
  );
}

interface CardsProps {
  readonly address: Address;
  readonly status: StatusBody;
  readonly by: readonly string[];
  readonly go: (next: Address) => void;
  readonly onCopied: (what: string, failed: boolean) => void;
}

/** Everything that one address shows. */
function Cards({ address, status, by, go, onCopied }: CardsProps): React.ReactNode {
  const room = useRoom();
  const narrow = room === 'narrow';
  const first = by[0] ?? status.defaultBy;
  const scope = scopeParameters(address);
  const compared = [...scope, ['compare', address.compare] as const];
  const rows = [
    ...compared,
    ['by', writeDimensions(by)] as const,
    ['sort', address.sort] as const,
    ['order', address.order] as const,
  ];
  const summary = useAnswer<SummaryBody>(
    apiPath('summary', [...compared, ['by', writeDimensions([belonging(status, first)])]]),
  );
  const columns = useAnswer<ColumnsBody>(apiPath('columns', [...compared, ['by', writeDimensions([first])]]));
  const table = useAnswer<TableBody>(apiPath('table', [...rows, ['page', String(address.page)]]));
  const mix = useAnswer<MixBody>(apiPath('mix', scope));
  const forecast = useAnswer<ForecastBody>(apiPath('forecast', scope));
  // A dimension that is not understood is told once.
  const refused = table.failure !== null && columns.failure !== null;
  const changes = useAnswer<ChangesBody>(
    refused ? null : apiPath('changes', [...compared, ['by', writeDimensions(by)]]),
    // It takes longest, and one question is asked at a time.
    [summary, columns, table, mix, forecast].some(({ loading }) => loading),
  );
  const colours = useMemo(() => coloursOf(columns.value), [columns.value]);
  const waysOf = (values: readonly (string | null)[]): Ways => waysFrom(address, by, values, status);
  // One failure for all: a filter that is not understood breaks every card in the same way.
  if (summary.failure !== null) {
    return (
      <>
        <ScopeBar address={address} status={status} by={by} go={go} onCopied={onCopied} />
        <Filter address={address} status={status} go={go} />
        <FailureBox failure={summary.failure} />
      </>
    );
  }
  return (
    <>
      <Answered asked={summary} what="the bill">
        {(body) => <TrustStrip summary={body} engine={status.engine === 'trino' ? 'Trino' : 'DuckDB'} />}
      </Answered>
      <ScopeBar address={address} status={status} by={by} go={go} onCopied={onCopied} />
      <Filter address={address} status={status} go={go} />
      {summary.value !== null && <Notes notes={summary.value.notes} />}
      {summary.value !== null && (
        <div className={summary.loading ? 'stale' : undefined}>
          <KeyFigures summary={summary.value} forecast={forecast} />
        </div>
      )}
      {refused && table.failure !== null ? (
        <FailureBox failure={table.failure} />
      ) : (
        <>
          <Daily
            asked={columns}
            address={address}
            colours={colours}
            narrow={narrow}
            go={go}
            waysOf={(value) => waysOf([value])}
          />
          <Ranked
            asked={table}
            address={address}
            colours={colours}
            room={room}
            csv={apiPath('table.csv', rows)}
            go={go}
            waysOf={waysOf}
          />
        </>
      )}
      {isAtLines(address) && <Lines address={address} dimension={belonging(status, first)} />}
      {!refused && <Changes asked={changes} room={room} go={go} waysOf={waysOf} />}
      <Mix asked={mix} narrow={narrow} colours={first === 'model' ? colours : null} />
      <FixList address={address} status={status} dimension={belonging(status, first)} ready={!mix.loading} />
    </>
  );
}

function waysFrom(
  address: Address,
  by: readonly string[],
  values: readonly (string | null)[],
  { dimensions }: StatusBody,
): Ways {
  const last = values.length - 1;
  // A pair of names keeps both, and goes on behind the second.
  const above = values
    .slice(0, last)
    .reduce((at, value, index) => drillInto(at, by[index] ?? '', value, dimensions), address);
  const [dimension = '', value = null] = [by[last], values[last]];
  return { into: drillInto(above, dimension, value, dimensions), without: leaveOut(address, dimension, value) };
}

/** The dimension that says to whom dollars belong: the one shown, or the organisation's first. */
function belonging({ dimensions, defaultBy }: StatusBody, shown: string): string {
  const entry = dimensions.find(({ name }) => name === shown);
  return entry?.belongs ? shown : defaultBy;
}

function Notes({ notes }: { notes: readonly string[] }): React.ReactNode {
  if (notes.length === 0) return null;
  return (
    <ul className="notes" aria-label="What to know">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
