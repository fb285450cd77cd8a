import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EventWindow, leftUnread, longestFirst, wholeSpan } from './event-windows.ts';

const PAGE = 50;

/** A history as CloudTrail answers for it: newest first, `PAGE` at once, the token says how many were given. */
function ask(events: readonly number[], { from, to, token }: EventWindow) {
  const inside = events
    .map((time, id) => ({ time, id }))
    .filter(({ time }) => time >= from && time <= to)
    .sort((a, b) => b.time - a.time);
  const start = Number(token ?? 0);
  const page = inside.slice(start, start + PAGE);
  const next = start + PAGE < inside.length ? String(start + PAGE) : null;
  return { ids: page.map(({ id }) => id), oldest: page.at(-1)?.time ?? null, next };
}

function read(events: readonly number[], from: number, to: number, budget: number) {
  let open = wholeSpan(['Converse'], from, to);
  const ids = new Set<number>();
  let pages = 0;
  for (; pages < budget; pages++) {
    const [window, others] = longestFirst(open);
    if (window === undefined) break;
    const page = ask(events, window);
    for (const id of page.ids) ids.add(id);
    open = [...others, ...leftUnread(window, page)];
  }
  return { ids, pages, complete: open.length === 0 };
}

test('a history is read wholly, whatever its shape, also with many events in one second', () => {
  const times = fc.array(fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constant(77)), { maxLength: 400 });
  fc.assert(
    fc.property(times, (events) => {
      const { ids, pages, complete } = read(events, 0, 5_000, 2_000);
      expect(complete).toBe(true);
      expect(ids.size).toBe(events.length);
      expect(pages).toBeLessThan(events.length + 2);
    }),
  );
});

test('a few events take one page', () => {
  expect(read([1, 2, 3], 0, 7_776_000, 240)).toMatchObject({ pages: 1, complete: true });
});

test('of a history that is too long each part is looked at', () => {
  const day = 86_400;
  const busy = Array.from({ length: 90 * 500 }, (_, index) => Math.floor((index * day) / 500));
  const { ids, complete } = read(busy, 0, 90 * day, 64);
  expect(complete).toBe(false);
  const daysSeen = new Set([...ids].map((id) => Math.floor((busy[id] ?? 0) / (10 * day))));
  expect(daysSeen.size).toBe(9);
});

test('an empty page with a token is no end', () => {
  const window: EventWindow = { eventName: 'Converse', from: 0, to: 9, token: null };
  expect(leftUnread(window, { oldest: null, next: 'more' })).toEqual([{ ...window, token: 'more' }]);
  expect(leftUnread(window, { oldest: null, next: null })).toEqual([]);
});
