import { MAX_TAGS, tagValueProblem } from '../../domain/aws-tag.ts';
import type { OwnDimensions } from '../../domain/dimension.ts';
import { PRINCIPAL_TAG_PREFIX } from '../../domain/setup.ts';
import type { WantedTag } from './wanted.ts';

/** Tags to give (value) and to take (`null`), or why there are none: a sentence that follows the principal's name. */
export interface TagChange {
  readonly before: ReadonlyMap<string, string | null>;
  readonly after: ReadonlyMap<string, string | null>;
  readonly refused: readonly string[];
}

/** What makes the tags that are there into those that are wanted. */
export function tagChange(
  wanted: readonly WantedTag[],
  there: ReadonlyMap<string, string>,
  dimensions: OwnDimensions,
): TagChange {
  const before = new Map<string, string | null>();
  const after = new Map<string, string | null>();
  const refused: string[] = [];
  for (const tag of wanted) {
    if (isSaid(tag, there, dimensions) || after.get(tag.key) === tag.value) continue;
    const problem =
      tagValueProblem(tag.value) ??
      (after.has(tag.key)
        ? `stands against ${after.get(tag.key)}, which another dimension says of the same key`
        : null);
    if (problem !== null) {
      refused.push(`${tag.key} = ${JSON.stringify(tag.value)} ${problem} (${tag.evidence})`);
      continue;
    }
    before.set(tag.key, there.get(tag.key) ?? null);
    after.set(tag.key, tag.value);
    const twin = otherCase(tag.key, there);
    if (twin !== null) {
      before.set(twin, there.get(twin) ?? null);
      after.set(twin, null);
    }
  }
  const kept = [...there.keys()].filter((key) => !isOfAws(key) && after.get(key) !== null).length;
  const total = kept + [...after].filter(([key, value]) => value !== null && !there.has(key)).length;
  if (total <= MAX_TAGS) return { before, after, refused };
  const full = `would carry ${total} tags, and IAM takes ${MAX_TAGS} at most: take ${total - MAX_TAGS} away`;
  return { before: new Map(), after: new Map(), refused: [...refused, full] };
}

/** Whether a tag of the dimension already says it, in a spelling that reports take for the same. */
function isSaid(
  { dimension, value }: WantedTag,
  there: ReadonlyMap<string, string>,
  dimensions: OwnDimensions,
): boolean {
  const { tagKeys = [], spellings = {} } = dimensions[dimension] ?? {};
  const [first] = tagKeys
    .filter((key) => key.startsWith(PRINCIPAL_TAG_PREFIX))
    .flatMap((key) => there.get(key.slice(PRINCIPAL_TAG_PREFIX.length)) ?? []);
  return first !== undefined && (first === value || (Object.hasOwn(spellings, first) && spellings[first] === value));
}

/**
 * The key that is there in another case. IAM takes both for one key of a role or user, but the bill has the name as it was given.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#case-sensitivity
 */
export function otherCase(key: string, there: ReadonlyMap<string, string>): string | null {
  if (there.has(key)) return null;
  return [...there.keys()].find((other) => other.toLowerCase() === key.toLowerCase()) ?? null;
}

/** They do not count towards the 50. Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html */
function isOfAws(key: string): boolean {
  return key.startsWith('aws:');
}
