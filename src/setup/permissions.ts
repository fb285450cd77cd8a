import { ACCOUNT_PARTS, type AccountPart, type SetupWish } from '../domain/setup.ts';
import { type Names, PERMISSIONS, type PermissionCommand } from './permission-table.ts';

/** A statement of an IAM policy. */
interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A managed policy of IAM. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Characters of a managed policy, without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_CHARACTERS = 6_144;

/**
 * The least policies that the commands need in each kind of account; a list where one would be too long.
 * @param wish `null` = everything that could be asked for
 */
export function policiesFor(
  commands: readonly PermissionCommand[],
  wish: SetupWish | null,
): Partial<Record<AccountPart, readonly PolicyDocument[]>> {
  const parts = ACCOUNT_PARTS.map((part) => [part, split(statementsFor(part, commands, wish))] as const);
  return Object.fromEntries(parts.filter(([, documents]) => documents.length > 0));
}

function statementsFor(part: AccountPart, commands: readonly PermissionCommand[], wish: SetupWish | null): Statement[] {
  const names = namesOf(part, wish);
  return PERMISSIONS.filter((one) => one.part === part && one.commands.some((command) => commands.includes(command)))
    .filter((one) => wish === null || one.wanted(wish, commands))
    .map((one) => ({ Sid: one.sid, Effect: 'Allow' as const, Action: one.actions, Resource: one.resources(names) }))
    .filter(({ Resource }) => Resource.length > 0);
}

/** Names where bursar.yaml says nothing: they stand in capitals in the documentation, and are any in a policy. */
function namesOf(part: AccountPart, wish: SetupWish | null): Names {
  const accounts = wish?.accounts;
  const own = part === 'payer' ? accounts?.payer : part === 'identity' ? accounts?.identity : null;
  const others = [accounts?.identity, ...(accounts?.members ?? [])].flatMap((one) => one?.role ?? []);
  return {
    account: own?.id ?? '*',
    bucket: wish?.export?.bucket ?? '*',
    prefix: wish?.export?.prefix ?? '*',
    database: wish?.athena?.database ?? '*',
    table: wish?.athena?.table ?? '*',
    workgroup: wish?.athena?.workgroup ?? '*',
    roles: wish === null ? ['arn:aws:iam::*:role/*'] : others,
  };
}

/** As few documents as hold them all. */
function split(statements: readonly Statement[]): PolicyDocument[] {
  const documents: Statement[][] = [];
  for (const statement of statements) {
    const last = documents.at(-1);
    if (last !== undefined && JSON.stringify(document([...last, statement])).length <= MOST_CHARACTERS)
      last.push(statement);
    else documents.push([statement]);
  }
  return documents.map(document);
}

function document(Statement: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
