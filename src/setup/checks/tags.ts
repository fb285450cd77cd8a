import type { CostTag } from '../../aws/read/cost-tags.ts';
import type { Check, Evidence } from '../../domain/finding.ts';
import {
  evidence,
  exceeds,
  type Judgement,
  percentOf,
  shell,
  shortened,
  skipped,
  yaml,
} from '../../domain/judgement.ts';
import { PRINCIPAL_TAG_PREFIX, principalTagKeys } from '../../domain/setup.ts';
import type { AccountHealth, CostingPrincipal, NewestBill } from './account-health.ts';
import { planned } from './data-export.ts';
import { unread } from './failed.ts';

export const costTags: Check<AccountHealth> = {
  name: 'cost-tags',
  asks: 'Are the tags of your dimensions active on the bill, as those of principals?',
  waits: 'AWS does not offer a key yet: a principal that carries it must call Bedrock, and a day pass',
  warns: 'a key is offered, and not active',
  fails: 'the tag of resources of that name is active instead, which model calls do not carry',
  judge: ({ wish, payer, reports }) => {
    const keys = [...new Set(principalTagKeys(wish.dimensions).values())].map((key) => PRINCIPAL_TAG_PREFIX + key);
    if (keys.length === 0) return skipped('no dimension of bursar.yaml comes from tags of principals');
    if (payer === null) return skipped('no payer answers');
    if ('failure' in payer.costTags) return unread(payer.costTags.failure);
    const tags = payer.costTags.value;
    const states = keys.map((key) => stateOf(key, tags));
    const seen = states.map((state) => keyEvidence(state, reports.bill));
    return { ...judgeKeys(states), evidence: seen };
  },
};

interface KeyState {
  readonly key: string;
  readonly tag: CostTag | null;
  /** the active tag of something else that is called alike */
  readonly instead: CostTag | null;
}

function stateOf(key: string, tags: readonly CostTag[]): KeyState {
  const tag = tags.find((one) => one.key === key) ?? null;
  const word = lastWord(key);
  const other = tags.find(
    (one) => one.active && !one.key.startsWith(PRINCIPAL_TAG_PREFIX) && lastWord(one.key) === word,
  );
  return { key, tag, instead: tag?.active === true ? null : (other ?? null) };
}

/** `iamPrincipal/Team`, `user:team` -> `team` */
function lastWord(key: string): string {
  return key.replace(/^.*[/:]/, '').toLowerCase();
}

function judgeKeys(states: readonly KeyState[]): Omit<Judgement, 'evidence'> {
  const taken = states.find(({ instead }) => instead !== null);
  if (taken !== undefined) {
    return {
      verdict: 'fail',
      summary: `the tag ${taken.instead?.key} is active, which is that of resources: ${taken.key} is another one, and shows $0 until it is`,
      remedies: [planned('Activate the tag of principals.')],
    };
  }
  const inactive = states.filter(({ tag }) => tag?.active === false).map(({ key }) => key);
  if (inactive.length > 0) {
    return {
      verdict: 'warn',
      summary: `${inactive.join(', ')} ${inactive.length === 1 ? 'is' : 'are'} not active: a tag counts from its activation on`,
      remedies: [planned('Activate them.')],
    };
  }
  const unlisted = states.filter(({ tag }) => tag === null).map(({ key }) => key);
  if (unlisted.length > 0) {
    return {
      verdict: 'pending',
      summary: `AWS does not offer ${unlisted.join(', ')} yet: it does within 24 hours of a call by a principal that carries the key`,
      remedies: [shell('Tag the principals, let one call Bedrock, and run bursar apply a day later.')],
    };
  }
  return { verdict: 'ok', summary: `${states.map(({ key }) => key).join(', ')}: active`, remedies: [] };
}

/** With the dollars that carry the key, where a ledger tells. */
function keyEvidence({ key, tag }: KeyState, bill: NewestBill | null): Evidence {
  const state =
    tag === null
      ? 'not offered yet'
      : tag.active
        ? `active${tag.since === null ? '' : ` since ${tag.since}`}`
        : 'not active';
  if (bill === null) return evidence(`${key}: ${state}`);
  const use = bill.tags.find((one) => one.key === key);
  return evidence(`${key}: ${state}; usage that carries it`, {
    period: bill.period,
    cost: use?.cost ?? (0n as NewestBill['usage']),
    of: bill.usage,
  });
}

/** More usage of untagged principals than this is worth a word. */
const UNTAGGED_WARN = 10n;

export const taggedPrincipals: Check<AccountHealth> = {
  name: 'tagged-principals',
  asks: 'Which roles and users that cost most carry no tag of your dimensions?',
  warns: `roles and users that carry none, and that nothing in bursar.yaml settles, have more than ${UNTAGGED_WARN} % of the usage of the newest month`,
  fails: 'never',
  judge: ({ wish, principals, reports }) => {
    const bill = reports.bill;
    if (principals === null || bill === null) return skipped('no ledger tells which roles and users cost most');
    const keys = [...principalTagKeys(wish.dimensions).values()];
    const untagged = principals.filter(({ tagKeys }) => tagKeys !== null && !tagKeys.some((key) => keys.includes(key)));
    const open = untagged.filter(({ settled, cost }) => settled < cost);
    const cost = open.reduce((sum, one) => sum + one.cost - one.settled, 0n);
    const known = principals.filter(({ tagKeys }) => tagKeys !== null).length;
    if (known === 0) return skipped('their accounts do not answer, or these roles and users are gone');
    return {
      verdict: exceeds(cost, bill.usage, UNTAGGED_WARN) ? 'warn' : 'ok',
      summary: `${percentOf(cost, bill.usage)} of the usage of ${bill.period} is of roles and users without a tag of yours, and of nobody`,
      evidence: shortened(
        untagged.map((one) => principalEvidence(one, bill)),
        'principal',
      ),
      remedies: open.length === 0 ? [] : rulesFor(open, Object.keys(wish.dimensions)[0] ?? 'team'),
    };
  },
};

function principalEvidence(
  { type, name, account, kind, cost }: CostingPrincipal,
  { period, usage }: NewestBill,
): Evidence {
  const why =
    kind === 'identity-center'
      ? ', of Identity Center: cannot be tagged'
      : kind === 'api-key'
        ? ', of an API key of Bedrock'
        : '';
  return evidence(`${type} ${name} of ${account}${why}`, { period, cost, of: usage });
}

const MOST_RULES = 5;

function matchText(match: CostingPrincipal['match']): string {
  return Object.entries(match)
    .map(([field, value]) => `${field}: ${JSON.stringify(value)}`)
    .join(', ');
}

function rulesFor(open: readonly CostingPrincipal[], dimension: string) {
  const own = open.filter(({ kind }) => kind !== 'identity-center').slice(0, MOST_RULES);
  const people = open.some(({ kind }) => kind === 'identity-center');
  const value = dimension.toUpperCase();
  return [
    ...(own.length === 0
      ? []
      : [
          yaml(
            'Say whose they are: reports follow at once, and bursar apply makes tags of it.',
            'rules:',
            ...own.flatMap(({ match }) => [
              `  - match: { ${matchText(match)} }`,
              `    set: { ${dimension}: ${value} }`,
            ]),
          ),
        ]),
    ...(people ? [shell('Say who the people are.', 'bursar people import --from identity-center')] : []),
  ];
}
