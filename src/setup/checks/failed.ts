import type { OperatingError } from '../../domain/errors.ts';
import type { Remedy } from '../../domain/finding.ts';
import { type Judgement, shell } from '../../domain/judgement.ts';

/** What could not be looked at: the error says why, and names the permission that is missing. */
export function unread(failure: OperatingError): Judgement {
  return { verdict: 'fail', summary: failure.message, evidence: [], remedies: [remedyOf(failure)] };
}

/** The hint of an error. */
function remedyOf({ hint }: OperatingError): Remedy {
  return shell(hint.replace(/\s*\n\s*/g, ' '));
}

/** Each once. */
export function remediesOf(failures: readonly OperatingError[]): Remedy[] {
  const unlike = failures.filter(({ hint }, index) => failures.findIndex((other) => other.hint === hint) === index);
  return unlike.map(remedyOf);
}
