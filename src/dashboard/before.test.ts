import { expect, test } from 'vitest';
import type { Day, Period } from '../domain/period.ts';
import type { AskedTime } from '../query/periods.ts';
import { type ShownTime, timeBefore, timeOfPeriods } from './before.ts';

const shown = (more: Partial<Record<keyof ShownTime, unknown>>): ShownTime =>
  ({
    first: '2026-11',
    last: '2026-11',
    from: null,
    to: null,
    lastDay: '2026-11-24',
    byPeriod: true,
    ...more,
  }) as ShownTime;

const text = ({ periods, from, to }: AskedTime): string =>
  `${periods === null ? 'any' : `${periods.first}..${periods.last}`} ${from ?? ''}-${to ?? ''}`;

test.each([
  ['a month that is not over: its days of the month before', shown({}), '2026-10..2026-10 2026-10-01-2026-10-25'],
  ['a whole month: the whole month before', shown({ lastDay: '2026-11-30' }), '2026-10..2026-10 -'],
  [
    'a shorter month before: up to its end',
    shown({ first: '2026-03', last: '2026-03', lastDay: '2026-03-30' }),
    '2026-02..2026-02 2026-02-01-2026-03-01',
  ],
  [
    'January: December',
    shown({ first: '2026-01', last: '2026-01', lastDay: '2026-01-10' }),
    '2025-12..2025-12 2025-12-01-2025-12-11',
  ],
  ['three months, the last not over', shown({ first: '2026-09' }), '2026-06..2026-08 2026-06-01-2026-08-25'],
  ['nothing used yet', shown({ lastDay: null }), '2026-10..2026-10 -'],
  [
    'days alone: as many days before',
    shown({ from: '2026-11-10', to: '2026-11-17', byPeriod: false }),
    'any 2026-11-03-2026-11-10',
  ],
  ['days up to the last', shown({ from: '2026-11-20', byPeriod: false }), 'any 2026-11-15-2026-11-20'],
  [
    'days of a month: the same days of the month before',
    shown({ from: '2026-11-02', to: '2026-11-03' }),
    '2026-10..2026-10 2026-10-02-2026-10-03',
  ],
])('%s', (_, time, before) => {
  expect(text(timeBefore(time))).toBe(before);
});

test('another month, beside one that is not over, in its same days', () => {
  const february = { first: '2026-02' as Period, last: '2026-02' as Period };
  expect(text(timeOfPeriods(february, shown({})))).toBe('2026-02..2026-02 2026-02-01-2026-02-25');
  expect(text(timeOfPeriods(february, shown({ lastDay: '2026-11-29' as Day })))).toBe(
    '2026-02..2026-02 2026-02-01-2026-03-01',
  );
  expect(text(timeOfPeriods(february, shown({ lastDay: '2026-11-30' as Day })))).toBe('2026-02..2026-02 -');
});
