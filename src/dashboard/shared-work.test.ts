import { expect, test } from 'vitest';
import { shareWork } from './shared-work.ts';

const here = (): AbortSignal => new AbortController().signal;

test('a question that several ask at once is worked out once, and kept', async () => {
  const answers = shareWork<string>(100, () => 1);
  let times = 0;
  const work = async (): Promise<string> => {
    times++;
    return 'answer';
  };
  const both = await Promise.all([answers.of('a', here(), work), answers.of('a', here(), work)]);
  await answers.of('a', here(), work);
  expect([...both, times]).toEqual(['answer', 'answer', 1]);
});

test('what was not asked for longest is forgotten', async () => {
  const answers = shareWork<number>(10, (size) => size);
  const made: string[] = [];
  const ask = (key: string, size: number) =>
    answers.of(key, here(), async () => {
      made.push(key);
      return size;
    });
  await ask('a', 4);
  await ask('b', 4);
  await ask('a', 4);
  await ask('c', 4);
  await ask('a', 4);
  await ask('b', 4);
  await ask('too large', 11);
  await ask('too large', 11);
  expect(made).toEqual(['a', 'b', 'c', 'b', 'too large', 'too large']);
});

test('the work is ended when nobody is left who wants it, and only then', async () => {
  const answers = shareWork<string>(100, () => 1);
  const [one, other] = [new AbortController(), new AbortController()];
  const done = Promise.withResolvers<string>();
  let ended: AbortSignal | undefined;
  const work = (signal: AbortSignal): Promise<string> => {
    ended = signal;
    return done.promise;
  };
  const first = answers.of('a', one.signal, work);
  const second = answers.of('a', other.signal, work);
  one.abort();
  await expect(first).rejects.toThrow();
  expect(ended?.aborted).toBe(false);
  other.abort();
  await expect(second).rejects.toThrow();
  expect(ended?.aborted).toBe(true);
  // Whoever asks next does not get what is being ended.
  const again = answers.of('a', here(), async () => 'anew');
  done.resolve('old');
  await expect(again).resolves.toBe('anew');
});

test('a failure is not kept', async () => {
  const answers = shareWork<string>(100, () => 1);
  await expect(answers.of('a', here(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(answers.of('a', here(), async () => 'yes')).resolves.toBe('yes');
});
