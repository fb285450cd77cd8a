import { isMailAddress } from '../../domain/allocation.ts';
import type { Change } from '../../domain/change.ts';
import type { PlanNote } from '../../domain/plan.ts';
import { listed } from './rule-notes.ts';

/** More values than one reads in a list. */
const MANY_VALUES = 50;

/**
 * Tag values that tell people apart. AWS advises against keys of many values; what they name is read in every bill.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-iam-principal-tracking.html
 */
export function valueNotes(account: string, changes: readonly Change[]): PlanNote[] {
  const values = new Map<string, Set<string>>();
  for (const { after } of changes) {
    for (const [part, value] of Object.entries(after)) {
      if (typeof value === 'string') values.set(part, (values.get(part) ?? new Set()).add(value));
    }
  }
  return [...values].flatMap(([part, those]) => {
    const key = part.slice(part.indexOf(':') + 1);
    const mails = [...those].filter(isMailAddress);
    const advice = 'Reports tell people apart without it, by session and people file.';
    const what =
      mails.length > 0
        ? `The tag ${key} would hold e-mail addresses (${listed(mails)}): everybody who sees the bill reads them. ${advice}`
        : those.size > MANY_VALUES
          ? `The tag ${key} would have ${those.size} values, and AWS advises against keys of many values. ${advice}`
          : null;
    return what === null ? [] : [{ level: 'warn', account, what, remedies: [] }];
  });
}
