import { COST_TAGS_REGION } from '../../aws/cost-tags-client.ts';
import { readCostTags } from '../../aws/read/cost-tags.ts';
import { TAGS_AT_ONCE, writeCostTags } from '../../aws/write/cost-tags.ts';
import type { Change, ChangeWords } from '../../domain/change.ts';
import { label, resource } from '../hcl.ts';
import type { CliCommand, Kind } from '../kind.ts';

export const ACTIVE = 'Active';
export const INACTIVE = 'Inactive';

/** A part is a key, `iamPrincipal/team` -> `Active`, `Inactive`; `null` = AWS does not list it. One change for all keys of an account. */
export const activateCostTagsKind: Kind = {
  words,
  read: async (session, { after }, signal) => {
    const tags = new Map((await readCostTags(session, signal)).map(({ key, active }) => [key, active]));
    const state = (key: string): string | null => {
      const active = tags.get(key);
      return active === undefined ? null : active ? ACTIVE : INACTIVE;
    };
    return Object.fromEntries(Object.keys(after).map((key) => [key, state(key)]));
  },
  write: async (session, _, parts, signal) => {
    const active = new Map(Object.entries(parts).map(([key, status]) => [key, status === ACTIVE]));
    await writeCostTags(session, active, signal);
  },
  cli: ({ after }) => {
    const entries = Object.entries(after).map(([TagKey, Status]) => ({ TagKey, Status }));
    const commands: CliCommand[] = [];
    for (let at = 0; at < entries.length; at += TAGS_AT_ONCE) {
      const some = JSON.stringify(entries.slice(at, at + TAGS_AT_ONCE));
      const options = ['--region', COST_TAGS_REGION, '--cost-allocation-tags-status', some];
      commands.push(['ce', 'update-cost-allocation-tags-status', ...options]);
    }
    return commands;
  },
  terraform,
  cloudformation: () => null,
};

/** Names of resources know neither dashes nor slashes, so two keys may come to the same. */
function terraform({ after }: Change): string {
  const entries = Object.entries(after).map(([key, status]) => ({ key, status: String(status), name: label(key) }));
  const blocks = entries.map(({ key, status, name }, index) => {
    const twins = entries.slice(0, index).filter((other) => other.name === name).length;
    const own = twins === 0 ? name : `${name}_${twins + 1}`;
    return resource('aws_ce_cost_allocation_tag', own, ['tag_key', key], ['status', status]);
  });
  return blocks.join('\n');
}

function words({ after }: Change): ChangeWords {
  const keysOf = (status: string): string[] => Object.keys(after).filter((key) => after[key] === status);
  const tags = (keys: readonly string[]): string => (keys.length === 1 ? 'tag' : 'tags');
  const [active, inactive] = [keysOf(ACTIVE), keysOf(INACTIVE)];
  const does = [
    ...(active.length === 0 ? [] : [`activate the cost allocation ${tags(active)} ${active.join(', ')}`]),
    ...(inactive.length === 0 ? [] : [`deactivate the cost allocation ${tags(inactive)} ${inactive.join(', ')}`]),
  ];
  const carry = active.length > 0 ? `carry the ${tags(active)}` : `no longer carry the ${tags(inactive)}`;
  return {
    does: does.join('; '),
    effect: `Within 24 hours lines of Bedrock calls ${carry}, in every account of the bill; earlier lines stay as they are.`,
    costs: 'nothing',
    undo: { possible: true, how: 'inactive again: later lines do not carry it, earlier ones keep it' },
  };
}
