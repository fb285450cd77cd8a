import { readFileSync, writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { closestOf } from '../domain/dimension.ts';
import { EXIT_BUG, EXIT_CODES, EXIT_INTERRUPTED, OperatingError } from '../domain/errors.ts';
import { visibleLines } from '../report/format/visible-text.ts';
import { COMMANDS } from './commands.ts';
import { type Context, wantsColour } from './context.ts';

const EXAMPLES = `
Examples:
  bursar demo                                          a sample organisation, to look around
  bursar report --cur ./cur --by team                  who spent what in the newest month
  bursar report --cur ./cur --by team,model --top 20   who spent it on which models
  bursar verify --cur ./cur                            prove it against the export
  bursar doctor --cur ./cur                            what is missing, late, twice or of nobody

bursar <command> --help says more.`;

/** Runs one command line and returns its exit code; prints errors, never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(outputFailed(error)));
  // Nobody is left to tell; the exit code still says how it went.
  process.stderr.on('error', () => {});
  const context: Context = {
    env: process.env,
    cwd: whereTheUserStands(),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
  };
  try {
    return await runCommand(argv, context);
  } catch (error) {
    return explain(error, context);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

async function runCommand(argv: readonly string[], context: Context): Promise<number> {
  const name = argv[0] ?? '';
  let exitCode = 0;
  const program = await describeProgram([name === 'help' ? (argv[1] ?? '') : name], context, (code) => {
    exitCode = code;
  });
  if (argv.length === 0) {
    program.outputHelp();
    return EXIT_CODES.input;
  }
  const called = name === 'help' ? (argv[1] ?? 'help') : name;
  if (!called.startsWith('-') && called !== 'help' && !Object.hasOwn(COMMANDS, called)) {
    const names = Object.keys(COMMANDS);
    throw new OperatingError('OPTION_INVALID', `there is no command ${JSON.stringify(called)}`, {
      hint: `Did you mean ${closestOf(called, names)}? There are: ${names.join(', ')}.`,
    });
  }
  await program.parseAsync([...argv], { from: 'user' });
  return exitCode;
}

/**
 * The command line: every command with its summary, and those of `named` with their options and examples.
 * @param finish told the exit code of the command that ran
 */
export async function describeProgram(
  named: readonly string[],
  context: Context,
  finish: (exitCode: number) => void,
): Promise<Command> {
  const program = new Command('bursar')
    .description('Who spends what on Amazon Bedrock, to the cent of the AWS bill.')
    .version(packageVersion(), '-V, --version')
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).summary(summary).exitOverride();
    if (!named.includes(name)) continue;
    command.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
    (await load()).define(command, context, finish);
  }
  return program;
}

/** Our own npm scripts run in the checkout and tell in INIT_CWD where they were called; other packages' scripts do not. */
function whereTheUserStands(): string {
  const { INIT_CWD, npm_package_name } = process.env;
  return npm_package_name === 'bursar' && INIT_CWD ? INIT_CWD : process.cwd();
}

/** `bursar … | head` closes the pipe early: that is no error. A full disk behind `> file` is one. */
function outputFailed(error: NodeJS.ErrnoException): number {
  if (error.code === 'EPIPE') return 0;
  const cannot = new OperatingError('FOLDER_NOT_WRITABLE', `the output cannot be written: ${error.message}`);
  // Asynchronous writing would be cut off by the exit.
  writeSync(process.stderr.fd, `error ${cannot.code}: ${cannot.message}\n  ${cannot.hint}\n`);
  return cannot.exitCode;
}

function explain(error: unknown, context: Context): number {
  // commander has printed what it has to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.input;
  if (context.signal.aborted) {
    context.stderr.write('Interrupted. What was finished before is kept.\n');
    return EXIT_INTERRUPTED;
  }
  const colour = wantsColour(context, context.stderr);
  const red = (text: string): string => (colour ? `\x1b[31m${text}\x1b[0m` : text);
  if (isFileSystemError(error)) return explain(unreachable(error), context);
  if (error instanceof OperatingError) {
    context.stderr.write(
      `${red('error')} ${error.code}: ${visibleLines(error.message)}\n  ${visibleLines(error.hint)}\n`,
    );
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.stderr.write(
    `${red('bug')} in bursar ${packageVersion()}: please report it with these lines\n${visibleLines(stack)}\n`,
  );
  return EXIT_BUG;
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && !(error instanceof OperatingError) && 'errno' in error && 'path' in error;
}

function unreachable(error: NodeJS.ErrnoException): OperatingError {
  return new OperatingError('FILE_UNREACHABLE', error.message, { cause: error });
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
