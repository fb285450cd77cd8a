import type { Check } from '../../domain/finding.ts';
import { counted, evidence, skipped, yaml } from '../../domain/judgement.ts';
import type { AccountHealth, AnsweringAccount } from './account-health.ts';
import { remediesOf, unread } from './failed.ts';

export const accounts: Check<AccountHealth> = {
  name: 'accounts',
  asks: 'Does every account of bursar.yaml answer, and is it the one that it is said to be?',
  warns: 'a region that bursar.yaml names is off',
  fails: 'an account does not answer, or another one does',
  judge: ({ accounts: all }) => {
    const silent = all.filter(({ caller }) => caller === null);
    const partly = all.filter(({ caller, failures }) => caller !== null && failures.length > 0);
    const [first] = [...silent, ...partly];
    return {
      verdict: silent.length > 0 ? 'fail' : partly.length > 0 ? 'warn' : 'ok',
      summary:
        first === undefined
          ? `${counted(all.length, 'account')} ${all.length === 1 ? 'answers' : 'answer'}`
          : `account ${first.id}: ${first.failures[0]?.message ?? 'no answer'}`,
      evidence: all.flatMap(described),
      remedies: remediesOf(all.flatMap(({ failures }) => failures)),
    };
  },
};

function described({ id, parts, caller, failures }: AnsweringAccount) {
  const who = caller === null ? 'does not answer' : `as ${caller}`;
  return [
    evidence(`${id} (${parts.join(', ')}) ${who}`),
    ...failures.map(({ message }) => evidence(`${id}: ${message}`)),
  ];
}

export const payer: Check<AccountHealth> = {
  name: 'payer',
  asks: 'Is the payer of bursar.yaml the account that gets the bill?',
  warns: 'bursar.yaml names no payer',
  fails: 'it is a member of an organization: the bill, its tags and a whole export are in the management account',
  judge: ({ wish, payer: seen }) => {
    if (wish.accounts.payer === null) {
      return {
        verdict: 'warn',
        summary: 'bursar.yaml names no payer: export and cost allocation tags cannot be looked at',
        evidence: [],
        remedies: [
          yaml('Name the management account.', 'accounts:', '  payer:', '    id: "ACCOUNT"', '    profile: PROFILE'),
        ],
      };
    }
    if (seen === null) return skipped('the payer does not answer');
    if ('failure' in seen.management) return unread(seen.management.failure);
    const manager = seen.management.value;
    if (manager === null || manager === seen.id) {
      return {
        verdict: 'ok',
        summary:
          manager === null ? `${seen.id} is in no organization that it may see` : `${seen.id} manages its organization`,
        evidence: [],
        remedies: [],
      };
    }
    return {
      verdict: 'fail',
      summary: `${seen.id} is a member of the organization of ${manager}: an export made here holds its own lines alone, and cost allocation tags are there`,
      evidence: [],
      remedies: [
        yaml(
          'Name the management account as payer.',
          'accounts:',
          '  payer:',
          `    id: "${manager}"`,
          '    profile: PROFILE',
        ),
      ],
    };
  },
};
