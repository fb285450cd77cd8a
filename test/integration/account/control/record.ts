import type { Call } from '../wire/call.ts';
import { iamActions } from './iam-actions.ts';

/** A call that was made. */
export interface Recorded {
  /** botocore's name, such as `sso-admin` */
  readonly service: string;
  readonly operation: string;
  /** what a policy must allow for it: see iam-actions.ts */
  readonly actions: readonly string[];
  readonly resource: string;
  readonly account: string;
  readonly region: string;
  readonly principal: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** the code of the refusal; null when it was answered; `reset` when nothing was */
  readonly error: string | null;
}

/** Every call since the last `clear`, in order. */
export class CallRecord {
  #calls: Recorded[] = [];

  get calls(): readonly Recorded[] {
    return this.#calls;
  }

  /** `service:Operation` of each call, in order. */
  get operations(): string[] {
    return this.#calls.map(({ service, operation }) => `${service}:${operation}`);
  }

  /** The IAM actions that the calls needed, each once, sorted. */
  get actions(): string[] {
    return [...new Set(this.#calls.flatMap(({ actions }) => actions))].sort();
  }

  /** Calls that change something. */
  get changes(): readonly Recorded[] {
    return this.#calls.filter(({ operation }) => changesSomething(operation));
  }

  add({ service, operation, account, region, principal, input }: Call, resource: string, error: string | null): void {
    const actions = iamActions({ service, operation, input });
    this.#calls.push({ service, operation, actions, resource, account, region, principal, input, error });
  }

  clear(): void {
    this.#calls = [];
  }
}

/** Whether an operation writes, by its name. */
export function changesSomething(operation: string): boolean {
  return !/^(List|Get|Describe|Head|Lookup|Assume|Batch(Get|List)|Simulate|Search)/.test(operation);
}
