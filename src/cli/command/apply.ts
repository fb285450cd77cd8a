import type { Outcome } from '../../change/engine.ts';
import { CHANGE_KINDS, type Change, type ChangeKind } from '../../domain/change.ts';
import { EXIT_INTERRUPTED, OperatingError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import { askYes } from '../ask.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, invocation, terminalWidth, wantsColour, write } from '../context.ts';
import { choice, withAccounts } from '../options.ts';
import { failureCode, type Looked, type SetupOptions, withPlan, wordsOf } from '../setup/look.ts';

interface ApplyOptions extends SetupOptions {
  readonly yes?: boolean;
  readonly only?: readonly ChangeKind[];
}

export const define: CommandModule['define'] = (command, context, finish) => {
  withAccounts(command)
    .option('--yes', 'make the changes without being asked')
    .addOption(choice('--only <kinds...>', 'these kinds of changes, and what they need', CHANGE_KINDS))
    .option('--try-sso-tags', 'also tag one AWSReservedSSO_ role, to see what AWS answers')
    .addHelpText(
      'after',
      `
Shows the plan and asks. Then it makes the changes in order, reads each back until AWS shows it, and journals it beside
bursar.yaml (.bursar/journal.sqlite, or BURSAR_JOURNAL). The first failure ends its account, the others go on; running it again
goes on there. bursar undo takes back what it did.

Examples:
  bursar apply
  bursar apply --yes
  bursar apply --account 777788889999 --only tag-principal`,
    )
    .action(async (options: ApplyOptions) => {
      await withPlan(options, context, async (looked) => finish(await apply(looked, options, context)));
    });
};

async function apply(looked: Looked, options: ApplyOptions, context: Context): Promise<number> {
  const plan = narrowed(looked.plan, options.only ?? null);
  await show(plan, true, context);
  const { changes } = plan;
  if (changes.length === 0) return failureCode(plan);
  if (options.yes !== true) await agree(changes.length, context);
  const { engineParts, run, withJournal } = await import('../setup/make.ts');
  const { outcomes } = await withJournal(looked.config.journal, (journal) =>
    run(
      'apply',
      changes.map((change) => ({ change, undoes: null })),
      engineParts(looked.accounts, context),
      journal,
      context,
    ),
  );
  if (context.signal.aborted) {
    context.stderr.write('Interrupted. What was done is journaled; run it again to go on.\n');
    return EXIT_INTERRUPTED;
  }
  const after = narrowed(await looked.again(), options.only ?? null);
  context.stdout.write('\n');
  await show({ ...after, notes: [] }, false, context);
  return outcomeCode(outcomes) || failureCode(after);
}

/** Those of some kinds, and what they depend on. */
function narrowed(plan: Plan, only: readonly ChangeKind[] | null): Plan {
  if (only === null) return plan;
  const byId = new Map(plan.changes.map((change) => [change.id, change]));
  const kept = new Set<Change>();
  const keep = (change: Change): void => {
    kept.add(change);
    for (const id of change.dependsOn) {
      const needed = byId.get(id);
      if (needed !== undefined && !kept.has(needed)) keep(needed);
    }
  };
  for (const change of plan.changes) if (only.includes(change.kind)) keep(change);
  return {
    ...plan,
    changes: plan.changes.filter((change) => kept.has(change)),
    elsewhere: plan.elsewhere.filter(({ kind }) => only.includes(kind)),
  };
}

async function show(plan: Plan, applying: boolean, context: Context): Promise<void> {
  const { planText } = await import('../../report/format/plan.ts');
  const { stdout } = context;
  const look = { width: terminalWidth(stdout), colour: wantsColour(context, stdout), command: invocation(context) };
  await write(stdout, [planText({ plan, words: await wordsOf(plan) }, { ...look, applying })]);
}

async function agree(count: number, context: Context): Promise<void> {
  const reply = await askYes(count === 1 ? 'Make this change?' : `Make these ${count} changes?`, context);
  if (reply === true) return;
  const what =
    reply === null
      ? 'there is nobody to ask: standard input or standard error is no terminal'
      : 'the changes were not agreed to';
  throw new OperatingError('CHANGE_NOT_AGREED', `${what}; nothing was changed`);
}

/** That of the first failure. */
function outcomeCode(outcomes: readonly Outcome[]): number {
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  return failed?.kind === 'failed' ? failed.error.exitCode : 0;
}
