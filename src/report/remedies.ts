import { type AllocatedCaller, isMailAddress, NO_PRINCIPAL, PERSON, SHARED } from '../domain/allocation.ts';
import type { AllocatedSource, Dimension } from '../domain/dimension.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { Remedy } from '../domain/finding.ts';
import { userNameOf } from '../domain/principal.ts';

const IAM_TAG = 'iamPrincipal/';

/** Single sign-on makes these roles anew; nobody can tag them. */
const IDENTITY_CENTER_ROLE = 'AWSReservedSSO_';

/** What is missing where the question asks for (none) or (shared) of a dimension, and what to do. */
export function remedies(explanation: Explanation): Remedy[] {
  const [filter] = explanation.question.where;
  const source = filter?.dimension.source;
  if (filter === undefined || source?.table !== 'allocated' || filter.negated) return [];
  if (filter.values.includes(SHARED)) return partShared(filter.dimension, explanation);
  if (!filter.values.includes(null)) return [];
  const callers = explanation.callers.items;
  return [
    ...activateTags(source, explanation),
    ...tagRoles(filter.dimension, source, callers),
    ...nameRoles(filter.dimension, callers),
    ...namePeople(filter.dimension, callers),
    ...nameAccounts(filter.dimension, callers),
    ...leaveAdjustments(explanation),
  ];
}

/** What to do about one caller who has no value of the dimension, ready to paste; empty where nothing can name it. */
export function callerRemedies(dimension: Dimension, caller: AllocatedCaller): Remedy[] {
  return [nameRoles, namePeople, nameAccounts].flatMap((remedy) => remedy(dimension, [caller]));
}

/** `team` -> `TEAM`: what the reader fills in. */
function placeholder(dimension: string): string {
  return dimension.toUpperCase();
}

function activateTags({ tagKeys }: AllocatedSource, explanation: Explanation): Remedy[] {
  const missing = tagKeys.filter((key) => !explanation.tagKeys.includes(key));
  if (tagKeys.length === 0 || missing.length < tagKeys.length) return [];
  return [
    {
      what: `No Bedrock line carries ${missing.join(' or ')}: tag the principals, let them call Bedrock once, wait a day, and activate the key in the management account. Earlier lines stay as they are.`,
      where: 'shell',
      paste: missing.map(
        (key) =>
          `aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=${shell(key)},Status=Active`,
      ),
    },
  ];
}

function tagRoles(dimension: Dimension, { tagKeys }: AllocatedSource, callers: readonly AllocatedCaller[]): Remedy[] {
  const key = tagKeys.find((one) => one.startsWith(IAM_TAG))?.slice(IAM_TAG.length);
  const roles = applicationRoles(callers);
  if (key === undefined || roles.length === 0) return [];
  return [
    {
      what: 'Tag the roles of applications, in their accounts; it counts from the next call on.',
      where: 'shell',
      paste: roles.map(
        (role) =>
          `aws iam tag-role --role-name ${shell(role)} --tags Key=${shell(key)},Value=${placeholder(dimension.name)}`,
      ),
    },
  ];
}

function nameRoles(dimension: Dimension, callers: readonly AllocatedCaller[]): Remedy[] {
  const roles = applicationRoles(callers);
  if (roles.length === 0) return [];
  return [
    {
      what: 'Or name the roles in rules; that counts for all lines, also those already billed.',
      where: 'bursar.yaml',
      paste: rulesText(
        roles.map((role) => `role: ${yaml(role)}`),
        dimension.name,
      ),
    },
  ];
}

function namePeople(dimension: Dimension, callers: readonly AllocatedCaller[]): Remedy[] {
  const names = new Set<string>();
  for (const caller of callers) {
    const name = personalName(caller);
    if (name !== null) names.add(name);
  }
  if (names.size === 0) return [];
  const columns = dimension.name === PERSON ? [PERSON] : [PERSON, dimension.name];
  const empty = columns.map((column) => (column === PERSON && dimension.name !== PERSON ? '' : placeholder(column)));
  return [
    {
      what: 'Add a row for each session or user to the people file (people: in bursar.yaml), or fill in the one it has.',
      where: 'people file',
      paste: [
        ['session', ...columns, 'from', 'to'].join(','),
        ...[...names].map((name) => [csv(name), ...empty, '', ''].join(',')),
      ],
    },
  ];
}

function nameAccounts(dimension: Dimension, callers: readonly AllocatedCaller[]): Remedy[] {
  const accounts = unique(callers.filter(({ principal }) => principal === null).map(({ account }) => account));
  if (accounts.length === 0) return [];
  return [
    {
      what: 'Lines without a principal (from before the export had them, or of features that record none) can go by account.',
      where: 'bursar.yaml',
      paste: rulesText(
        accounts.map((account) => `account: ${JSON.stringify(account)}, kind: ${NO_PRINCIPAL}`),
        dimension.name,
      ),
    },
  ];
}

function leaveAdjustments({ adjustments }: Explanation): Remedy[] {
  if (adjustments === 0n) return [];
  const what =
    'Tax, credits, refunds and discounts name no principal. They stay rows of their own: nothing is missing, and no rule need name them.';
  return [{ what, where: null, paste: [] }];
}

function partShared(dimension: Dimension, { callers }: Explanation): Remedy[] {
  const sessions = callers.items.filter(({ role, session }) => role !== null && session !== null);
  const what =
    'A rule declares these dollars to be used by many. To give a part of them to somebody, let the shared role assume a session of its own for each user or application, and write a narrower rule:';
  const matches = unique(
    sessions.map(({ role, session }) => `role: ${yaml(role ?? '')}, session: ${yaml(session ?? '')}`),
  );
  return [{ what, where: 'bursar.yaml', paste: rulesText(matches, dimension.name) }];
}

function rulesText(matches: readonly string[], dimension: string): string[] {
  return [
    'rules:',
    ...matches.flatMap((match) => [`  - match: { ${match} }`, `    set: { ${dimension}: ${placeholder(dimension)} }`]),
  ];
}

/** Roles that stand for an application: what nobody signs in to. */
function applicationRoles(callers: readonly AllocatedCaller[]): string[] {
  return unique(callers.filter((caller) => personalName(caller) === null).map(({ role }) => role)).filter(
    (role) => !role.startsWith(IDENTITY_CENTER_ROLE),
  );
}

/** By which name the people file can name a caller who is one person; `null` = it is none. */
export function personalName({ principal, kind, session }: AllocatedCaller): string | null {
  if (principal === null) return null;
  if (session !== null) return kind === 'identity-center' || isMailAddress(session) ? session.toLowerCase() : null;
  return userNameOf(principal, kind);
}

function unique(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts)].filter((text) => text !== null);
}

function yaml(text: string): string {
  return /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_][\w.@/-]*$/i.test(text) ? text : JSON.stringify(text);
}

function csv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A word for the shell, quoted where it must be: names on a bill are anybody's. */
export function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
