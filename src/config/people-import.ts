import { dirname, resolve } from 'node:path';
import { PERSON } from '../domain/allocation.ts';
import { closestOf, DEFAULT_TAG_DIMENSIONS, type OwnDimensions } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import { type GroupRule, IDENTITY_CENTER } from '../domain/people.ts';
import { ownDimensions, peopleFileOf, standardPeopleFile } from './allocation.ts';
import type { ConfigFile, ReadConfigFile } from './file.ts';

/** How the people file is imported, as bursar.yaml says it; `null` = it says nothing. Paths are absolute. */
export interface PeopleImport {
  readonly dimensions: OwnDimensions;
  readonly file: string;
  /** the file that reports read; `null` = bursar.yaml names none */
  readonly reported: string | null;
  /** {@link IDENTITY_CENTER}, or a CSV file */
  readonly from: string | null;
  readonly name: string | null;
  readonly groups: readonly GroupRule[];
  readonly firstGroup: boolean;
  readonly identityStore: string | null;
  readonly region: string | null;
  /** what it means -> columns of the CSV file */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly encoding: string | null;
}

/**
 * @param path of bursar.yaml
 * @param read `null` = there is none
 * @throws OperatingError CONFIG_INVALID, DIMENSION_NAME_TAKEN
 */
export function readPeopleImport(path: string, read: ReadConfigFile | null): PeopleImport {
  const dimensions = read === null ? DEFAULT_TAG_DIMENSIONS : ownDimensions(path, read);
  const file = read === null ? null : peopleFileOf(path, read.file);
  const section = sectionOf(read?.file ?? null);
  if (read !== null) checkNames(path, read, section, Object.keys(dimensions));
  return {
    dimensions,
    file: file ?? standardPeopleFile(dirname(path)),
    reported: file,
    from:
      section.from === undefined || section.from === IDENTITY_CENTER
        ? (section.from ?? null)
        : resolve(dirname(path), section.from),
    name: section.name ?? null,
    groups: Object.entries(section.groups ?? {}).map(([pattern, values]) => ({
      pattern,
      values: new Map(Object.entries(values)),
    })),
    firstGroup: section['first-group'] ?? false,
    identityStore: section['identity-store'] ?? null,
    region: section.region ?? null,
    columns: new Map(Object.entries(section.columns ?? {}).map(([name, columns]) => [name, [columns].flat()])),
    encoding: section.encoding ?? null,
  };
}

type Section = Partial<Exclude<ConfigFile['people'], string | undefined>>;

function sectionOf(file: ConfigFile | null): Section {
  const people = file?.people;
  return people === undefined || typeof people === 'string' ? {} : people;
}

/** What a column of a CSV file can mean, besides a dimension. */
export const COLUMN_MEANINGS: readonly string[] = ['session', PERSON, 'status', 'from', 'to'];

function checkNames(path: string, { placeOf }: ReadConfigFile, section: Section, dimensions: readonly string[]): void {
  const problems: string[] = [];
  const at = (...to: string[]): string => `${path}, ${placeOf(['people', ...to])}: people.${to[0]}`;
  for (const [pattern, values] of Object.entries(section.groups ?? {})) {
    for (const [dimension, value] of Object.entries(values)) {
      const problem = dimensions.includes(dimension)
        ? starProblem(pattern, value)
        : `there is no dimension ${dimension}; did you mean ${closestOf(dimension, dimensions)}? There are: ${dimensions.join(', ')}`;
      if (problem !== null) problems.push(`${at('groups', pattern, dimension)}: ${problem}`);
    }
  }
  const meanings = [...COLUMN_MEANINGS, ...dimensions];
  for (const name of Object.keys(section.columns ?? {})) {
    if (meanings.includes(name)) continue;
    problems.push(
      `${at('columns', name)}: there is nothing called ${name}; did you mean ${closestOf(name, meanings)}? There are: ${meanings.join(', ')}`,
    );
  }
  if (problems.length > 0) throw new OperatingError('CONFIG_INVALID', problems.join('\n  '));
}

/** What is wrong with a value that stands for a part of the group's name; `null` = nothing. */
export function starProblem(pattern: string, value: string): string | null {
  if (!value.includes('*')) return null;
  const one = pattern.split('*').length === 2 && !pattern.includes('?') && value.split('*').length === 2;
  return one
    ? null
    : `the * of ${value} stands for what the * of the group's pattern matches: ${pattern} must have exactly one, and no ?`;
}
