import type { z } from 'zod';
import { DRIVERS, type Driver } from '../../domain/driver.ts';
import { formatMoney, type Money } from '../../domain/money.ts';
import type { ChangeReport, ChangeRow } from '../../report/change.ts';
import { type ChangeCents, inCents, type RowCents } from '../../report/format/change-cents.ts';
import { sentence } from '../../report/format/drivers.ts';
import { labelColumns } from '../../report/format/labels.ts';
import { changesBody, changesQuery } from '../api/changes.ts';
import { beforeOf, dimensionsOf, noted, questionOf, scopeOf } from '../asked.ts';
import type { Compared } from '../derived.ts';
import { beforeText, centsText, envelopeOf, ratioOf, ratioText } from '../envelope.ts';
import { route } from '../route.ts';

type Body = z.input<typeof changesBody>;

const MOST_DIMENSIONS = 2;

export const changes = route({
  path: '/api/changes',
  summary: 'What moved since the time before, split into drivers that add up to the change.',
  query: changesQuery,
  body: changesBody,
  answer: async (page, query, signal) => {
    const by = dimensionsOf(page, query.by, MOST_DIMENSIONS);
    const scope = await scopeOf(page, query);
    const before = await beforeOf(page, query, scope, query.compare);
    const names = by.map(({ name }) => name);
    if (before.kind === 'nothing') {
      const now = await page.askCosts(scope.now.snapshots, questionOf(scope, scope.now, { by: [] }), signal);
      return { ...envelopeOf(noted(now, scope)), before: beforeText(before, null), by: names, rows: [], sums: null };
    }
    const side = (time: typeof scope.now) => ({ snapshots: time.snapshots, question: questionOf(scope, time, { by }) });
    const compared = await page.derived.compare(side(before), side(scope.now), query.top, signal);
    const notes = [...new Set([...compared.before.notes, ...compared.now.notes])];
    return {
      ...envelopeOf(noted({ ...compared.now, notes }, scope)),
      before: beforeText(before, compared.before),
      by: names,
      ...changesText(compared),
    };
  },
});

/** The rows, sums and sentences of `bursar report --changed-since`. */
function changesText({ now, report }: Compared): Pick<Body, 'rows' | 'sums'> {
  const { question, currency } = now;
  const cents = inCents(report);
  const labels = labelColumns(
    question,
    report.rows.map(({ row }) => row),
  );
  return {
    rows: report.rows.map((change, index) => {
      const { values, adjustment, other } = change.row;
      const printed = printedOf(cents, index);
      const name = labels.flatMap(({ cells }) => cells[index] || []).join(' · ');
      const because = sentence(name, change, printed, currency);
      return { values: [...values], adjustment, other, ...movedText(change, printed), name, because };
    }),
    sums: {
      ...movedText(report, cents.total),
      unmoved: centsText(cents.unmoved),
      because: sentence('Total', report, cents.total, currency),
    },
  };
}

function printedOf({ rows }: ChangeCents, index: number): RowCents {
  const printed = rows[index];
  if (printed === undefined) throw new Error('every row is printed');
  return printed;
}

type Moved = Pick<ChangeRow & ChangeReport, 'before' | 'now' | 'change' | 'drivers'>;

function movedText(moved: Moved, printed: RowCents) {
  const { before, now, change, drivers } = moved;
  return {
    before: formatMoney(before),
    now: formatMoney(now),
    change: formatMoney(change),
    drivers: ofEach((driver) => formatMoney(drivers.parts[driver] as Money)),
    printed: {
      before: centsText(printed.before),
      now: centsText(printed.now),
      change: centsText(printed.change),
      drivers: ofEach((driver) => centsText(printed.parts[driver])),
    },
    ratio: ratioText(ratioOf(change, before)),
  };
}

function ofEach(text: (driver: Driver) => string): Record<Driver, string> {
  return Object.fromEntries(DRIVERS.map((driver) => [driver, text(driver)])) as Record<Driver, string>;
}
