import type { Dimension } from '../domain/dimension.ts';
import type { CallerCost } from '../domain/explanation.ts';
import type { Remedy } from '../domain/finding.ts';
import { type Money, sum } from '../domain/money.ts';
import { callerRemedies, personalName } from './remedies.ts';

/** Dollars of nobody that one rule or one row of the people file would settle. */
export interface Unowned {
  /** the person, role or principal to be named; `null` = these lines name no principal */
  readonly name: string | null;
  /** the accounts called from */
  readonly accounts: readonly string[];
  /** a PrincipalKind; `null` = no principal, or several kinds */
  readonly kind: string | null;
  readonly callers: number;
  readonly cost: Money;
  /** empty where nothing can name them */
  readonly remedies: readonly Remedy[];
}

/**
 * Ranks callers who have no value of the dimension by what would settle them, the dearest first: a thousand sessions of a
 * role need one rule.
 */
export function unownedOf(dimension: Dimension, callers: readonly CallerCost[]): Unowned[] {
  const told = callers.map((caller) => ({ caller, remedies: callerRemedies(dimension, caller) }));
  const groups = Map.groupBy(told, ({ caller, remedies }) =>
    JSON.stringify(remedies.length === 0 ? [caller.account, caller.principal] : remedies.map(({ paste }) => paste)),
  );
  return [...groups.values()]
    .map((own) => grouped(own))
    .sort((a, b) => (a.cost === b.cost ? ((a.name ?? '') < (b.name ?? '') ? -1 : 1) : a.cost < b.cost ? 1 : -1));
}

function grouped(own: readonly { readonly caller: CallerCost; readonly remedies: readonly Remedy[] }[]): Unowned {
  const callers = own.map(({ caller }) => caller);
  const kinds = new Set(callers.map(({ kind }) => kind));
  return {
    name: callers.map(nameOf)[0] ?? null,
    accounts: [...new Set(callers.flatMap(({ account }) => account ?? []))].sort(),
    kind: kinds.size === 1 ? (callers[0]?.kind ?? null) : null,
    callers: callers.length,
    cost: sum(callers.map(({ cost }) => cost)),
    remedies: own[0]?.remedies ?? [],
  };
}

function nameOf(caller: CallerCost): string | null {
  return personalName(caller) ?? caller.role ?? caller.principal;
}
