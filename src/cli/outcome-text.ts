import type { IngestOutcome } from '../ledger/ingest.ts';
import { onlySignOf, SIGNS } from '../ledger/signs.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { visibleLines } from '../report/format/visible-text.ts';

/** One line a period: what became of it. */
export function describeOutcome(outcome: IngestOutcome): string {
  switch (outcome.kind) {
    case 'unchanged':
      return `${outcome.period}  unchanged`;
    case 'reclassified':
      return `${outcome.period}  usage types and principals read anew`;
    case 'ingested':
      return `${outcome.period}  ingested: ${lineCounts(outcome.snapshot)}`;
    case 'failed':
      return visibleLines(
        `${outcome.period}  FAILED: ${outcome.error.code}: ${outcome.error.message}\n  ${outcome.error.hint}`,
      );
  }
}

const count = (lines: number): string => `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}`;

function lineCounts({ control }: Snapshot): string {
  const bedrock = control.filter((total) => total.bedrock);
  return `${count(countLines(control))}, ${countLines(bedrock).toLocaleString('en')} of Bedrock`;
}

/** What one should know of how a period was read: sentences, for the one who looks after the ingest. */
export function remarksOn({ control, listedBy }: Snapshot): string[] {
  const bySign = Map.groupBy(
    control.filter(({ bedrock }) => bedrock),
    onlySignOf,
  );
  const alone = SIGNS.flatMap((sign) => {
    const caught = bySign.get(sign) ?? [];
    return caught.length === 0 ? [] : [`${count(countLines(caught))} by ${sign}`];
  });
  return [
    ...(listedBy === null ? ['no manifest: every data file in its folder was taken'] : []),
    ...(alone.length === 0 ? [] : [`found to be Bedrock by one sign alone: ${alone.join(', ')}`]),
  ];
}

function countLines(control: Snapshot['control']): number {
  return control.reduce((sum, total) => sum + total.lines, 0);
}
