import type { z } from 'zod';
import type { Forecast } from '../../domain/forecast.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { forecastBody, forecastQuery } from '../api/forecast.ts';
import { noted, questionOf, type Scope, scopeOf } from '../asked.ts';
import { envelopeOf } from '../envelope.ts';
import { route } from '../route.ts';

type Told = z.input<typeof forecastBody>['forecast'];

export const forecast = route({
  path: '/api/forecast',
  summary: 'What an open billing period will come to, with an 80 % range.',
  query: forecastQuery,
  body: forecastBody,
  answer: async (page, query, signal) => {
    const scope = await scopeOf(page, query);
    const open = openPeriod(scope);
    if (typeof open === 'string') {
      const now = await page.askCosts(scope.now.snapshots, questionOf(scope, scope.now, { by: [] }), signal);
      const closed: Told = { kind: 'closed', why: open };
      return { ...envelopeOf(noted(now, scope)), forecast: closed };
    }
    const all = (await page.current()).flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
    const { where, cost } = scope;
    const { now, forecast } = await page.derived.forecast(open, all, { where, cost }, signal);
    return { ...envelopeOf(noted(now, scope)), forecast: told(forecast) };
  },
});

/** The one open billing period that is shown whole; else why nothing of it is to come. */
function openPeriod({ now: { snapshots, question } }: Scope): Snapshot | string {
  const [only, ...more] = snapshots;
  if (only === undefined || more.length > 0) return 'A forecast is of one billing period.';
  if (only.state.kind !== 'open') return `${only.period} is ${only.state.kind}: all that it costs is billed.`;
  return question.from === null && question.to === null ? only : 'A forecast is of a whole billing period.';
}

function told({ period, through, daysLeft, total, range, history }: Forecast): Told {
  if (daysLeft === 0) return { kind: 'closed', why: `Every day of ${period} has arrived.` };
  if (range === null) return { kind: 'unknown', why: tooLittle(history) };
  return {
    kind: 'estimate',
    period,
    through,
    daysLeft,
    billed: formatMoney(total.billed),
    rest: formatMoney(total.rest),
    total: formatMoney(total.total),
    range80: { low: formatMoney(range.low), high: formatMoney(range.high) },
    history: { ...history },
  };
}

function tooLittle({ days, corrections }: Forecast['history']): string {
  const below = corrections === 0 ? '' : `, ${corrections} of them below zero (corrections)`;
  const read = days === 0 ? 'no whole day of usage yet' : `${days} ${days === 1 ? 'day' : 'days'} of usage${below}`;
  return `There is too little history to tell what the month will come to: ${read}.`;
}
