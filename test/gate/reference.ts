import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { COMMANDS } from '../../src/cli/commands.ts';
import { describeProgram } from '../../src/cli/main.ts';
import { configFileSchema } from '../../src/config/file.ts';
import { DEFAULT_TAG_DIMENSIONS, DIMENSIONS, ROW_FIELDS } from '../../src/domain/dimension.ts';
import { ERRORS, EXIT_BUG, EXIT_CODES } from '../../src/domain/errors.ts';
import { ACCOUNT_PARTS } from '../../src/domain/setup.ts';
import { OLDEST_TRINO } from '../../src/engine/trino.ts';
import { TRINO_LIMITS } from '../../src/engine/trino-client.ts';
import { nameOf } from '../../src/ledger/schema-ledger.ts';
import { TABLE_NAMES } from '../../src/ledger/tables.ts';
import { DATA_CHECKS } from '../../src/report/findings/checks.ts';
import { ACCOUNT_CHECKS } from '../../src/setup/checks/checks.ts';
import { type Names, PERMISSION_COMMANDS, PERMISSIONS } from '../../src/setup/permission-table.ts';
import { dialectWords } from './engines-page.ts';

const FOLDER = join(import.meta.dirname, '../../docs/reference');
const MADE = '<!-- Made from the code by `npm run docs`; npm test fails when it is not up to date. -->';

/** The pages of docs/reference that are made from the code: file name -> text. */
export async function referencePages(): Promise<Record<string, string>> {
  return {
    'commands.md': await commandsPage(),
    'dimensions.md': dimensionsPage(),
    'errors.md': errorsPage(),
    'engines.md': enginesPage(),
    'checks.md': checksPage(),
    'permissions.md': permissionsPage(),
    'bursar.schema.json': `${JSON.stringify(z.toJSONSchema(configFileSchema), null, 2)}\n`,
  };
}

/** The page as it lies in the repository; empty when it is missing. */
export function writtenPage(name: string): string {
  try {
    return readFileSync(join(FOLDER, name), 'utf8');
  } catch {
    return '';
  }
}

async function commandsPage(): Promise<string> {
  const names = Object.keys(COMMANDS);
  const context = {
    env: {},
    cwd: '/',
    stdout: process.stdout,
    stderr: process.stderr,
    signal: new AbortController().signal,
  };
  const program = await describeProgram(names, context, () => {});
  program.configureHelp({ helpWidth: 100 });
  const sections = program.commands
    .filter((command) => names.includes(command.name()))
    .flatMap((command) => (command.commands.length === 0 ? [command] : command.commands))
    .map((command) => {
      command.configureHelp({ helpWidth: 100 });
      const group = command.parent === program ? '' : `${command.parent?.name()} `;
      return `## bursar ${group}${command.name()}\n\n\`\`\`text\n${helpText(command)}\n\`\`\``;
    });
  return `${MADE}\n\n# Commands\n\nIn a checkout, write \`npm run -s bursar --\` for \`bursar\`.\n\n${sections.join('\n\n')}\n`;
}

function helpText(command: {
  outputHelp(): void;
  configureOutput(o: { writeOut(text: string): void }): unknown;
}): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text.trim();
}

function dimensionsPage(): string {
  const tags = Object.entries(DEFAULT_TAG_DIMENSIONS).map(
    ([name, { tagKeys }]) => `| \`${name}\` | the tag \`${tagKeys[0]}\` |`,
  );
  const builtIn = Object.entries(DIMENSIONS).map(([name, { about }]) => `| \`${name}\` | ${about} |`);
  return `${MADE}

# Dimensions

What \`--by\` and \`--where\` take. A line without a value is in the group \`(no …)\`, and \`--where DIM=(none)\` finds it.

## From tags

These five come from tags where bursar.yaml names no dimensions; there, \`dimensions:\` replaces them with your own.

| dimension | comes from |
|---|---|
${tags.join('\n')}
| \`tag:<key>\` | any tag of the export's \`tags\` map, with its prefix: \`tag:resourceTags/Project\` |

## Built in

| dimension | what it is |
|---|---|
${builtIn.join('\n')}

No dimension of your own can be called like one of these, or like a field of an answer's row: ${ROW_FIELDS.map((field) => `\`${field}\``).join(', ')}.
`;
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, entry]) =>
      `| \`${code}\` | ${EXIT_CODES[entry.fault]} | ${entry.summary} | ${entry.hint.replaceAll('|', '\\|')} | ${'retryable' in entry ? 'yes' : ''} |`,
  );
  return `${MADE}

# Errors

An error is printed on standard error: its code, what failed and why, and on the next line what to do.

| exit code | meaning |
|---|---|
| 0 | done |
| ${EXIT_CODES.check} | a check said no: something does not add up |
| ${EXIT_CODES.input} | the input or the command line |
| ${EXIT_CODES.account} | the AWS account's set-up |
| ${EXIT_CODES.service} | a service or the machine |
| ${EXIT_BUG} | a bug: please report it |

| code | exit | what | what to do | may go away by itself |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function enginesPage(): string {
  const { seconds, bytes, scanBytes, retries } = TRINO_LIMITS;
  return `${MADE}

