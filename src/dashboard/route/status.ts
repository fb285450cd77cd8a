import type { z } from 'zod';
import { DIMENSIONS, findDimension, type OwnDimensions } from '../../domain/dimension.ts';
import type { IngestOutcome } from '../../ledger/ingest.ts';
import { statusBody, statusQuery } from '../api/status.ts';
import { defaultBy } from '../asked.ts';
import { route } from '../route.ts';

type Body = z.input<typeof statusBody>;

export const status = route({
  path: '/api/status',
  summary: 'What the ledger holds, and by what one can ask.',
  query: statusQuery,
  body: statusBody,
  answer: async (page) => {
    const { engine, ledger, exports, own } = page;
    const outcomes = await page.current();
    return {
      engine,
      ledger: ledger.place,
      exports: [...exports],
      periods: outcomes.map(periodText),
      dimensions: dimensionsText(own),
      defaultBy: defaultBy(own),
    };
  },
});

function periodText(outcome: IngestOutcome): Body['periods'][number] {
  if (outcome.kind === 'failed') {
    const { code, message, hint } = outcome.error;
    return { kind: 'failed', period: outcome.period, code, message, hint };
  }
  const { period, state, id, createdAt, firstDay, lastDay } = outcome.snapshot;
  return { kind: 'held', period, state: state.kind, snapshot: id, createdAt, firstDay, lastDay };
}

function dimensionsText(own: OwnDimensions): Body['dimensions'] {
  const mine = Object.entries(own).map(([name, { tagKeys, byCaller }]) => ({
    name,
    about: [...tagKeys.map((key) => `tag ${key}`), ...(byCaller ? ['rules and people'] : [])].join(', '),
    own: true,
    belongs: true,
  }));
  const builtIn = Object.entries(DIMENSIONS).map(([name, { about }]) => ({
    name,
    about,
    own: false,
    belongs: findDimension(name, own).source.table === 'allocated',
  }));
  return [...mine, ...builtIn];
}
