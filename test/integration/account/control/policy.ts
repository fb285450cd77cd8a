/** As much of the IAM policy language as buckets, trust and permission tests use; what is not known here throws, it is never passed over. */

type OneOrMany = string | readonly string[];

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany>>;
  readonly Action?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

export interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

/** What somebody wants to do. `principal` is absent where the policy is an identity's own. */
export interface Wish {
  readonly principal?: { readonly kind: 'AWS' | 'Service'; readonly names: readonly string[] };
  readonly action: string;
  readonly resource?: string;
  /** such as aws:SourceAccount */
  readonly context?: Readonly<Record<string, string>>;
}

const KNOWN = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

/** Whether a policy allows it: some statement does and none denies. */
export function allows(policy: Policy, wish: Wish): boolean {
  return answerOf(policy, wish) === 'Allow';
}

/** A statement that denies outweighs all that allow; null: no statement is about it. */
export function answerOf(policy: Policy, wish: Wish): 'Allow' | 'Deny' | null {
  const effects = list<Statement>(policy.Statement)
    .filter((statement) => applies(statement, wish))
    .map(({ Effect }) => Effect);
  if (effects.includes('Deny')) return 'Deny';
  return effects.includes('Allow') ? 'Allow' : null;
}

function applies(statement: Statement, wish: Wish): boolean {
  const unknown = Object.keys(statement).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new Error(`the test server knows no ${unknown} in policies`);
  const isAction = list(statement.Action).some((pattern) => like(pattern.toLowerCase(), wish.action.toLowerCase()));
  const { resource } = wish;
  const isResource =
    statement.Resource === undefined ||
    list(statement.Resource).some((pattern) => pattern === '*' || (resource !== undefined && like(pattern, resource)));
  return isAction && isResource && isPrincipal(statement, wish) && conditionsHold(statement, wish.context ?? {});
}

function isPrincipal({ Principal }: Statement, { principal }: Wish): boolean {
  if (principal === undefined) return true;
  if (Principal === undefined) return false;
  if (Principal === '*') return true;
  return list(Principal[principal.kind]).some((name) => name === '*' || principal.names.includes(name));
}

function conditionsHold({ Condition = {} }: Statement, context: Readonly<Record<string, string>>): boolean {
  return Object.entries(Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, expected]) => {
      const known = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
      return known !== undefined && list(expected).some((pattern) => compare(operator, pattern, known[1]));
    }),
  );
}

function compare(operator: string, expected: string, actual: string): boolean {
  if (operator === 'StringEquals') return expected === actual;
  if (['StringLike', 'ArnLike', 'ArnEquals'].includes(operator)) return like(expected, actual);
  if (operator === 'Bool') return expected.toLowerCase() === actual.toLowerCase();
  throw new Error(`the test server knows no ${operator} in policies`);
}

function like(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(text);
}

function list<T = string>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : ((Array.isArray(value) ? value : [value]) as readonly T[]);
}
