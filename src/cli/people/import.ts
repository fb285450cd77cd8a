import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { loadPeopleConfig, type PeopleConfig } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { ImportReport, Membership, PeoplePlan } from '../../domain/people.ts';
import type { Day } from '../../domain/period.ts';
import { type PeopleFile, parsePeopleFile } from '../../people/file.ts';
import { refreshPeople } from '../../people/refresh.ts';
import { NO_TABLE } from '../../people/table.ts';
import { replaceFile } from '../../people/write-file.ts';
import type { Context } from '../context.ts';
import { coveredDollars } from './coverage.ts';
import { effectiveDay, type ImportOptions, today, withOptions } from './options.ts';
import { readPeopleSource } from './source.ts';

const NO_FILE: PeopleFile = { people: [], columns: [], table: NO_TABLE };

/** Reads the source, refreshes the file unless it is a dry run, and looks which dollars it covers. */
export async function importPeople(options: ImportOptions, context: Context): Promise<ImportReport> {
  const config = withOptions(await loadPeopleConfig(options, context.env, context.cwd), options, context);
  const { file } = config;
  const day = effectiveDay(options.effective);
  const before = existsSync(file) ? await readFile(file) : null;
  const held = before === null ? NO_FILE : parsePeopleFile(file, before, Object.keys(config.dimensions));
  const source = await readPeopleSource(config, context);
  const { membership, place } = source;
  if (membership.members.length === 0) {
    throw new OperatingError('PEOPLE_SOURCE_INVALID', `${place} names nobody; the file stays as it is`);
  }
  const name = config.name ?? source.standardName;
  const { text, plan } = refreshPeople(held, membership, name, day);
  checkOrder(day, plan);
  if (options.acceptLeavers !== true) checkLeavers(plan, place);
  const dryRun = options.dryRun === true;
  if (text !== null && !dryRun) await replaceFile(file, before, text);
  const planned = { path: file, text: text ?? before?.toString('utf8') ?? '' };
  const covered = await coveredDollars(config, planned, options, context);
  return {
    file,
    day,
    outcome: text === null ? 'unchanged' : dryRun ? 'dry-run' : before === null ? 'made' : 'written',
    source: { name, place, ...countsOf(membership) },
    plan,
    unmapped: source.unmapped,
    notes: [...source.notes, ...renamedNotes(plan), ...nameTheFile(config), ...covered.notes],
    coverage: covered.coverage,
  };
}

/**
 * What an import of a later day has found out would be lost.
 * @throws OperatingError OPTION_INVALID
 */
function checkOrder(day: Day, { withdrawn }: PeoplePlan): void {
  // What is planned for days to come may change.
  const newest = withdrawn.findLast((from) => from <= today());
  if (newest === undefined) return;
  throw new OperatingError(
    'OPTION_INVALID',
    `--effective ${day} lies before ${newest}, from which day on rows were imported`,
    {
      hint: 'Imports go forward, so that nothing is lost: take that day or a later one, or mend the rows by hand.',
    },
  );
}

/** So many may leave in one import without a question. */
const FEW = 5;

/** @throws OperatingError PEOPLE_MOST_LEFT */
function checkLeavers({ changes, unchanged }: PeoplePlan, place: string): void {
  const left = changes.filter(({ kind }) => kind === 'left').length;
  const stayed = unchanged + changes.filter(({ kind }) => kind === 'moved').length;
  if (left <= stayed || left <= FEW) return;
  throw new OperatingError(
    'PEOPLE_MOST_LEFT',
    `of ${left + stayed} sessions that were imported before, ${place} no longer has ${left}; the file stays as it is`,
  );
}

function countsOf({ members, dimensions }: Membership): Pick<ImportReport['source'], 'people' | 'left' | 'without'> {
  const here = members.filter(({ left }) => !left);
  const without = dimensions.map((dimension) => {
    const lacking = here.filter(({ spans }) => !spans.some(({ values }) => values.has(dimension)));
    return [dimension, lacking.length] as const;
  });
  return { people: members.length, left: members.length - here.length, without: new Map(without) };
}

const SHOWN = 3;

function renamedNotes({ renamed }: PeoplePlan): string[] {
  if (renamed.length === 0) return [];
  const shown = renamed.slice(0, SHOWN).map(({ person, name }) => `${person} is ${name} in the source`);
  const more = renamed.length > SHOWN ? `, and ${renamed.length - SHOWN} more` : '';
  return [
    `the file keeps the names it has, so that one person stays one: ${shown.join(', ')}${more}. To rename somebody, replace the name on all their rows.`,
  ];
}

/** What is missing in bursar.yaml, so that reports read the file. */
function nameTheFile({ reported, file, configFile }: PeopleConfig): string[] {
  if (reported === file) return [];
  const path = relative(dirname(configFile), file);
  if (reported !== null) return [`reports read another file, ${reported}, as ${configFile} says.`];
  return [`reports do not read it yet: write the line "people: ${path}" into ${configFile}.`];
}
