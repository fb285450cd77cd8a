import { describe, expect, test } from 'vitest';
import type { Day, Period } from '../../domain/period.ts';
import { isFresh, type KeptAnswer } from './kept-answers.ts';
import { monthUntil, wholeBill } from './questions.ts';

const OCTOBER = '2026-10' as Period;

describe('a month is asked for', () => {
  test.each([
    ['2026-11-26', ['2026-10-01', '2026-11-01']],
    ['2026-11-01', ['2026-10-01', '2026-11-01']],
    ['2026-10-31', ['2026-10-01', '2026-10-31']],
    ['2026-10-02', ['2026-10-01', '2026-10-02']],
    ['2026-10-01', null],
    ['2026-09-30', null],
  ])('on %s: %s', (today, days) => {
    const month = monthUntil(OCTOBER, today as Day);
    expect(month === null ? null : [month.from, month.to]).toEqual(days);
  });
});

describe('an answer that was paid for', () => {
  function answer(askedAt: string, change: Partial<KeptAnswer> = {}, estimated = false): KeptAnswer {
    const month = monthUntil(OCTOBER, askedAt.slice(0, 10) as Day);
    if (month === null) throw new Error('no day is over');
    const days = [{ day: '2026-10-01' as Day, estimated, groups: [] }];
    return { question: wholeBill(month), askedAt, pages: 1, next: null, days, ...change };
  }

  test.each<[string, KeptAnswer, string, boolean]>([
    ['of today', answer('2026-10-20T08:00:00Z', {}, true), '2026-10-20', true],
    ['of yesterday', answer('2026-10-20T08:00:00Z', {}, true), '2026-10-21', false],
    ['that is not complete', answer('2026-10-20T08:00:00Z', { next: 'token' }), '2026-10-20', false],
    ['of a month that was just over', answer('2026-11-15T08:00:00Z'), '2026-11-16', false],
    ['of a month that was over for two weeks', answer('2026-11-16T08:00:00Z'), '2027-05-01', true],
    ['of such a month that AWS still estimated', answer('2026-11-16T08:00:00Z', {}, true), '2026-11-17', false],
  ])('%s', (_, kept, today, fresh) => {
    expect(isFresh(kept, today as Day)).toBe(fresh);
  });
});
