import type { ConfigFlags, PeopleConfig } from '../../config/config.ts';
import { COLUMN_MEANINGS, starProblem } from '../../config/people-import.ts';
import { closestOf } from '../../domain/dimension.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type GroupRule, IDENTITY_CENTER } from '../../domain/people.ts';
import { type Day, isDay } from '../../domain/period.ts';
import { type Context, resolvePath } from '../context.ts';
import { splitList, withoutEscapes } from '../options.ts';

export interface ImportOptions extends ConfigFlags {
  readonly from?: string;
  readonly file?: string;
  readonly group?: readonly string[];
  readonly firstGroup?: boolean;
  readonly identityStore?: string;
  readonly columns?: readonly string[];
  readonly encoding?: string;
  readonly name?: string;
  readonly effective?: string;
  readonly acceptLeavers?: boolean;
  readonly dryRun?: boolean;
  readonly format: 'table' | 'json';
}

/** What flags say wins over bursar.yaml. @throws OperatingError OPTION_INVALID */
export function withOptions(config: PeopleConfig, options: ImportOptions, context: Context): PeopleConfig {
  const names = Object.keys(config.dimensions);
  const { from, file, group, columns, name } = options;
  if (name !== undefined && name.trim() === '') throw invalid('--name ""', 'a name');
  return {
    ...config,
    ...(from === undefined ? {} : { from: from === IDENTITY_CENTER ? from : resolvePath(context, from) }),
    ...(file === undefined ? {} : { file: resolvePath(context, file) }),
    ...(group === undefined ? {} : { groups: group.map((text) => parseGroup(text, names)) }),
    ...(columns === undefined ? {} : { columns: parseColumns(columns, names) }),
    firstGroup: options.firstGroup ?? config.firstGroup,
    identityStore: options.identityStore ?? config.identityStore,
    encoding: options.encoding ?? config.encoding,
    name: name?.trim() ?? config.name,
  };
}

/** UTC, as usage days are. */
export function today(): Day {
  return new Date().toISOString().slice(0, 10) as Day;
}

/** @throws OperatingError OPTION_INVALID */
export function effectiveDay(text: string | undefined): Day {
  const day = text ?? today();
  if (isDay(day)) return day;
  throw invalid(`--effective ${day}`, 'a UTC day such as 2026-11-01');
}

/** `aws-data-*=team:data` */
function parseGroup(text: string, dimensions: readonly string[]): GroupRule {
  const [, pattern = '', dimension = '', value = ''] = /^(.+)=([^=:]+):(.+)$/.exec(text) ?? [];
  if (pattern.trim() === '') throw invalid(`--group ${text}`, "PATTERN=DIM:VALUE, such as 'aws-data-*=team:data'");
  checkName(`--group ${text}`, dimension, dimensions);
  const problem = starProblem(pattern, value);
  if (problem !== null) throw new OperatingError('OPTION_INVALID', `--group ${text}: ${problem}`);
  return { pattern: pattern.trim(), values: new Map([[dimension, value.trim()]]) };
}

/** `session=Email,person=Full name`; a meaning may be told twice. */
function parseColumns(texts: readonly string[], dimensions: readonly string[]): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  for (const part of texts.flatMap(splitList)) {
    const [, meaning = '', column = ''] = /^([^=]+)=(.+)$/.exec(withoutEscapes(part).trim()) ?? [];
    if (column === '') throw invalid(`--columns ${part}`, 'MEANING=COLUMN, such as session=Email,person=Full name');
    checkName(`--columns ${part}`, meaning, [...COLUMN_MEANINGS, ...dimensions]);
    columns.set(meaning, [...(columns.get(meaning) ?? []), column]);
  }
  return columns;
}

function checkName(option: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new OperatingError('OPTION_INVALID', `${option}: there is nothing called ${name}`, {
    hint: `Did you mean ${closestOf(name, known)}? There are: ${known.join(', ')}.`,
  });
}

function invalid(given: string, wanted: string): OperatingError {
  return new OperatingError('OPTION_INVALID', `${given} is not understood`, { hint: `It takes ${wanted}.` });
}
