import type { CostTag } from '../../aws/read/cost-tags.ts';
import { ACTIVE, INACTIVE } from '../../change/kind/activate-cost-tags.ts';
import type { Change } from '../../domain/change.ts';
import type { Pending, PlanNote, PlanPart } from '../../domain/plan.ts';
import { PRINCIPAL_TAG_PREFIX } from '../../domain/setup.ts';

/** The keys to activate, those that AWS does not list yet, and keys that are easily taken for them. */
export function planActivation(account: string, keys: readonly string[], tags: readonly CostTag[]): PlanPart {
  const byKey = new Map(tags.map((tag) => [tag.key, tag]));
  const inactive = keys.filter((key) => byKey.get(key)?.active === false);
  const unlisted = keys.filter((key) => !byKey.has(key));
  const change: Change = {
    id: `activate-cost-tags/${account}`,
    kind: 'activate-cost-tags',
    account,
    region: null,
    resource: 'cost allocation tags',
    before: Object.fromEntries(inactive.map((key) => [key, INACTIVE])),
    after: Object.fromEntries(inactive.map((key) => [key, ACTIVE])),
    dependsOn: [],
    managedBy: null,
  };
  return {
    changes: inactive.length === 0 ? [] : [change],
    elsewhere: [],
    pending: unlisted.map((key) => awaited(account, key)),
    notes: keys.filter((key) => byKey.get(key)?.active !== true).flatMap((key) => trap(account, key, tags)),
  };
}

/** Source of the times: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html */
function awaited(account: string, key: string): Pending {
  return {
    account,
    what: `activate ${key}`,
    waitsFor: `a role, user or session with the tag ${bare(key)} calls Bedrock`,
    howLong: 'AWS lists the key within 24 hours after that; once active, it is on the lines within 24 hours more',
  };
}

/** A key of the same word that is active, or listed in another case: whoever looks at the console takes it for the right one. */
function trap(account: string, key: string, tags: readonly CostTag[]): PlanNote[] {
  const word = bare(key).toLowerCase();
  const twin = tags.find((tag) => tag.key !== key && tag.key.toLowerCase() === key.toLowerCase());
  if (twin !== undefined) {
    const what = `AWS lists ${twin.key}, but not as bursar.yaml writes it (${key}): to the bill these are two tags.`;
    const paste = ['dimensions:', `  NAME: ${twin.key}`];
    const remedy = { what: 'Write the key as the principals carry it.', where: 'bursar.yaml' as const, paste };
    return [{ level: 'warn', account, what, remedies: [remedy] }];
  }
  const other = tags.find(
    (tag) => tag.active && lastWord(tag.key) === word && !tag.key.startsWith(PRINCIPAL_TAG_PREFIX),
  );
  if (other === undefined) return [];
  const what =
    `The cost allocation tag ${other.key} is active, but it is that of resources or accounts: it says nothing of who called Bedrock. ` +
    `${key} is another tag.`;
  return [{ level: 'warn', account, what, remedies: [] }];
}

/** `iamPrincipal/team` -> `team` */
function bare(key: string): string {
  return key.slice(PRINCIPAL_TAG_PREFIX.length);
}

/** `accountTag/Team`, `user:team`, `team` -> `team` */
function lastWord(key: string): string {
  return key.replace(/^.*[/:]/, '').toLowerCase();
}
