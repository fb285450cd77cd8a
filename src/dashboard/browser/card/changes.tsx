import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { ChangesBody } from '../../api/changes.ts';
import { amount, dayRange } from '../format.ts';
import type { Asked } from '../state/use-answer.ts';
import type { Room } from '../state/use-room.ts';
import { changesColumns, type Item } from './changes-columns.tsx';
import type { Leading } from './ranked-columns.tsx';
import { Answered } from './states.tsx';
import { Whys } from './whys.tsx';

interface Shown extends Leading {
  readonly room: Room;
}

/** What moved since the time compared with, and what made it move. */
export function Changes({ asked, ...shown }: { readonly asked: Asked<ChangesBody> } & Shown): React.ReactNode {
  return (
    <Container
      header={
        <Header variant="h2" description={asked.value === null ? undefined : timesOf(asked.value)}>
          What changed
        </Header>
      }
    >
      <Answered asked={asked} what="what changed">
        {(body) => <Moved body={body} {...shown} />}
      </Answered>
    </Container>
  );
}

function timesOf({ before, period }: ChangesBody): string {
  if (before.kind === 'nothing') return '';
  return `${dayRange(period.from, period.to)} against ${dayRange(before.from, before.to)}; the parts add up to the change.`;
}

function Moved({ body, room, ...leading }: { readonly body: ChangesBody } & Shown): React.ReactNode {
  const { rows, sums, before, currency } = body;
  if (sums === null) {
    return (
      <Box color="text-body-secondary">
        {before.kind === 'nothing' ? before.why : ''} What changed is shown where there is another time to compare with.
      </Box>
    );
  }
  if (rows.length === 0) {
    return <Box color="text-body-secondary">Nothing moved: {amount(sums.now, currency)} on both sides.</Box>;
  }
  return (
    <>
      <Whys body={body} />
      <div className={`names-${body.by.length}`}>
        <Table
          variant="embedded"
          contentDensity="compact"
          wrapLines={false}
          items={[...rows.map((row): Item => ({ kind: 'row', row })), { kind: 'total', row: sums }]}
          trackBy={keyOf}
          ariaLabels={{ tableLabel: 'What changed' }}
          columnDefinitions={changesColumns(body, room, leading)}
        />
      </div>
      {Number(sums.unmoved) !== 0 && (
        <Box color="text-body-secondary" padding={{ top: 's' }}>
          Of both sums, {amount(sums.unmoved, currency)} did not move.
        </Box>
      )}
    </>
  );
}

function keyOf(item: Item): string {
  return item.kind === 'total' ? 'total' : JSON.stringify([item.row.values, item.row.adjustment, item.row.other]);
}
