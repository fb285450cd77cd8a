import { type ConfigFlags, loadSetupConfig } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import { ACCOUNT_PARTS, type AccountPart } from '../../domain/setup.ts';
import { PERMISSION_COMMANDS, type PermissionCommand } from '../../setup/permission-table.ts';
import { policiesFor } from '../../setup/permissions.ts';
import type { CommandModule } from '../command-module.ts';
import { write } from '../context.ts';
import { choice } from '../options.ts';

interface PermissionsOptions extends ConfigFlags {
  readonly part?: AccountPart;
}

export const define: CommandModule['define'] = (command, context, finish) => {
  command
    .argument('[commands...]', `of these commands: ${PERMISSION_COMMANDS.join(', ')}; by default of all`)
    .addOption(
      choice('--part <part>', 'the policy of one kind of account alone, to be attached as it is', ACCOUNT_PARTS),
    )
    .option('--config <file>', 'configuration; by default bursar.yaml where you stand [BURSAR_CONFIG]')
    .addHelpText(
      'after',
      `
Calls nothing. Resources are narrowed to the names in bursar.yaml; where it has no section setup, to any. Where one policy would
be longer than IAM takes, there are several. docs/reference/permissions.md says what each statement is for.

Examples:
  bursar permissions plan
  bursar permissions plan apply undo --part payer > policy.json`,
    )
    .action(async (commands: string[], options: PermissionsOptions) => {
      const asked = commands.length === 0 ? PERMISSION_COMMANDS : commands.map(parseCommand);
      const { asked: isSetUp, wish } = await loadSetupConfig(options, context.env, context.cwd);
      const policies = policiesFor(asked, isSetUp ? wish : null);
      await write(context.stdout, [`${JSON.stringify(shown(policies, options.part ?? null), null, 2)}\n`]);
      finish(0);
    });
};

/** One document stands for itself, several are a list. */
function shown(policies: ReturnType<typeof policiesFor>, part: AccountPart | null): unknown {
  const one = (documents: readonly unknown[]): unknown => (documents.length === 1 ? documents[0] : documents);
  if (part !== null) return one(policies[part] ?? []);
  return Object.fromEntries(Object.entries(policies).map(([name, documents]) => [name, one(documents)]));
}

function parseCommand(text: string): PermissionCommand {
  const found = PERMISSION_COMMANDS.find((command) => command === text);
  if (found !== undefined) return found;
  throw new OperatingError('OPTION_INVALID', `there are no permissions of ${text}`, {
    hint: `It takes ${PERMISSION_COMMANDS.join(', ')}.`,
  });
}
