import type { Change } from '../../domain/change.ts';
import type { Check, Verdict } from '../../domain/finding.ts';
import { counted, evidence, shell, shortened, skipped } from '../../domain/judgement.ts';
import type { Plan } from '../../domain/plan.ts';
import type { AccountHealth } from './account-health.ts';
import { planned } from './data-export.ts';
import { remediesOf } from './failed.ts';

const OF_ATHENA: ReadonlySet<Change['kind']> = new Set(['create-database', 'create-table', 'create-workgroup']);

export const athena: Check<AccountHealth> = {
  name: 'athena',
  asks: 'Has Athena what it needs to read the export?',
  warns: 'its database, table or workgroup is not there, or other than setup.athena says',
  fails: 'never',
  judge: ({ wish, plan, payer }) => {
    if (wish.athena === null || plan === null) return skipped('bursar.yaml asks for no Athena (setup.athena)');
    if (payer === null) return skipped('no payer answers');
    if (failedIn(plan, payer.id)) return skipped('the account cannot be looked at wholly: see the check setup');
    const changes = [...plan.changes, ...plan.elsewhere].filter(({ kind }) => OF_ATHENA.has(kind));
    const { database, table, workgroup } = wish.athena;
    return {
      verdict: changes.length === 0 ? 'ok' : 'warn',
      summary:
        changes.length === 0
          ? `${database}.${table} and the workgroup ${workgroup} are there`
          : `${counted(changes.length, 'part')} of what Athena needs ${changes.length === 1 ? 'is' : 'are'} missing`,
      evidence: changes.map(described),
      remedies: changes.length === 0 ? [] : [planned('Have them made.')],
    };
  },
};

function failedIn({ accounts }: Plan, id: string): boolean {
  return accounts.some((account) => account.id === id && account.failures.length > 0);
}

export const setup: Check<AccountHealth> = {
  name: 'setup',
  asks: 'Are the accounts as bursar.yaml wants them (setup)?',
  waits: 'all that can be done is done, and something waits for AWS',
  warns: 'bursar apply would change something, or a stack or Terraform has it',
  fails: 'an account cannot be looked at wholly',
  judge: ({ plan }) => {
    if (plan === null) return skipped('bursar.yaml asks for nothing (setup)');
    const { changes, elsewhere, pending } = plan;
    const failures = plan.accounts.flatMap((account) => account.failures);
    const [failure] = failures;
    return {
      verdict: verdictOf(plan),
      summary: failure === undefined ? summaryOf(plan) : failure.message,
      evidence: [
        ...failures.map(({ message }) => evidence(message)),
        ...shortened([...changes, ...elsewhere].map(described), 'change'),
        ...pending.map(({ account, what, waitsFor, howLong }) =>
          evidence(`${account}: ${what}: when ${waitsFor}; ${howLong}`),
        ),
      ],
      remedies: [
        ...remediesOf(failures),
        ...(changes.length === 0 ? [] : [planned('Look at the changes, and have them made.')]),
        ...(elsewhere.length === 0
          ? []
          : [
              shell(
                'Put the others into the files that own them.',
                'bursar plan --as terraform',
                'bursar plan --as cloudformation',
              ),
            ]),
      ],
    };
  },
};

function verdictOf({ accounts, changes, elsewhere, pending }: Plan): Verdict {
  if (accounts.some(({ failures }) => failures.length > 0)) return 'fail';
  if (changes.length + elsewhere.length > 0) return 'warn';
  return pending.length > 0 ? 'pending' : 'ok';
}

function summaryOf({ changes, elsewhere, pending }: Plan): string {
  if (changes.length + elsewhere.length + pending.length === 0) return 'the accounts are as bursar.yaml wants them';
  const parts = [
    ...(changes.length === 0 ? [] : [`${counted(changes.length, 'change')} to make`]),
    ...(elsewhere.length === 0 ? [] : [`${counted(elsewhere.length, 'change')} that a stack or Terraform must make`]),
    ...(pending.length === 0 ? [] : [`${pending.length} that ${pending.length === 1 ? 'waits' : 'wait'} for AWS`]),
  ];
  return parts.join(', ');
}

function described({ kind, account, resource }: Change) {
  return evidence(`${account}: ${kind} ${resource}`);
}
