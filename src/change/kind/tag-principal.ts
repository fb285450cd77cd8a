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
  terraform: (change) => (protectedRole(iamPrincipal(change.resource)) === null ? hcl(change) : null),
  // Tags belong to AWS::IAM::Role and AWS::IAM::User themselves.
  cloudformation: () => null,
};

function words({ resource, before, after }: Change): ChangeWords {
  const principal = iamPrincipal(resource);
  const who = `${principal.kind} ${principal.name}`;
  const { gone, there } = tagsOf(after);
  const was = tagsOf(before).there;
  const given = [...there].map(([key, value]) => `${key} = ${value}${formerly(key, gone, was)}`);
  const taken = gone
    .filter((key) => twinOf(key, there.keys()) === undefined)
    .map((key) => (was.has(key) ? `${key} (was ${was.get(key)})` : key));
  const does = [
    ...(given.length === 0 ? [] : [`tag ${who}: ${given.join(', ')}`]),
    ...(taken.length === 0 ? [] : [`take from ${who} the ${taken.length === 1 ? 'tag' : 'tags'} ${taken.join(', ')}`]),
  ];
  return {
    does: does.join('; '),
    effect: protectedRole(principal) === 'identity-center' ? TRIAL : effectOf(gone, there, was),
    costs: 'nothing',
    undo: { possible: true, how: 'the tags are as they were before; lines billed until then keep what they say' },
  };
}

/** ` (was shop)`, ` (was Team = shop)` */
function formerly(key: string, gone: readonly string[], was: Tags): string {
  const twin = twinOf(key, gone);
  if (twin !== undefined) return ` (was ${twin} = ${was.get(twin)})`;
  return was.has(key) ? ` (was ${was.get(key)})` : '';
}

/** The same key in another case. */
function twinOf(key: string, keys: Iterable<string>): string | undefined {
  return [...keys].find((other) => other !== key && other.toLowerCase() === key.toLowerCase());
}

const TRIAL = 'AWS documents that nobody can tag roles of Identity Center. This asks once, and tells what it answers.';

function effectOf(gone: readonly string[], there: Tags, was: Tags): string {
  const named = (keys: Iterable<string>): string => [...keys].map((key) => PRINCIPAL_TAG_PREFIX + key).join(', ');
  const verb = there.size > 0 ? `carry ${named(there.keys())}` : `no longer carry ${named(gone)}`;
  const activated = there.size > 0 ? ', once that is activated' : '';
  // To policies `Team` and `team` are one key.
  const other = [...was].filter(([key, value]) => there.get(twinOf(key, there.keys()) ?? key) !== value);
  const tags = other.map(([key]) => `aws:PrincipalTag/${key}`).join(', ');
  const policies = other.length === 0 ? '' : ` Policies that look at ${tags} decide otherwise then.`;
  return `Bedrock calls made after this ${verb} on the bill${activated}; earlier lines stay as they are.${policies}`;
}

/** Terraform owns tags of a role with the role alone, so all that can be written is what to change there. */
function hcl({ resource, after }: Change): string {
  const { kind, name } = iamPrincipal(resource);
  const { gone, there } = tagsOf(after);
  const lines = [
    `# In the resource "aws_iam_${kind}" of ${name} (Terraform has no resource for its tags alone):`,
    ...(there.size === 0 ? [] : ['#   tags = {']),
    ...[...there].map(([key, value]) => `#     ${JSON.stringify(key)} = ${JSON.stringify(value)}`),
    ...(there.size === 0 ? [] : ['#   }']),
    ...gone.map((key) => `#   and no longer ${JSON.stringify(key)}`),
  ];
  return `${lines.join('\n')}\n`;
}

type Tags = ReadonlyMap<string, string>;

function tagsOf(parts: State): { readonly gone: string[]; readonly there: Tags } {
  const entries = Object.entries(parts).map(([part, value]) => [keyOf(part), value] as const);
  return {
    gone: entries.flatMap(([key, value]) => (value === null ? [key] : [])),
    there: new Map(entries.flatMap(([key, value]) => (value === null ? [] : [[key, String(value)] as const]))),
  };
}

function keyOf(part: string): string {
  return part.slice(PART.length);
}
