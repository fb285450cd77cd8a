import type { CommandModule } from './command-module.ts';

interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command; its file is loaded only when it is called. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  demo: {
    summary: 'write a sample organisation, ingest it and show who spent what',
    load: () => import('./command/demo.ts'),
  },
  init: {
    summary: 'write bursar.yaml from what the AWS accounts show: who called Bedrock lately, tags, exports',
    load: () => import('./command/init.ts'),
  },
  report: {
    summary: 'who spent what on Amazon Bedrock, with the proof that it adds up to the bill',
    load: () => import('./command/report.ts'),
  },
  explain: {
    summary: 'why dollars are where a report shows them, and what to do about those of nobody',
    load: () => import('./command/explain.ts'),
  },
  serve: {
    summary: 'the page that shows who spends what, on this machine',
    load: () => import('./command/serve.ts'),
  },
  verify: {
    summary: 'prove that export, ledger and every report add up to the same bill',
    load: () => import('./command/verify.ts'),
  },
  doctor: {
    summary:
      'check the accounts and the data that reports are made from: what is missing, late, twice, or of nobody, and what to do',
    load: () => import('./command/doctor.ts'),
  },
  ingest: {
    summary: 'bring the ledger up to date with a CUR 2.0 export',
    load: () => import('./command/ingest.ts'),
  },
  people: {
    summary: 'bring the people file up to date with Identity Center, or a CSV file',
    load: () => import('./command/people.ts'),
  },
  plan: {
    summary: 'what is to change in the accounts so that they are as bursar.yaml wants; changes nothing',
    load: () => import('./command/plan.ts'),
  },
  apply: {
    summary: 'show the plan, ask, and make the changes: each is read back and journaled',
    load: () => import('./command/apply.ts'),
  },
  undo: {
    summary: 'take back what apply did, and nothing else',
    load: () => import('./command/undo.ts'),
  },
  permissions: {
    summary: 'the least IAM policies that the commands need in each account',
    load: () => import('./command/permissions.ts'),
  },
};
