import { type ConfigFlags, loadSetupConfig, type SetupConfig } from '../../config/config.ts';
import { EXIT_INTERRUPTED, OperatingError } from '../../domain/errors.ts';
import type { Journal } from '../../state/journal.ts';
import { askYes } from '../ask.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, write } from '../context.ts';
import { withSettings } from '../options.ts';
import { withAccounts } from '../setup/look.ts';

interface UndoOptions extends ConfigFlags {
  readonly list?: boolean;
  readonly yes?: boolean;
}

export const define: CommandModule['define'] = (command, context, finish) => {
  withSettings(command)
    .argument(
      '[id]',
      'a run such as 3, or one of its changes such as 3.2; by default the newest run that can be taken back',
    )
    .option('--list', 'what the journal holds, and take nothing back')
    .option('--yes', 'take it back without being asked')
    .addHelpText(
      'after',
      `
Takes back what the journal says that Bursar did, the newest first. What somebody else has changed since then is left as it is.

Examples:
  bursar undo --list
  bursar undo
  bursar undo 3.2`,
    )
    .action(async (id: string | undefined, options: UndoOptions) => {
      const config = await loadSetupConfig(options, context.env, context.cwd);
      const { existsSync } = await import('node:fs');
      if (!existsSync(config.journal)) {
        throw new OperatingError(
          'NOTHING_TO_UNDO',
          `there is no journal ${config.journal}: nothing was applied from here`,
          {
            hint: 'It lies beside bursar.yaml, where bursar apply was run; BURSAR_JOURNAL names another file.',
          },
        );
      }
      const { withJournal } = await import('../setup/make.ts');
      await withJournal(config.journal, async (journal) => {
        if (options.list === true) await list(journal, context);
        else finish(await undo(id ?? null, config, journal, options, context));
      });
    });
};

async function list(journal: Journal, context: Context): Promise<void> {
  const { journalText } = await import('../../report/format/undo.ts');
  const { kindsOf } = await import('../../change/kinds.ts');
  const { standing } = await import('../../change/undo.ts');
  const entries = journal.entries();
  const kinds = await kindsOf(entries.map(({ change }) => change));
  const stands = new Set(standing(entries).map(({ id }) => id));
  const rows = entries
    .filter(({ runKind, state }) => runKind === 'apply' && state !== 'void')
    .map(({ id, change, began, state, caller }) => ({
      id,
      account: change.account,
      began,
      caller,
      // biome-ignore lint/style/noNonNullAssertion: every kind was asked for
      words: kinds.get(change.kind)!.words(change),
      state: stands.has(id) ? state : ('undone' as const),
    }));
  await write(context.stdout, [journalText(rows, terminalWidth(context.stdout))]);
}

async function undo(
  id: string | null,
  config: SetupConfig,
  journal: Journal,
  options: UndoOptions,
  context: Context,
): Promise<number> {
  const { entriesToUndo, noteUndone, planUndo } = await import('../../change/undo.ts');
  const { kindOf } = await import('../../change/kinds.ts');
  const { engineParts, run } = await import('../setup/make.ts');
  const { undoText } = await import('../../report/format/undo.ts');
  const entries = await entriesToUndo(journal, id, kindOf);
  const accounts = [...new Set(entries.map(({ change }) => change.account))];
  return withAccounts(config, accounts, async (reached) => {
    const parts = engineParts(reached, context);
    const undoing = await planUndo(entries, parts);
    const shown = await Promise.all(
      undoing.map(async (one) => ({ ...one, words: (await kindOf(one.entry.change.kind)).words(one.entry.change) })),
    );
    const failures = reached.flatMap((account) => account.failures);
    await write(context.stdout, [undoText(shown, failures)]);
    const steps = undoing.flatMap((one) => (one.kind === 'restore' ? [one.step] : []));
    const unseen = undoing.flatMap((one) => (one.kind === 'failed' ? [one.error] : []));
    const firstFailure = failures[0] ?? unseen[0];
    if (steps.length > 0 && options.yes !== true) await agree(steps.length, context);
    const { outcomes } = await run('undo', steps, parts, journal, context, (engine) => noteUndone(undoing, engine));
    if (context.signal.aborted) {
      context.stderr.write('Interrupted. What was taken back is journaled; run it again to go on.\n');
      return EXIT_INTERRUPTED;
    }
    const failed = outcomes.find((outcome) => outcome.kind === 'failed');
    return failed?.kind === 'failed' ? failed.error.exitCode : (firstFailure?.exitCode ?? 0);
  });
}

async function agree(count: number, context: Context): Promise<void> {
  const reply = await askYes(count === 1 ? 'Take this change back?' : `Take these ${count} changes back?`, context);
  if (reply === true) return;
  const what =
    reply === null ? 'there is nobody to ask: standard input or standard error is no terminal' : 'nobody agreed';
  throw new OperatingError('CHANGE_NOT_AGREED', `${what}; nothing was changed`);
}
