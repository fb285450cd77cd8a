import type { SeenCaller } from '../../aws/read/bedrock-callers.ts';
import type { PrincipalKind } from '../../domain/caller.ts';
import { classifyPrincipal, userNameOf } from '../../domain/principal.ts';
import type { FoundAccount } from './found.ts';

/** Callers that one rule of bursar.yaml catches: a role with all its sessions, a user, a permission set. */
export interface SeenGroup {
  readonly kind: PrincipalKind;
  readonly account: string;
  /** role, permission set or user; else what AWS calls it */
  readonly name: string;
  /** any ARN of it */
  readonly arn: string;
  readonly regions: readonly string[];
  readonly calls: number;
  readonly failed: number;
  /** milliseconds since 1970 */
  readonly first: number;
  readonly last: number;
  /** session names, the one with most calls first; none where there are no sessions */
  readonly sessions: readonly SeenSession[];
}

interface SeenSession {
  readonly name: string;
  readonly calls: number;
  readonly last: number;
}

type Sighting = SeenCaller & { readonly region: string };

/** Who called, those with most calls first. */
export function groupCallers(accounts: readonly FoundAccount[]): SeenGroup[] {
  const sightings = accounts.flatMap(({ id, seen }) =>
    seen.flatMap(({ region, callers }) =>
      callers.map((caller): Sighting => ({ ...caller, account: caller.account || id, region })),
    ),
  );
  return [...Map.groupBy(sightings, keyOf).values()]
    .flatMap(groupOf)
    .sort((a, b) => b.calls - a.calls || compare(a.name, b.name) || compare(a.account, b.account));
}

function keyOf({ account, principal }: Sighting): string {
  const { kind, name } = named(principal);
  return JSON.stringify([account, kind, name]);
}

function named(principal: string): { readonly kind: PrincipalKind; readonly name: string } {
  const { kind, role, permissionSet, session } = classifyPrincipal(principal);
  return { kind, name: permissionSet ?? role ?? userNameOf(principal, kind) ?? session ?? principal };
}

function groupOf(sightings: readonly Sighting[]): SeenGroup[] {
  const [first] = sightings;
  if (first === undefined) return [];
  const bySession = Map.groupBy(sightings, ({ principal }) => classifyPrincipal(principal).session);
  const sessions = [...bySession].flatMap(([name, own]) =>
    name === null ? [] : [{ name, calls: total(own, 'calls'), last: Math.max(...own.map(({ last }) => last)) }],
  );
  return [
    {
      ...named(first.principal),
      account: first.account,
      arn: first.principal,
      regions: [...new Set(sightings.map(({ region }) => region))].sort(),
      calls: total(sightings, 'calls'),
      failed: total(sightings, 'failed'),
      first: Math.min(...sightings.map((one) => one.first)),
      last: Math.max(...sightings.map((one) => one.last)),
      sessions: sessions.sort((a, b) => b.calls - a.calls || compare(a.name, b.name)),
    },
  ];
}

function total(sightings: readonly Sighting[], of: 'calls' | 'failed'): number {
  return sightings.reduce((sum, one) => sum + one[of], 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A role or user of IAM. */
interface CalledName {
  readonly kind: 'role' | 'user';
  readonly name: string;
}

/** The roles and users behind callers of an account, those with most calls first. AWS alone changes those of Identity Center. */
export function calledNames(callers: readonly SeenCaller[]): CalledName[] {
  const calls = new Map<string, CalledName & { readonly calls: number }>();
  for (const caller of callers) {
    const one = calledName(caller.principal);
    if (one === null) continue;
    const key = `${one.kind} ${one.name}`;
    calls.set(key, { ...one, calls: (calls.get(key)?.calls ?? 0) + caller.calls });
  }
  return [...calls.values()].sort((a, b) => b.calls - a.calls);
}

function calledName(principal: string): CalledName | null {
  const { kind, role, permissionSet } = classifyPrincipal(principal);
  const user = userNameOf(principal, kind);
  if (user !== null) return { kind: 'user', name: user };
  return role === null || permissionSet !== null ? null : { kind: 'role', name: role };
}
