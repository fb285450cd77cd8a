import { expect, test } from 'vitest';
import type { Change, State } from '../../domain/change.ts';
import type { Kind } from '../kind.ts';
import { activateCostTagsKind } from './activate-cost-tags.ts';
import { backfillCostTagsKind } from './backfill-cost-tags.ts';
import { attributeStates, passSessionTagsKind } from './pass-session-tags.ts';
import { tagPrincipalKind, tagState } from './tag-principal.ts';

const ACCOUNT = '111122223333';
const DEPARTMENT = '$'.concat('{path:enterprise.department}');

function changeOf(resource: string, before: State, after: State, region: string | null = null): Change {
  const kind = 'tag-principal';
  return { id: resource, kind, account: ACCOUNT, region, resource, before, after, dependsOn: [], managedBy: null };
}

const tags = (path: string, before: Record<string, string | null>, after: Record<string, string | null>): Change =>
  changeOf(`arn:aws:iam::${ACCOUNT}:${path}`, tagState(Object.entries(before)), tagState(Object.entries(after)));

const keys = ['iamPrincipal/team', 'iamPrincipal/cost-center', 'iamPrincipal/cost_center'];
const all = (value: string | null): State => Object.fromEntries(keys.map((key) => [key, value]));

function passed(there: ReadonlyMap<string, readonly string[]> | null): Change {
  const { before, after } = attributeStates(new Map([['team', [DEPARTMENT]]]), there);
  return changeOf('arn:aws:sso:::instance/ssoins-1', before, after, 'eu-central-1');
}

function undone(change: Change): Change {
  return { ...change, before: change.after, after: change.before };
}

const SSO = 'role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_DataScience_0123456789abcdef';

const CASES: readonly (readonly [string, Kind, Change])[] = [
  ['a role', tagPrincipalKind, tags('role/app/checkout-api', { team: null }, { team: 'payments' })],
  [
    'a user, another value and another case',
    tagPrincipalKind,
    tags(
      'user/alice',
      { team: 'shop', CostCenter: null, costcenter: '41' },
      { team: "it's $1 `x`", CostCenter: '42', costcenter: null },
    ),
  ],
  ['the same, undone', tagPrincipalKind, undone(tags('role/a', { team: null }, { team: 'payments' }))],
  ['a role of Identity Center', tagPrincipalKind, tags(SSO, { team: null }, { team: 'lab' })],
  ['keys', activateCostTagsKind, changeOf('cost allocation tags', all('Inactive'), all('Active'))],
  ['the same, undone', activateCostTagsKind, changeOf('cost allocation tags', all('Active'), all('Inactive'))],
  ['months', backfillCostTagsKind, changeOf('2026-06', all(null), all('2026-06'))],
  ['attributes, off', passSessionTagsKind, passed(null)],
  ['the same, undone', passSessionTagsKind, undone(passed(null))],
  [
    'attributes beside others',
    passSessionTagsKind,
    passed(
      new Map([
        ['team', ['x']],
        ['site', ['y']],
      ]),
    ),
  ],
];

function text([name, kind, change]: (typeof CASES)[number]): string {
  const { does, effect, costs, undo } = kind.words(change);
  const there = kind.cliThere?.(change) ?? null;
  return [
    `## ${name}`,
    `${does}\n  ${effect}\n  costs ${costs}; undo: ${undo.possible ? undo.how : `no, ${undo.why}`}`,
    ...(there === null ? [] : [`unless: aws ${there.join(' ')}`]),
    ...kind.cli(change).map((command) => `aws ${command.join(' ')}`),
    kind.terraform(change) ?? 'no Terraform',
    JSON.stringify(kind.cloudformation(change)?.body) ?? 'no CloudFormation',
  ].join('\n');
}

test('what people and other tools are told of tags', async () => {
  await expect(`${CASES.map(text).join('\n\n')}\n`).toMatchFileSnapshot('./tag-kinds.golden.txt');
});