# Engines

| | \`duckdb\` | \`trino\` |
|---|---|---|
| what it is | a library in Bursar's own process; the default | a server that you have: version ${OLDEST_TRINO} or later |
| the export | a folder of Parquet files | a table of the hive connector, partitioned by \`billing_period\` |
| the ledger | a folder | tables in a schema of the hive connector: ${[...TABLE_NAMES, 'caller_allocation' as const, 'snapshot' as const].map((table) => `\`${nameOf(table)}\``).join(', ')} |
| two writers at once | the second ends with LEDGER_BUSY at once | the one that publishes second ends with LEDGER_BUSY |
| for | a laptop, up to some 50 million lines a month | an organisation whose bill lies in S3 |
| one statement may take | as long as it takes | ${seconds / 60} minutes, read ${scanBytes / 1e9} GB and answer with ${bytes / 1e9} GB; \`trino.limits\` in bursar.yaml |
| a network that fails | | ${retries} tries; an INSERT that may be running is never sent twice |
| Ctrl-C | ends the statement | cancels it on the server |

\`engine:\` in bursar.yaml, \`--engine\` or \`BURSAR_ENGINE\` choose one. Rows, tokens and nulls are the same on both, to the last decimal:
\`npm run test:integration\` asks a real Trino every question and compares.

## What differs in their SQL

All of it is in \`src/engine/dialect/\`; test/golden/questions.md shows whole questions.

${dialectWords()}
`;
}

function checksPage(): string {
  const rows = DATA_CHECKS.map(({ name, asks, warns, fails }) => `| \`${name}\` | ${asks} | ${warns} | ${fails} |`);
  const ofAccounts = ACCOUNT_CHECKS.map(
    ({ name, asks, waits = 'never', warns, fails }) => `| \`${name}\` | ${asks} | ${waits} | ${warns} | ${fails} |`,
  );
  return `${MADE}

# Checks

What \`bursar doctor\` looks at, and when it warns and fails. [Reading doctor](../guides/reading-doctor.md) says what each means and what to do.

## Of the accounts

Where bursar.yaml names accounts (\`accounts\`, \`setup\`), or with \`--only account\`.

| check | asks | pending when | warns when | fails when |
|---|---|---|---|---|
${ofAccounts.join('\n')}

## Of the data

Where there is an export, or with \`--only data\`.

| check | asks | warns when | fails when |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** What bursar.yaml says, in capitals. */
const NAMES: Names = {
  account: 'ACCOUNT',
  bucket: 'BUCKET',
  prefix: 'PREFIX',
  database: 'DATABASE',
  table: 'TABLE',
  workgroup: 'WORKGROUP',
  roles: ['arn:aws:iam::MEMBER:role/ROLE'],
};

const PARTS = {
  payer: 'The payer: the account that gets the bill',
  identity: 'The account that looks after Identity Center',
  member: 'Each account whose principals call Bedrock',
} as const;

function permissionsPage(): string {
  const sections = ACCOUNT_PARTS.map((part) => {
    const rows = PERMISSIONS.filter((one) => one.part === part).map(
      ({ sid, purpose, actions, resources, commands }) => {
        const list = (items: readonly string[]): string => items.map((item) => `\`${item}\``).join('<br>');
        const used = PERMISSION_COMMANDS.filter((command) => commands.includes(command)).join(', ');
        return `| \`${sid}\` | ${purpose} | ${list(actions)} | ${list(resources(NAMES))} | ${used} |`;
      },
    );
    return `## ${PARTS[part]}\n\n| statement | for what | actions | on | commands |\n|---|---|---|---|---|\n${rows.join('\n')}`;
  });
  return `${MADE}

# Permissions

Every action of AWS that a command can need, by kind of account. \`bursar permissions COMMAND\` prints the policies, with the names of your
bursar.yaml and without what it does not want. \`GetCallerIdentity\`, which every command asks first, needs no permission. One account may
be of several kinds: it needs all of theirs. \`npm run test:integration\` runs plan, apply and undo with these policies alone, and compares the
table with the calls that were made.

Only the partition \`aws\` is supported: ARNs begin with \`arn:aws:\`, and AWS names the callers of Bedrock on the bill in its commercial
regions alone ([AWS](https://aws.amazon.com/blogs/machine-learning/introducing-granular-cost-attribution-for-amazon-bedrock)).

${sections.join('\n\n')}
`;
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(await referencePages())) writeFileSync(join(FOLDER, name), text);
}
