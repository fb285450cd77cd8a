import { setImmediate as otherWork } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inSteps } from './in-steps.ts';

test('others are at work between two steps, and the end of who asked ends it', async () => {
  const gone = new AbortController();
  let steps = 0;
  function* endless(): Generator<void, never> {
    for (;;) {
      steps++;
      yield;
    }
  }
  const work = inSteps(endless(), gone.signal);
  await otherWork();
  await otherWork();
  const before = steps;
  gone.abort(new Error('nobody wants it'));
  await expect(work).rejects.toThrow('nobody wants it');
  await otherWork();
  expect(before).toBeGreaterThan(1);
  expect(steps).toBe(before);
});

test('what the last step returns, and what a step throws', async () => {
  const { signal } = new AbortController();
  function* two(): Generator<void, string> {
    yield;
    return 'done';
  }
  await expect(inSteps(two(), signal)).resolves.toBe('done');
  // biome-ignore lint/correctness/useYield: it fails in its first step
  function* fails(): Generator<void, string> {
    throw new Error('no');
  }
  await expect(inSteps(fails(), signal)).rejects.toThrow('no');
});
