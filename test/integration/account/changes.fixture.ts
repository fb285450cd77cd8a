import { expect } from 'vitest';
import { type AwsSession, openAwsSession } from '../../../src/aws/session.ts';
import { kindOf, kindsOf } from '../../../src/change/kinds.ts';
import { type Change, type State, sameJson } from '../../../src/domain/change.ts';
import type { OpenAccount } from '../../../src/setup/topic.ts';
import { temporaryFolder } from '../../fixtures/run.ts';
import type { AccountServer } from './account-server.ts';
import { runShell } from './aws-cli.ts';
import { type Account, BILLING_REGION } from './organization.ts';

export const signal = new AbortController().signal;

/** The account as its administrator; several may be open at once. */
export async function opened(
  server: AccountServer,
  { id }: Pick<Account, 'id'>,
  { parts = ['member'], regions = [BILLING_REGION] }: Partial<Pick<OpenAccount, 'parts' | 'regions'>> = {},
): Promise<OpenAccount> {
  const { AWS_ENDPOINT_URL, ...env } = server.env({ id });
  Object.assign(process.env, env);
  const session = openAwsSession({ profile: null, region: BILLING_REGION, endpoint: AWS_ENDPOINT_URL ?? null });
  // The SDK finds the keys in the environment, and keeps them from then on.
  const { credentials } = await session.clientOptions();
  await credentials();
  return { id, parts, regions, session };
}

/** Makes the changes in their order, and sees each come true. */
export async function applyAll({ session }: OpenAccount, changes: readonly Change[]): Promise<void> {
  for (const change of changes) await make(session, change, change.after);
}

/** Takes them back, the last one first; what cannot be taken back by itself is left out. */
export async function undoAll({ session }: OpenAccount, changes: readonly Change[]): Promise<void> {
  for (const change of changes.toReversed()) {
    const { words } = await kindOf(change.kind);
    if (words(change).undo.possible) await make(session, change, change.before);
  }
}

async function make(session: AwsSession, change: Change, wanted: State): Promise<void> {
  const kind = await kindOf(change.kind);
  const now = await kind.read(session, change, signal);
  const parts = Object.entries(wanted).filter(([part, value]) => !sameJson(value, now[part] ?? null));
  if (parts.length === 0) return;
  await kind.write(session, change, Object.fromEntries(parts), signal);
  expect(await kind.read(session, change, signal)).toEqual(wanted);
}

/** Runs what the changes are for the AWS CLI with the real one. */
export async function runByCli(server: AccountServer, account: Pick<Account, 'id'>, changes: readonly Change[]) {
  const kinds = await kindsOf(changes);
  const commands = changes.flatMap((change) => kinds.get(change.kind)?.cli(change) ?? []);
  const script = commands.map((command) => ['aws', ...command].map(quoted).join(' ')).join('\n');
  const folder = temporaryFolder();
  const ended = await runShell(`set -euo pipefail\n${script}`, server.env(account), folder.path);
  folder.remove();
  expect(ended).toMatchObject({ code: 0, stderr: '' });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
