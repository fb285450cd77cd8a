/** Work that is long, in steps that are short: whoever runs it can do something else between two of them, or stop. */
export type Steps<T> = Generator<void, T, void>;

/** Runs all steps without a break. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** So many of anything make a step: a few milliseconds. */
const STEP = 1_000;

/** The items, with a step after every {@link STEP}th. */
export function* each<T>(items: Iterable<T>, act: (item: T) => void): Steps<void> {
  let count = 0;
  for (const item of items) {
    act(item);
    if (++count % STEP === 0) yield;
  }
}
