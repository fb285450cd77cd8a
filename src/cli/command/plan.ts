import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FormFile } from '../../change/form/forms.ts';
import { EXIT_CODES, OperatingError } from '../../domain/errors.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, invocation, resolvePath, terminalWidth, wantsColour, write } from '../context.ts';
import { choice, withAccounts } from '../options.ts';
import { failureCode, type Looked, type SetupOptions, withPlan, wordsOf } from '../setup/look.ts';

interface PlanOptions extends SetupOptions {
  readonly format: 'table' | 'json';
  readonly as?: 'cli' | 'terraform' | 'cloudformation';
  readonly out?: string;
  readonly check?: boolean;
}

export const define: CommandModule['define'] = (command, context, finish) => {
  withAccounts(command)
    .addOption(choice('--format <format>', 'table for people, json for programs', ['table', 'json'], 'table'))
    .addOption(
      choice('--as <form>', 'the changes for other tools: a script, or files', ['cli', 'terraform', 'cloudformation']),
    )
    .option('--out <dir>', 'with --as: the folder for its files; by default they are printed')
    .option('--check', 'exit with 1 where something is to change')
    .option('--try-sso-tags', 'also tag one AWSReservedSSO_ role, to see what AWS answers')
    .addHelpText(
      'after',
      `
Looks at the accounts that bursar.yaml names and compares them with its section setup. Reads only. Each change says what comes
of it, what AWS takes for it, and whether it can be taken back. bursar apply makes the changes.

Examples:
  bursar plan
  bursar plan --account 777788889999
  bursar plan --as cli > set-up.sh
  bursar plan --as terraform --out ./terraform
  bursar plan --check --format json`,
    )
    .action(async (options: PlanOptions) => {
      await withPlan(options, context, async (looked) => {
        if (options.as === undefined) await print(looked, options, context);
        else await writeForm(options.as, looked, options, context);
        const changed = options.check === true && looked.plan.changes.length > 0 ? EXIT_CODES.check : 0;
        finish(failureCode(looked.plan) || changed);
      });
    });
};

async function print({ plan }: Looked, { format }: PlanOptions, context: Context): Promise<void> {
  const { planJson, planText } = await import('../../report/format/plan.ts');
  const { stdout } = context;
  const shown = { plan, words: await wordsOf(plan) };
  const look = { width: terminalWidth(stdout), colour: wantsColour(context, stdout), command: invocation(context) };
  await write(stdout, [format === 'json' ? planJson(shown) : planText(shown, { ...look, applying: false })]);
}

async function writeForm(
  form: NonNullable<PlanOptions['as']>,
  { plan, accounts }: Looked,
  options: PlanOptions,
  context: Context,
): Promise<void> {
  const { kindsOf } = await import('../../change/kinds.ts');
  const input = {
    plan,
    kinds: await kindsOf([...plan.changes, ...plan.elsewhere]),
    access: new Map(accounts.map((account) => [account.id, account])),
  };
  // They go to standard error, so that a script in a file is whole.
  for (const { id, failures } of plan.accounts) {
    for (const { code, message } of failures) context.stderr.write(`account ${id} is not in it: ${code}: ${message}\n`);
  }
  await deliver(form, await filesOf(form, input), options, context);
}

async function filesOf(
  form: NonNullable<PlanOptions['as']>,
  input: Parameters<typeof import('../../change/form/cli.ts').cliScript>[0],
): Promise<FormFile[]> {
  switch (form) {
    case 'cli':
      return [{ name: 'bursar.sh', text: (await import('../../change/form/cli.ts')).cliScript(input) }];
    case 'terraform':
      return (await import('../../change/form/terraform.ts')).terraformFiles(input);
    case 'cloudformation':
      return (await import('../../change/form/cloudformation.ts')).cloudformationFiles(input);
  }
}

/** One file may be printed; several need a folder, as together they are no file. */
async function deliver(
  form: string,
  files: readonly FormFile[],
  { out }: PlanOptions,
  context: Context,
): Promise<void> {
  const [first, ...more] = files;
  if (first === undefined) {
    context.stderr.write('Nothing to change: there is nothing to write.\n');
    return;
  }
  if (out !== undefined) {
    const { mkdir } = await import('node:fs/promises');
    const folder = resolvePath(context, out);
    await mkdir(folder, { recursive: true });
    for (const { name, text } of files) {
      await writeFile(join(folder, name), text);
      context.stdout.write(`${join(out, name)}\n`);
    }
    return;
  }
  if (more.length > 0) {
    throw new OperatingError(
      'OPTION_INVALID',
      `--as ${form} makes ${files.length} files: ${files.map(({ name }) => name).join(', ')}`,
      {
        hint: 'Say where to with --out DIR, or choose one account with --account ID.',
      },
    );
  }
  await write(context.stdout, [first.text]);
}
