import { afterEach, expect, test } from 'vitest';
import { openDuckDB } from '../engine/duckdb.ts';
import { type Desk, openDesk } from './desk.ts';

/** Ends only when it is ended. */
const ENDLESS = 'SELECT count(*) AS n FROM range(1000000) AS a, range(1000000) AS b WHERE (a.range + b.range) % 7 = 3';

let desk: Desk;

function openedDesk(limits = { seconds: 60, waiting: 10 }): Desk {
  desk = openDesk(() => openDuckDB(), limits);
  return desk;
}

afterEach(() => desk.close());

const one = (signal = new AbortController().signal) =>
  desk.run(signal, async (engine) => (await engine.rows('SELECT 1 AS one'))[0]?.one);

test('who goes away ends the statement, and the next is answered', async () => {
  openedDesk();
  const browser = new AbortController();
  const started = Promise.withResolvers<void>();
  const endless = desk.run(browser.signal, (engine) => {
    started.resolve();
    return engine.rows(ENDLESS);
  });
  const next = one();
  await started.promise;
  browser.abort();
  await expect(endless).rejects.toThrow();
  await expect(next).resolves.toBe(1);
});

test('what the engine keeps outlives whoever goes away', async () => {
  openedDesk();
  await desk.run(new AbortController().signal, (engine) => engine.keep('kept', 'SELECT 7 AS seven', true));
  for (let round = 0; round < 20; round++) {
    const browser = new AbortController();
    const started = Promise.withResolvers<void>();
    const endless = desk.run(browser.signal, (engine) => {
      started.resolve();
      return engine.rows(ENDLESS);
    });
    endless.catch(() => {});
    const next = desk.run(new AbortController().signal, (engine) => engine.rows('SELECT seven FROM kept.kept'));
    await started.promise;
    browser.abort();
    await expect(endless).rejects.toThrow();
    await expect(next).resolves.toEqual([{ seven: 7 }]);
  }
});

test('who goes away while waiting is not asked for', async () => {
  openedDesk();
  const browser = new AbortController();
  let asked = false;
  const first = one();
  const waiting = desk.run(browser.signal, async () => {
    asked = true;
  });
  browser.abort();
  await expect(waiting).rejects.toThrow();
  await expect(first).resolves.toBe(1);
  expect(asked).toBe(false);
});

test('a question that takes too long is ended, and says what to do', async () => {
  openedDesk({ seconds: 0.05, waiting: 10 });
  const endless = desk.run(new AbortController().signal, (engine) => engine.rows(ENDLESS));
  await expect(endless).rejects.toMatchObject({
    code: 'ENGINE_LIMIT',
    message: expect.stringContaining('0.05 seconds'),
  });
});

test('more questions than may wait are refused at once', async () => {
  openedDesk({ seconds: 60, waiting: 2 });
  const taken = [one(), one()];
  await expect(one()).rejects.toMatchObject({ code: 'PAGE_BUSY' });
  await expect(Promise.all(taken)).resolves.toEqual([1, 1]);
  await expect(one()).resolves.toBe(1);
});

test('closing ends what is being asked', async () => {
  openedDesk();
  const started = Promise.withResolvers<void>();
  const endless = desk.run(new AbortController().signal, (engine) => {
    started.resolve();
    return engine.rows(ENDLESS);
  });
  const ended = expect(endless).rejects.toThrow();
  await started.promise;
  await desk.close();
  await ended;
});
