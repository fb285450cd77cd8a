import type { ListedPrincipal } from '../../aws/read/iam-principals.ts';
import { tagState } from '../../change/kind/tag-principal.ts';
import type { Change } from '../../domain/change.ts';
import type { PlanNote, PlanPart } from '../../domain/plan.ts';
import type { SetupWish } from '../../domain/setup.ts';
import { managedBy } from './managed.ts';
import { otherCase, tagChange } from './tags.ts';
import { valueNotes } from './value-notes.ts';
import type { Wanted } from './wanted.ts';

/** A role or user that something in bursar.yaml names. */
export interface NamedPrincipal {
  readonly principal: ListedPrincipal;
  readonly wanted: Wanted;
  readonly tags: ReadonlyMap<string, string>;
  /** the stack that has it; `null` = none that could be seen */
  readonly stack: string | null;
}

/** The tags that roles and users of an account are to get. */
export function planTags(wish: SetupWish, account: string, named: readonly NamedPrincipal[]): PlanPart {
  const changes: Change[] = [];
  const elsewhere: Change[] = [];
  const notes: PlanNote[] = [];
  const warn = (what: string): void => void notes.push({ level: 'warn', account, what, remedies: [] });
  // AWS lists them by path: one list has one order, whatever the paths.
  const inOrder = named.toSorted((a, b) => (a.principal.arn < b.principal.arn ? -1 : 1));
  for (const { principal, wanted, tags, stack } of inOrder) {
    const who = `${principal.kind} ${principal.name}`;
    const { before, after, refused } = tagChange(wanted.tags, tags, wish.dimensions);
    for (const why of wanted.instead) warn(`${who} ${why}.`);
    for (const why of refused) warn(`${who}: ${why}.`);
    if (after.size === 0) continue;
    for (const key of after.keys()) {
      const twin = otherCase(key, tags);
      if (twin !== null) notes.push(caseNote(account, who, key, twin));
    }
    const owner = managedBy(principal, tags, stack);
    const change: Change = {
      id: `tag-principal/${account}/${principal.kind}/${principal.name}`,
      kind: 'tag-principal',
      account,
      region: null,
      resource: principal.arn,
      before: tagState(before),
      after: tagState(after),
      dependsOn: [],
      managedBy: owner,
    };
    (owner === null ? changes : elsewhere).push(change);
  }
  notes.push(...valueNotes(account, [...changes, ...elsewhere]));
  return { changes, elsewhere, pending: [], notes };
}

function caseNote(account: string, who: string, key: string, twin: string): PlanNote {
  return {
    level: 'warn',
    account,
    what: `${who} has the tag ${twin}, which IAM takes for ${key}, but the bill does not: ${twin} goes, ${key} comes.`,
    remedies: [
      {
        what: `To keep ${twin}, let the dimension read that key.`,
        where: 'bursar.yaml',
        paste: ['dimensions:', `  NAME: iamPrincipal/${twin}`],
      },
    ],
  };
}
