import type { Answer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import { fits, type Which } from './faults.ts';
import { changesSomething } from './record.ts';

interface Rule {
  readonly which: Which;
  readonly reads: number;
}

/** Late reads: after a change, a read that was answered before is answered the same way a number of times. */
export class Staleness {
  #rules: Rule[] = [];
  readonly #answers = new Map<string, { readonly call: Call; readonly answer: Answer; left: number }>();

  reset(): void {
    this.#rules = [];
    this.#answers.clear();
  }

  /** From now on, after each change, such reads stay as they were `reads` times. */
  plan(which: Which, reads: number): void {
    this.#rules.push({ which, reads });
  }

  /** The old answer, if it is still time for it. */
  old(call: Call): Answer | null {
    const kept = this.#answers.get(keyOf(call));
    if (kept === undefined || kept.left === 0) return null;
    kept.left--;
    return kept.answer;
  }

  answered(call: Call, answer: Answer): void {
    if (!changesSomething(call.operation)) {
      this.#answers.set(keyOf(call), { call, answer, left: 0 });
      return;
    }
    if (answer.error !== undefined) return;
    for (const kept of this.#answers.values()) {
      const rule = this.#rules.find(({ which }) => fits(which, kept.call));
      if (rule !== undefined) kept.left = rule.reads;
    }
  }
}

function keyOf({ service, operation, account, region, input, address }: Call): string {
  return JSON.stringify([service, operation, account, region, input, address]);
}
