import { basename, dirname, resolve } from 'node:path';
import { isLiteral } from '../allocation/pattern.ts';
import { findOverlap } from '../allocation/rules.ts';
import {
  type AllocationRules,
  END_OF_DAYS,
  FIRST_DAY,
  PERSON,
  personName,
  RULE_KINDS,
  type Rule,
  SHARED,
} from '../domain/allocation.ts';
import { checkDimensionNames, closestOf, DEFAULT_TAG_DIMENSIONS, type OwnDimensions } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import { type Day, nextDay } from '../domain/period.ts';
import type { ConfigFile, ReadConfigFile } from './file.ts';

/** A people file that is to be, instead of the one that is there. */
export interface PlannedPeople {
  readonly path: string;
  readonly text: string;
}

/**
 * The dimensions, rules and people of a configuration file.
 * @param path of the file
 * @throws OperatingError CONFIG_INVALID with every line that is wrong, DIMENSION_NAME_TAKEN, PEOPLE_FILE_INVALID
 */
export async function readAllocation(
  path: string,
  read: ReadConfigFile,
  planned: PlannedPeople | null = null,
): Promise<{ dimensions: OwnDimensions; allocation: AllocationRules }> {
  const { file } = read;
  const tags = ownDimensions(path, read);
  const names = Object.keys(tags);
  const rules = readRules(path, read, names);
  const peoplePath = planned?.path ?? peopleFileOf(path, file);
  const { people, columns } = await readPeople(peoplePath, names, planned);
  const told = new Set([...rules.flatMap(({ outcome }) => [...outcome.keys()]), ...columns]);
  const dimensions = Object.fromEntries(
    Object.entries(tags).map(([name, own]) => [name, { ...own, byCaller: told.has(name) }]),
  );
  const peopleFile = peoplePath === null ? null : basename(peoplePath);
  return { dimensions, allocation: { dimensions: names, rules, people, peopleFile } };
}

const PEOPLE_FILE = 'people.csv';

/** Where the people file lies; `null` = the configuration has none. */
export function peopleFileOf(path: string, { people }: ConfigFile): string | null {
  if (people === undefined) return null;
  return resolve(dirname(path), typeof people === 'string' ? people : (people.file ?? PEOPLE_FILE));
}

/** The people file where nothing names one. */
export function standardPeopleFile(folder: string): string {
  return resolve(folder, PEOPLE_FILE);
}

async function readPeople(path: string | null, dimensions: readonly string[], planned: PlannedPeople | null) {
  if (path === null) return { people: [], columns: [] };
  const { parsePeopleFile, readPeopleFile } = await import('../people/file.ts');
  return planned === null
    ? readPeopleFile(path, dimensions)
    : parsePeopleFile(path, Buffer.from(planned.text), dimensions);
}

export function ownDimensions(path: string, { file, placeOf }: ReadConfigFile): OwnDimensions {
  const { dimensions } = file;
  if (dimensions === undefined || dimensions === null) return DEFAULT_TAG_DIMENSIONS;
  checkDimensionNames(Object.keys(dimensions));
  const problems: string[] = [];
  const own = Object.entries(dimensions).map(([name, said]) => {
    const { tags, values } = typeof said === 'string' ? { tags: [said], values: undefined } : (said ?? {});
    const spellings = new Map<string, string>();
    for (const [canonical, others] of Object.entries(values ?? {})) {
      for (const other of others) {
        const taken = Object.hasOwn(values ?? {}, other) || spellings.has(other);
        if (taken) {
          const place = placeOf(['dimensions', name, 'values', canonical]);
          problems.push(`${path}, ${place}: dimensions.${name}.values: ${other} stands twice`);
        }
        spellings.set(other, canonical);
      }
    }
    const dimension = { tagKeys: tags ?? [], spellings: Object.fromEntries(spellings), byCaller: false };
    return [name, dimension] as const;
  });
  if (problems.length > 0) throw invalid(problems);
  return Object.fromEntries(own);
}

type RuleText = NonNullable<ConfigFile['rules']>[number];

function readRules(path: string, { file, lineOf, placeOf }: ReadConfigFile, dimensions: readonly string[]): Rule[] {
  const problems: string[] = [];
  const texts = file.rules ?? [];
  const lines = texts.map((_, index) => lineOf(['rules', index]));
  for (const [index, text] of texts.entries()) {
    const at = (...to: string[]): string => `${path}, ${placeOf(['rules', index, ...to])}: `;
    problems.push(...problemsOf(text, dimensions).map(([field, problem]) => at(...field) + problem));
    const twin = text.name === undefined ? -1 : texts.findIndex(({ name }) => name === text.name);
    if (twin >= 0 && twin < index)
      problems.push(`${at('name')}the rule on line ${lines[twin]} is called ${text.name} too`);
  }
  if (problems.length > 0) throw invalid(problems);
  const rules = texts.map((text, index): Rule => {
    const name = text.name === undefined ? 'rule' : `rule ${text.name}`;
    return {
      place: `${name} (${basename(path)} line ${lines[index]})`,
      match: text.match as Rule['match'],
      from: (text.from as Day | undefined) ?? FIRST_DAY,
      to: text.to === undefined ? END_OF_DAYS : nextDay(text.to as Day),
      outcome: outcomeOf(text, dimensions),
    };
  });
  const overlap = findOverlap(rules);
  if (overlap !== null) {
    const { first, second, dimension } = overlap;
    const says = (rule: Rule): string => `${rule.place} says ${rule.outcome.get(dimension)}`;
    throw new OperatingError(
      'CONFIG_INVALID',
      `${path}: two rules can match one caller on one day and disagree on ${dimension}: ${says(first)}, ${says(second)}`,
      {
        hint: 'Make one narrower: name a field more, or in a field exactly what the other has a pattern for. Or part their days.',
      },
    );
  }
  return rules;
}

function outcomeOf({ set, shared }: RuleText, dimensions: readonly string[]): Map<string, string> {
  if (shared === true) return new Map(dimensions.map((dimension) => [dimension, SHARED]));
  return new Map(Object.entries(set ?? {}).map(([name, value]) => [name, name === PERSON ? personName(value) : value]));
}

/** What is wrong with a rule by itself: where in it, and what. */
function problemsOf(rule: RuleText, dimensions: readonly string[]): [field: string[], problem: string][] {
  const { match, from, to, set, shared } = rule;
  const problems: [string[], string][] = [];
  if ((set === undefined) === (shared === undefined)) {
    problems.push([
      [],
      `a rule says exactly one of set and shared: true; this one says ${set === undefined ? 'neither' : 'both'}`,
    ]);
  }
  for (const name of Object.keys(set ?? {})) {
    if (name === PERSON || dimensions.includes(name)) continue;
    const near = closestOf(name, [...dimensions, PERSON]);
    const there = [...dimensions, PERSON].join(', ');
    problems.push([['set', name], `set: there is no dimension ${name}; did you mean ${near}? There are: ${there}`]);
  }
  if (from !== undefined && to !== undefined && to < from) problems.push([['to'], `to: ${to} is before from: ${from}`]);
  const { kind } = match;
  if (kind !== undefined && isLiteral(kind) && !RULE_KINDS.includes(kind)) {
    const near = closestOf(kind, RULE_KINDS);
    problems.push([['match', 'kind'], `match.kind: there is no kind ${kind}; did you mean ${near}?`]);
  }
  return problems;
}

function invalid(problems: readonly string[]): OperatingError {
  return new OperatingError('CONFIG_INVALID', problems.join('\n  '));
}
