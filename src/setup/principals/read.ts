import { slots } from '../../aws/at-once.ts';
import { type ListedPrincipal, readPrincipalTags } from '../../aws/read/iam-principals.ts';
import type { AwsSession } from '../../aws/session.ts';
import type { Day } from '../../domain/period.ts';
import type { NamedPrincipal } from './plan.ts';

/** A role or user, before anybody has looked at it. */
export type Named = Pick<NamedPrincipal, 'wanted'> & { readonly principal: ListedPrincipal };

/** How many roles are looked at at once: IAM allows few calls a second. */
const AT_ONCE = 4;

/** Looks at each: lists of IAM leave out tags. */
export async function readNamed(
  session: AwsSession,
  named: readonly Named[],
  signal: AbortSignal,
): Promise<readonly NamedPrincipal[]> {
  const slot = slots(AT_ONCE);
  const read = named.map(async (one) => {
    const tags = await slot(() => readPrincipalTags(session, one.principal, signal));
    return { ...one, tags, stack: null };
  });
  return Promise.all(read);
}

/** Rules are those of today, as in reports. */
export function utcDay(): Day {
  return new Date().toISOString().slice(0, 10) as Day;
}
