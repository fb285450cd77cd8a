import type { Change, Json, State } from '../domain/change.ts';
import { OperatingError } from '../domain/errors.ts';
import { isPart } from './parts.ts';

/** A part that is neither as the plan saw it nor as it is to be was changed by somebody else. @throws OperatingError CHANGE_DRIFTED */
export function checkDrift(change: Change, now: State, parts: readonly string[]): void {
  const drifted = parts.filter((part) => !isPart(change.before, now, part));
  if (drifted.length === 0) return;
  const seen = drifted.map(
    (part) => `${part} was ${shown(change.before[part])} in the plan and is ${shown(now[part])} now`,
  );
  throw new OperatingError(
    'CHANGE_DRIFTED',
    `${change.resource} in account ${change.account} was changed by somebody else: ${seen.join('; ')}. It was left as it is`,
  );
}

export function unseen(change: Change, now: State, parts: readonly string[], waitedMs: number): OperatingError {
  const seen = parts.map((part) => `${part} is ${shown(now[part])}, not ${shown(change.after[part])}`);
  return new OperatingError(
    'CHANGE_UNSEEN',
    `AWS took the change of ${change.resource} in account ${change.account}, and after ${Math.round(waitedMs / 1000)} s still shows what was there before: ${seen.join('; ')}`,
  );
}

export function unreachable({ account }: Change): OperatingError {
  return new OperatingError('ACCOUNT_UNKNOWN', `account ${account} is not reached: bursar.yaml does not say how`);
}

const SHOWN = 80;

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return 'not there';
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
