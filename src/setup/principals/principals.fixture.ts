import { peopleOf, type RuleText, rulesOf } from '../../allocation/rules.fixture.ts';
import type { ListedPrincipal } from '../../aws/read/iam-principals.ts';
import type { OwnDimensions } from '../../domain/dimension.ts';
import { iamPrincipal } from '../../domain/iam-principal.ts';
import type { SetupWish } from '../../domain/setup.ts';

export const ACCOUNT = '111122223333';

/** `role/app/checkout-api`, `user/alice` */
export function principalOf(path: string, description = ''): ListedPrincipal {
  return { ...iamPrincipal(`arn:aws:iam::${ACCOUNT}:${path}`), description };
}

const DIMENSIONS: OwnDimensions = {
  team: { tagKeys: ['iamPrincipal/team'], spellings: { 'Payments Team': 'payments' }, byCaller: true },
  'cost-center': { tagKeys: ['resourceTags/cc', 'iamPrincipal/CostCenter'], spellings: {}, byCaller: true },
  project: { tagKeys: ['resourceTags/project'], spellings: {}, byCaller: true },
};

/** A wish for tags alone. */
export function wishOf(
  rules: readonly RuleText[],
  people: Parameters<typeof peopleOf>[0] = [],
  more: Partial<SetupWish> = {},
): SetupWish {
  const access = { id: ACCOUNT, profile: null, role: null, regions: [] };
  return {
    accounts: { payer: access, identity: null, members: [access] },
    dimensions: DIMENSIONS,
    allocation: {
      dimensions: Object.keys(DIMENSIONS),
      rules: rulesOf(rules),
      people: peopleOf(people),
      peopleFile: null,
    },
    tagPrincipals: true,
    trySsoTags: false,
    activateTags: true,
    backfill: null,
    export: null,
    athena: null,
    sessionTags: new Map(),
    ...more,
  };
}
