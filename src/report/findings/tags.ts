import { distance } from 'fastest-levenshtein';
import type { Check, Evidence, Remedy } from '../../domain/finding.ts';
import type { Health, TagUse } from '../../domain/health.ts';
import { counted, evidence, exceeds, type Judgement, shell, shortened, skipped, yaml } from '../../domain/judgement.ts';
import { type Money, sum } from '../../domain/money.ts';
import type { Day } from '../../domain/period.ts';
import { fold } from '../../domain/spelling.ts';
import { shell as quoted } from '../remedies.ts';
import { dearestFirst } from './measured.ts';

const IAM_TAG = 'iamPrincipal/';

/** A tag of principals on less than this share of usage is somebody's try. */
const UNUSED_WARN = 5n;

/** Two letters off is a slip; shorter names would be near anything. */
const SLIP = { letters: 2, least: 5 } as const;

export const tags: Check<Health> = {
  name: 'tags',
  asks: 'Do the tags on the lines and the dimensions of bursar.yaml fit together?',
  warns: `a dimension of bursar.yaml whose tags are on no line; an unused ${IAM_TAG} tag on more than ${UNUSED_WARN} % of usage; without dimensions in bursar.yaml, a tag spelled nearly like one of Bursar's own`,
  fails: 'a dimension of bursar.yaml whose tags are on no line while a key spelled nearly the same is',
  judge: (health) => {
    if (health.examined.length === 0) return skipped('no line to look at');
    const seen = merged(health);
    const usage = sum(health.examined.map((period) => period.usage.cost));
    const used = new Set(Object.values(health.dimensions).flatMap(({ tagKeys }) => tagKeys));
    const unused = seen.filter(({ key }) => !used.has(key));
    const missing = missingDimensions(health, seen, unused);
    const dear = unused.filter(({ key, cost }) => key.startsWith(IAM_TAG) && exceeds(cost, usage, UNUSED_WARN));
    const near = missing.filter((one) => one.near !== null);
    const failed = health.configured && near.length > 0;
    const warned = near.length > 0 || dear.length > 0 || (health.configured && missing.length > 0);
    return {
      verdict: failed ? 'fail' : warned ? 'warn' : 'ok',
      summary: summaryOf(seen, near, dear, health.configured ? missing : [], seen.length - unused.length),
      evidence: [
        ...seen.filter(({ key }) => used.has(key)).map((use) => tagEvidence(use, usage, 'used')),
        ...shortened(
          unused.map((use) => tagEvidence(use, usage, 'in no dimension')),
          'tag',
        ),
        ...(health.configured ? missing : near).map((one) => evidence(missingText(one))),
      ],
      remedies: remediesFor(health, failed || near.length > 0 ? near : missing, dear),
    };
  },
};

/** Over all periods that were looked at, the dearest first. */
function merged({ examined }: Health): TagUse[] {
  const groups = Map.groupBy(
    examined.flatMap((period) => period.tags),
    ({ key }) => key,
  );
  const uses = [...groups].map(([key, own]) => ({
    key,
    cost: sum(own.map(({ cost }) => cost)),
    values: Math.max(...own.map(({ values }) => values)),
    firstDay: own.flatMap(({ firstDay }) => firstDay ?? []).toSorted()[0] ?? null,
  }));
  // A key whose values are all empty says nothing of any line.
  return uses.filter(({ values }) => values > 0).sort((a, b) => dearestFirst(a, b) || (a.key < b.key ? -1 : 1));
}

interface Missing {
  readonly dimension: string;
  readonly keys: readonly string[];
  /** the unused key that is spelled most like one of them */
  readonly near: string | null;
}

function missingDimensions({ dimensions }: Health, seen: readonly TagUse[], unused: readonly TagUse[]): Missing[] {
  const there = new Set(seen.map(({ key }) => key));
  return Object.entries(dimensions).flatMap(([dimension, { tagKeys }]) => {
    if (tagKeys.length === 0 || tagKeys.some((key) => there.has(key))) return [];
    const near = unused.find(({ key }) => tagKeys.some((wanted) => isNear(wanted, key)));
    return [{ dimension, keys: tagKeys, near: near?.key ?? null }];
  });
}

/** The same name in another case, with other separators, another prefix, or with a slip. */
function isNear(wanted: string, seen: string): boolean {
  const [one, other] = [wanted, seen].map((key) => fold(key.slice(key.indexOf('/') + 1).replace(/^user:/, '')));
  if (one === undefined || other === undefined || one === '') return false;
  return one === other || (one.length >= SLIP.least && distance(one, other) <= SLIP.letters);
}

function summaryOf(
  seen: readonly TagUse[],
  [near]: readonly Missing[],
  [dear]: readonly TagUse[],
  [missing]: readonly Missing[],
  used: number,
): string {
  if (near !== undefined) return missingText(near);
  if (missing !== undefined) return missingText(missing);
  if (dear !== undefined) return `the tag ${dear.key} is on the lines, and no dimension uses it`;
  if (seen.length === 0) return 'no tag is on any line';
  return `${counted(seen.length, 'tag')} on the lines, ${used} of them in a dimension`;
}

function missingText({ dimension, keys, near }: Missing): string {
  const none = `${dimension}: no line carries ${keys.join(' or ')}`;
  return near === null ? none : `${none}, but lines carry ${near}`;
}

function tagEvidence({ key, cost, values, firstDay }: TagUse, usage: Money, how: string): Evidence {
  const since = firstDay === null ? '' : sinceText(firstDay);
  return evidence(`${key}: ${how}, ${counted(values, 'value')}${since}`, { cost, of: usage });
}

function sinceText(day: Day): string {
  return `, since ${day}`;
}

function remediesFor(
  { configured }: Health,
  missing: readonly Missing[],
  dear: readonly TagUse[],
): Judgement['remedies'] {
  const replaces = configured ? '' : ' What stands there replaces the dimensions that Bursar has by itself.';
  const near = missing.flatMap(({ dimension, near: key }) => (key === null ? [] : [line(dimension, key)]));
  const unused = dear.map(({ key }) => line(key.slice(IAM_TAG.length), key));
  const entries = [...new Set([...near, ...unused])];
  const inactive = missing.filter((one) => one.near === null);
  return [
    ...(entries.length === 0
      ? []
      : [yaml(`Take the tags that are there: docs/guides/allocation.md.${replaces}`, 'dimensions:', ...entries)]),
    ...(inactive.length === 0 || !configured ? [] : [activate(inactive)]),
  ];
}

function line(dimension: string, key: string): string {
  return `  ${/^[a-z][a-z0-9-]*$/.test(dimension) ? dimension : 'DIMENSION'}: ${JSON.stringify(key)}`;
}

function activate(missing: readonly Missing[]): Remedy {
  const keys = missing.flatMap((one) => one.keys.slice(0, 1));
  return shell(
    'A tag is on the lines from its activation on, which takes a call by a principal that carries it: docs/guides/allocation.md.',
    ...keys.map(
      (key) =>
        `aws ce update-cost-allocation-tags-status --cost-allocation-tags-status ${quoted(`TagKey=${key},Status=Active`)}`,
    ),
  );
}
