import type { Change } from '../../domain/change.ts';
import type { CliCommand } from '../kind.ts';
import { comment, type FormInput, kindFor, owned } from './forms.ts';

const HEAD = `#!/usr/bin/env bash
# What bursar plan found, as commands of the AWS CLI. Running it again does no harm, and helps where AWS did not know yet what was
# made a moment before.
# It does not look whether something was changed since the plan was made, and keeps no journal: bursar apply does.
set -euo pipefail
export AWS_PAGER=''

# Ends the script where the credentials are of another account.
account() {
  local found
  found=$(aws sts get-caller-identity --query Account --output text)
  [ "$found" = "$1" ] || { echo "these credentials are of account $found, not $1" >&2; exit 1; }
}

# Credentials of a role for what follows.
assume() {
  local keys
  keys=$(aws sts assume-role --role-arn "$1" --role-session-name bursar \\
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
  read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<< "$keys"
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
  unset AWS_PROFILE
}

# Whether a look finds nothing: only then is made what AWS does not take twice.
missing() {
  local found
  found=$(aws "$@" --output text 2> /dev/null) || found=''
  [ -z "$found" ] || [ "$found" = None ]
}
`;

/** A script for Bash that does what \`bursar apply\` would do. */
export function cliScript(input: FormInput): string {
  const { plan } = input;
  const sections = inRow(plan.changes).map((changes) => section(changes, input));
  const elsewhere = plan.elsewhere.map((change) =>
    comment(
      `not done: ${kindFor(input, change).words(change).does} in account ${change.account}. It belongs to ${owned(change)}.`,
    ),
  );
  return [HEAD, ...sections, ...(elsewhere.length === 0 ? [] : [elsewhere.join('')])].join('\n');
}

/** Changes that follow each other in one account. */
function inRow(changes: readonly Change[]): Change[][] {
  const rows: Change[][] = [];
  for (const change of changes) {
    const row = rows.at(-1);
    if (row?.[0]?.account === change.account) row.push(change);
    else rows.push([change]);
  }
  return rows;
}

/** Each account has a shell of its own, which the keys do not leave. */
function section(changes: readonly Change[], input: FormInput): string {
  const account = changes[0]?.account ?? '';
  const { profile = null, role = null } = input.access.get(account) ?? {};
  const lines = [
    comment(`account ${account}`).trimEnd(),
    '(',
    ...(profile === null
      ? []
      : ['unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN', `export AWS_PROFILE=${quote(profile)}`]),
    ...(role === null ? [] : [`assume ${quote(role)}`]),
    `account ${account}`,
    ...changes.flatMap((change) => commands(change, input)),
    ')',
  ];
  return `${lines.join('\n')}\n`;
}

function commands(change: Change, input: FormInput): string[] {
  const kind = kindFor(input, change);
  const there = kind.cliThere?.(change) ?? null;
  const made = kind.cli(change).map((command) => `aws ${words(command)}`);
  const body = there === null ? made : [`if missing ${words(there)}; then`, ...made.map((line) => `  ${line}`), 'fi'];
  const wholes = WHOLE.has(change.kind)
    ? [comment('This replaces the whole, as it was when the plan was made with the change in it.').trimEnd()]
    : [];
  return ['', comment(kind.words(change).does).trimEnd(), ...wholes, ...body];
}

/** What the CLI can only write as a whole. */
const WHOLE: ReadonlySet<Change['kind']> = new Set(['allow-delivery', 'pass-session-tags']);

function words(command: CliCommand): string {
  return command.map(quote).join(' ');
}

/** One word of a shell, whatever is in it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
