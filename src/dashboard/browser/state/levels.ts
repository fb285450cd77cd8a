import type { StatusBody } from '../../api/status.ts';
import { type Address, START } from './address.ts';
import { type FilterText, readFilter, writeFilter } from './filter-text.ts';

/** Where one looks next behind a value: business unit → team → person or role → session → model → usage type. */
const NEXT: Readonly<Record<string, string>> = {
  person: 'session',
  role: 'session',
  'permission-set': 'session',
  session: 'model',
  principal: 'model',
  provider: 'model',
  model: 'usage-type',
  'token-kind': 'model',
  'product-code': 'usage-type',
  'usage-type': 'principal',
};

/** Dimensions that group teams. */
const ABOVE_TEAMS = ['business-unit', 'department', 'cost-center', 'cost-centre'];

/** What nobody owns is looked for by who called. */
const OF_NOBODY = 'principal';

/** By what to show what is behind a value. @param taken dimensions that have one value already */
function levelBehind(
  dimension: string,
  value: string | null,
  dimensions: StatusBody['dimensions'],
  taken: readonly string[],
): string {
  const entry = dimensions.find(({ name }) => name === dimension);
  const hasTeams = dimensions.some(({ name, own }) => own && name === 'team');
  const first =
    value === null && entry?.belongs
      ? OF_NOBODY
      : hasTeams && ABOVE_TEAMS.includes(dimension)
        ? 'team'
        : (NEXT[dimension] ?? (entry?.own || dimension.includes('account') ? 'person' : 'model'));
  let level = first;
  for (let tried = 0; taken.includes(level) && tried < 8; tried++) level = NEXT[level] ?? 'model';
  return level;
}

/** The filters that keep one value of a dimension, in the order in which they were set: the way down to what is shown. */
export function pathOf(where: readonly string[]): (FilterText & { readonly text: string })[] {
  return where.flatMap((text) => {
    const filter = readFilter(text);
    return filter !== null && !filter.negated && filter.values.length === 1 ? [{ ...filter, text }] : [];
  });
}

/** Keeps only a value, and shows what is behind it. */
export function drillInto(
  address: Address,
  dimension: string,
  value: string | null,
  dimensions: StatusBody['dimensions'],
): Address {
  const others = address.where.filter((text) => {
    const filter = readFilter(text);
    return filter === null || filter.dimension !== dimension || filter.negated;
  });
  const where = [...others, writeFilter({ dimension, negated: false, values: [value] })];
  const taken = pathOf(where).map((filter) => filter.dimension);
  return { ...afresh(address), where, by: levelBehind(dimension, value, dimensions, taken), second: null };
}

/** Leaves a value out. */
export function leaveOut(address: Address, dimension: string, value: string | null): Address {
  return { ...afresh(address), where: [...address.where, writeFilter({ dimension, negated: true, values: [value] })] };
}

/** Back up to a filter of the path, or with -1 to all; by what was shown there. */
export function climbTo(address: Address, index: number, dimensions: StatusBody['dimensions']): Address {
  const path = pathOf(address.where);
  const gone = path.slice(index + 1);
  const where = address.where.filter((text) => !gone.some((filter) => filter.text === text));
  const [next] = gone;
  const last = path[index];
  const by = next?.dimension ?? (last && levelBehind(last.dimension, last.values[0] ?? null, dimensions, []));
  return { ...afresh(address), where, by: by ?? null, second: null };
}

/** Another question begins on the first page. */
export function afresh(address: Address): Address {
  return { ...address, page: START.page };
}

/** A value as people read it; of an ARN what tells it from others: `role/session`. */
export function valueName(dimension: string, value: string | null): string {
  if (value === null) return `(no ${dimension.startsWith('tag:') ? dimension : dimension.replaceAll('-', ' ')})`;
  return arnParts(dimension, value)?.name ?? value;
}

/** A value in two parts, where it has them: of an ARN what tells it from others, and role and account below it. */
export function partedName(
  dimension: string,
  value: string | null,
): { readonly name: string; readonly aside: string | null } {
  const parts = value === null ? null : arnParts(dimension, value);
  if (parts === null) return { name: valueName(dimension, value), aside: null };
  const { name, account } = parts;
  const slash = name.indexOf('/');
  const [role, session] = slash < 0 ? [null, name] : [name.slice(0, slash), name.slice(slash + 1)];
  return session === ''
    ? { name, aside: account }
    : { name: session, aside: role === null ? account : `${role} · ${account}` };
}

function arnParts(dimension: string, value: string): { name: string; account: string } | null {
  const parts = /^arn:[^:]*:(?:iam|sts)::(\d+):(?:assumed-role|role|user|federated-user)\/(.+)$/s.exec(value);
  if (dimension !== 'principal' || parts === null) return null;
  const [, account = '', name = ''] = parts;
  // Roles of Identity Center are called after their permission set, with a number behind it.
  return { name: name.replace(/^AWSReservedSSO_(.+)_[0-9a-f]{16}\//, '$1/'), account };
}
