import { slots } from '../../aws/at-once.ts';
import { type ListedPrincipal, readPrincipalTags } from '../../aws/read/iam-principals.ts';
import { readStackOf } from '../../aws/read/stack-of.ts';
import type { OwnDimensions } from '../../domain/dimension.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Day } from '../../domain/period.ts';
import type { OpenAccount } from '../topic.ts';
import { managedBy } from './managed.ts';
import type { NamedPrincipal } from './plan.ts';
import { tagChange } from './tags.ts';

/** A role or user, before anybody has looked at it. */
export type Named = Pick<NamedPrincipal, 'wanted'> & { readonly principal: ListedPrincipal };

/** How many roles are looked at at once: IAM allows few calls a second. */
const AT_ONCE = 4;

/** What was seen of roles and users, and why it may not be all. */
export interface Seen {
  readonly named: readonly NamedPrincipal[];
  /** why nobody knows which stacks have them; `null` = that is known */
  readonly stacksUnknown: OperatingError | null;
}

/**
 * Looks at each: lists of IAM leave out tags, and CloudFormation does not mark the roles of its stacks
 * (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1159), so it is asked about those that are to change.
 */
export async function readNamed(
  { session, regions }: Pick<OpenAccount, 'session' | 'regions'>,
  named: readonly Named[],
  dimensions: OwnDimensions,
  signal: AbortSignal,
): Promise<Seen> {
  const slot = slots(AT_ONCE);
  let stacksUnknown: OperatingError | null = null;
  const stackOf = async (principal: ListedPrincipal): Promise<string | null> => {
    for (const region of regions) {
      if (stacksUnknown !== null) return null;
      const stack = await readStackOf(session, principal, region, signal).catch((error: unknown) => {
        if (!(error instanceof OperatingError)) throw error;
        stacksUnknown = error;
        return null;
      });
      if (stack !== null) return stack;
    }
    return null;
  };
  const read = named.map((one) =>
    slot(async () => {
      const tags = await readPrincipalTags(session, one.principal, signal);
      const changes = tagChange(one.wanted.tags, tags, dimensions).after.size > 0;
      const unmarked = managedBy(one.principal, tags, null) === null;
      return { ...one, tags, stack: changes && unmarked ? await stackOf(one.principal) : null };
    }),
  );
  return { named: await Promise.all(read), stacksUnknown };
}

/** Rules are those of today, as in reports. */
export function utcDay(): Day {
  return new Date().toISOString().slice(0, 10) as Day;
}
