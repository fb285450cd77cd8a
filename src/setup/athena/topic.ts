import { EMPTY_PART, type PlanPart } from '../../domain/plan.ts';
import type { Topic } from '../topic.ts';
import { planAthena } from './plan.ts';
import { readAthenaFacts } from './read.ts';

/** What Athena needs to read the export: a database, a table over its files, a workgroup with a limit. */
export const athenaTopic: Topic = {
  part: 'payer',
  plan: async (wish, account, signal) => {
    if (wish.athena === null) return EMPTY_PART;
    const facts = await readAthenaFacts(wish.athena, wish.export, account, signal);
    return facts === null ? withoutExport(account.id) : planAthena(wish.athena, facts);
  },
};

function withoutExport(account: string): PlanPart {
  const what = 'Athena has nothing to read: no export names callers, and bursar.yaml asks for none that can be made.';
  const paste = ['setup:', '  export:', '    bucket: BUCKET'];
  const remedy = { what: 'Ask for an export.', where: 'bursar.yaml' as const, paste };
  return { ...EMPTY_PART, notes: [{ level: 'warn', account, what, remedies: [remedy] }] };
}
