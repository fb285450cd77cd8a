/** What can be said of a condition without asking AWS. */
export type Decided = 'yes' | 'no' | 'unknown';

/** Condition keys in small letters -> their value. A key that is not named may be there or not. */
export type PolicyRequest = ReadonlyMap<string, string>;

/** `Condition` of a policy statement: operator -> key -> values. */
type Conditions = Readonly<Record<string, Readonly<Record<string, string | boolean | readonly string[]>>>>;

/**
 * Whether a request meets all conditions of a statement.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function holds(conditions: Conditions, request: PolicyRequest): Decided {
  const decided = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => meets(operator, request.get(key.toLowerCase()), [values].flat())),
  );
  if (decided.includes('no')) return 'no';
  return decided.includes('unknown') ? 'unknown' : 'yes';
}

type Comparison = (actual: string, wanted: string) => boolean;

const OPERATORS: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matches(wanted, actual, false),
  ArnEquals: (actual, wanted) => matches(wanted, actual, false),
  ArnLike: (actual, wanted) => matches(wanted, actual, false),
  Bool: (actual, wanted) => actual === wanted.toLowerCase(),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
};

function meets(operator: string, actual: string | undefined, wanted: readonly (string | boolean)[]): Decided {
  const name = operator.replace(/IfExists$/, '');
  const positive = name.replace(/Not(Equals|EqualsIgnoreCase|Like)$/, '$1');
  const compare = OPERATORS[positive];
  if (compare === undefined || actual === undefined) return 'unknown';
  const isOne = wanted.some((one) => compare(actual, String(one)));
  return isOne === (positive === name) ? 'yes' : 'no';
}

/** `*` stands for any text, `?` for one character. */
export function matches(pattern: string, text: string, ignoringCase: boolean): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoringCase ? 'is' : 's').test(text);
}
