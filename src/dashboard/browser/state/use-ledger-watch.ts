import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { useCallback, useMemo, useRef, useState } from 'react';
import { longTime } from '../format.ts';
import type { LedgerWatch } from './use-answer.ts';

/** Tells once when an answer comes from another snapshot than the one before, and has everything asked again. */
export function useLedgerWatch(
  notify: (notice: FlashbarProps.MessageDefinition & { id: string }) => void,
): LedgerWatch {
  const [round, setRound] = useState(0);
  const seen = useRef(new Map<string, string>());
  const saw = useCallback(
    (snapshots: string) => {
      const replaced: string[] = [];
      for (const [period = '', id = ''] of snapshots.split(',').map((text) => text.split('@'))) {
        const before = seen.current.get(period);
        // Ids sort by time: an older one is an answer that was under way.
        if (before !== undefined && id > before) replaced.push(period);
        if (before === undefined || id > before) seen.current.set(period, id);
      }
      if (replaced.length === 0) return;
      setRound((number) => number + 1);
      notify({
        id: 'replaced',
        type: 'info',
        header: 'The bill was brought up to date',
        content: `${replaced.map(longTime).join(', ')}: AWS delivered it anew. Every card now shows it.`,
      });
    },
    [notify],
  );
  return useMemo(() => ({ round, saw }), [round, saw]);
}
