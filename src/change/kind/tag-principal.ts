import { readPrincipalTags } from '../../aws/read/iam-principals.ts';
import { tagPrincipal, untagPrincipal } from '../../aws/write/principal-tags.ts';
import type { Change, ChangeWords, State } from '../../domain/change.ts';
import { iamPrincipal, protectedRole } from '../../domain/iam-principal.ts';
import { PRINCIPAL_TAG_PREFIX } from '../../domain/setup.ts';
import type { CliCommand, Kind } from '../kind.ts';

/** A part is a tag: `tag:team` -> its value. The resource is the ARN of the role or user. */
const PART = 'tag:';

/** Parts of tags. */
export function tagState(tags: Iterable<readonly [key: string, value: string | null]>): State {
  return Object.fromEntries([...tags].map(([key, value]) => [PART + key, value]));
}

/** Tags of a role or user of IAM. */
export const tagPrincipalKind: Kind = {
  words,
  read: async (session, { resource, after }, signal) => {
    const tags = await readPrincipalTags(session, iamPrincipal(resource), signal);
    return tagState(Object.keys(after).map((part) => [keyOf(part), tags.get(keyOf(part)) ?? null]));
  },
  write: async (session, { resource }, parts, signal) => {
    const principal = iamPrincipal(resource);
    const { gone, there } = tagsOf(parts);
    // First those that go: IAM takes `Team` and `team` for one key, so the other order would end with neither.
    if (gone.length > 0) await untagPrincipal(session, principal, gone, signal);
    if (there.size > 0) await tagPrincipal(session, principal, there, signal);
  },
  cli: ({ resource, after }) => {
    const { kind, name } = iamPrincipal(resource);
    const { gone, there } = tagsOf(after);
    const tags = [...there].map(([Key, Value]) => ({ Key, Value }));
    const commands: CliCommand[] = [];
    if (gone.length > 0) commands.push(['iam', `untag-${kind}`, `--${kind}-name`, name, '--tag-keys', ...gone]);
    if (tags.length > 0) commands.push(['iam', `tag-${kind}`, `--${kind}-name`, name, '--tags', JSON.stringify(tags)]);
    return commands;
  },
  terraform: hcl,
  // Tags belong to AWS::IAM::Role and AWS::IAM::User themselves.
  cloudformation: () => null,
};

function words(change: Change): ChangeWords {
  const { resource, before, after } = change;
  const principal = iamPrincipal(resource);
  const { gone, there } = tagsOf(after);
  const was = tagsOf(before).there;
  const given = [...there].map(([key, value]) => `${key} = ${value}${was.has(key) ? ` (was ${was.get(key)})` : ''}`);
  const taken = gone.map((key) => `without ${key} (was ${was.get(key)})`);
  const seenByPolicies = [...was.keys()].map((key) => `aws:PrincipalTag/${key}`);
  const policies =
    seenByPolicies.length === 0 ? '' : ` Policies that look at ${seenByPolicies.join(', ')} decide by the new value.`;
  const keys = [...there.keys()].map((key) => PRINCIPAL_TAG_PREFIX + key);
  const effect =
    protectedRole(principal) === 'identity-center'
      ? 'AWS says that roles of Identity Center cannot be changed; this asks once, and tells what it answers.'
      : `Bedrock calls from then on carry ${keys.join(', ')} on the bill, once activated; earlier lines stay as they are.${policies}`;
  return {
    does: `tag ${principal.kind} ${principal.name}: ${[...given, ...taken].join(', ')}`,
    effect,
    costs: 'nothing',
    undo: { possible: true, how: 'the tags are as before; lines that are billed by then keep what they say' },
  };
}

/** Terraform owns tags of a role with the role alone, so all that can be written is what to add there. */
function hcl({ resource, after }: Change): string {
  const { kind, name } = iamPrincipal(resource);
  const { gone, there } = tagsOf(after);
  const lines = [
    `# To the resource "aws_iam_${kind}" of ${name} (Terraform has no resource for its tags alone):`,
    '#   tags = {',
    ...[...there].map(([key, value]) => `#     ${JSON.stringify(key)} = ${JSON.stringify(value)}`),
    '#   }',
    ...gone.map((key) => `#   and no longer ${JSON.stringify(key)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function tagsOf(parts: State): { readonly gone: string[]; readonly there: ReadonlyMap<string, string> } {
  const entries = Object.entries(parts).map(([part, value]) => [keyOf(part), value] as const);
  return {
    gone: entries.flatMap(([key, value]) => (value === null ? [key] : [])),
    there: new Map(entries.flatMap(([key, value]) => (value === null ? [] : [[key, String(value)] as const]))),
  };
}

function keyOf(part: string): string {
  return part.slice(PART.length);
}
