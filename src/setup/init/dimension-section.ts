import { DIMENSIONS, ROW_FIELDS } from '../../domain/dimension.ts';
import { PRINCIPAL_TAG_PREFIX } from '../../domain/setup.ts';
import { orElse } from '../read.ts';
import type { Found } from './found.ts';
import { inComment, off, prose, scalar } from './yaml-lines.ts';

/** A tag key of principals that may be a dimension. */
interface Candidate {
  /** without prefix */
  readonly key: string;
  readonly name: string;
  /** `null` = AWS has never seen a call of a principal that carries it */
  readonly active: boolean | null;
  /** how many of the callers' roles and users carry it; `null` = not known */
  readonly carriers: number | null;
}

const STANDARD = 'team';

/** `dimensions:`, and the names of those that are switched on. */
export function dimensionSection(found: Found): {
  readonly lines: readonly string[];
  readonly names: readonly string[];
} {
  const candidates = candidatesOf(found);
  const active = candidates.filter((one) => one.active === true);
  const on = active.length > 0 ? active : candidates.filter(({ name }) => name === STANDARD).slice(0, 1);
  const chosen = on.length > 0 ? on : [{ key: STANDARD, name: STANDARD, active: null, carriers: null }];
  const others = candidates.filter((one) => !on.includes(one));
  return {
    names: chosen.map(({ name }) => name),
    lines: [
      ...prose(
        `Your dimensions: what dollars are told apart by. Name -> tag key as the bill has it: the tags of roles and users begin with ${PRINCIPAL_TAG_PREFIX} there. Tags are optional: rules and the people file (below) say the same of callers that carry none.`,
      ),
      ...traps(found, chosen),
      'dimensions:',
      ...chosen.flatMap((one) => [...prose(about(one), '  '), entry(one)]),
      ...others.flatMap((one) => [...prose(about(one), '  '), ...off([entry(one)])]),
    ],
  };
}

function entry({ name, key }: Candidate): string {
  return `  ${name}: ${scalar(PRINCIPAL_TAG_PREFIX + key)}`;
}

function about({ active, carriers }: Candidate): string {
  const state =
    active === null
      ? 'not activated yet: AWS offers the key once a principal that carries it has called Bedrock'
      : active
        ? 'active as a cost allocation tag'
        : 'known to AWS, but not active';
  if (carriers === null) return state;
  return `${state}; on ${carriers} of the roles and users that called`;
}

/** Keys in the spelling they have; one name each. */
function candidatesOf(found: Found): Candidate[] {
  const known = new Map(
    orElse(found.costTags, [])
      .filter(({ key }) => key.startsWith(PRINCIPAL_TAG_PREFIX))
      .map(({ key, active }) => [key.slice(PRINCIPAL_TAG_PREFIX.length), active]),
  );
  const carriers = new Map<string, number>();
  for (const { tagKeys } of found.accounts) {
    for (const [key, count] of orElse(tagKeys, [])) carriers.set(key, (carriers.get(key) ?? 0) + count);
  }
  const keys = [...new Set([...known.keys(), ...carriers.keys()])].filter((key) => !/^aws:/i.test(key));
  const all = keys.map((key) => ({
    key,
    name: nameFor(key),
    active: known.get(key) ?? null,
    carriers: carriers.get(key) ?? null,
  }));
  // The one that is active keeps the name where two keys make the same.
  const ranked = all.sort((a, b) => rank(b) - rank(a) || (a.key < b.key ? -1 : 1));
  return ranked.filter(({ name }, index) => ranked.findIndex((one) => one.name === name) === index);
}

function rank({ active, carriers }: Candidate): number {
  return (active === true ? 1e9 : active === false ? 5e8 : 0) + (carriers ?? 0);
}

/** `CostCenter` -> `cost-center`; never the name of a built-in dimension. */
function nameFor(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  const name = words === '' ? 'tag' : words;
  return Object.hasOwn(DIMENSIONS, name) || ROW_FIELDS.includes(name) ? `${name}-tag` : name;
}

/** The tag of resources that is called alike is another one, and its activation reads as $0. */
function traps({ costTags }: Found, chosen: readonly Candidate[]): string[] {
  const tags = orElse(costTags, []);
  const isActive = (key: string): boolean => tags.some((tag) => tag.key === key && tag.active);
  return chosen
    .filter(({ key }) => isActive(key) && !isActive(PRINCIPAL_TAG_PREFIX + key))
    .flatMap(({ key }) =>
      prose(
        `Careful: the cost allocation tag ${inComment(key)} is active. It is that of resources, which model calls do not carry. Principals need ${PRINCIPAL_TAG_PREFIX}${inComment(key)}.`,
      ),
    );
}
