import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openTurns } from './turns.ts';

const { signal } = new AbortController();

/** Work that goes on until it is told to end. */
function endless() {
  const end = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  return {
    work: () => {
      begun.resolve();
      return end.promise;
    },
    begun: begun.promise,
    end: end.resolve,
  };
}

test('one after the other; who is patient lets those pass that come later', async () => {
  const turns = openTurns(10);
  const first = endless();
  const order: string[] = [];
  const take = (name: string, patience?: number) => turns.take(signal, async () => void order.push(name), patience);
  const all = [turns.take(signal, first.work)];
  await first.begun;
  all.push(take('nobody waits', 60_000), take('heavy', 1_000), take('light'));
  await pause(20);
  all.push(take('later, light'), take('later, heavy', 1_000));
  await pause(20);
  expect(order).toEqual([]);
  first.end();
  await Promise.all(all);
  expect(order).toEqual(['light', 'later, light', 'heavy', 'later, heavy', 'nobody waits']);
});

test('whoever has waited for long enough lets nobody pass', async () => {
  const turns = openTurns(10);
  const first = endless();
  const order: string[] = [];
  const take = (name: string, patience?: number) => turns.take(signal, async () => void order.push(name), patience);
  const all = [turns.take(signal, first.work)];
  await first.begun;
  all.push(take('patient for a moment', 10));
  await pause(50);
  all.push(take('light'));
  first.end();
  await Promise.all(all);
  expect(order).toEqual(['patient for a moment', 'light']);
});

test('who goes away while waiting is passed over, and what fails hinders nobody', async () => {
  const turns = openTurns(10);
  const first = endless();
  const browser = new AbortController();
  const running = turns.take(signal, first.work);
  await first.begun;
  const gone = turns.take(browser.signal, async () => 'never');
  const failing = turns.take(signal, async () => {
    throw new Error('it failed');
  });
  const last = turns.take(signal, async () => 'answered');
  browser.abort(new Error('gone'));
  first.end();
  await running;
  await expect(gone).rejects.toThrow('gone');
  await expect(failing).rejects.toThrow('it failed');
  await expect(last).resolves.toBe('answered');
  await turns.over;
});

test('of more than so many none is taken', async () => {
  const turns = openTurns(2);
  const first = endless();
  const all = [turns.take(signal, first.work), turns.take(signal, async () => {}, 1_000)];
  await expect(turns.take(signal, async () => {})).rejects.toMatchObject({ code: 'PAGE_BUSY' });
  first.end();
  await Promise.all(all);
  await turns.over;
  await expect(turns.take(signal, async () => 'room again')).resolves.toBe('room again');
});
