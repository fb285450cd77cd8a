import { type Command, Option } from 'commander';
import { ENGINES, SOURCES } from '../config/config.ts';
import { NONE } from '../domain/allocation.ts';
import { type Dimension, findDimension, type OwnDimensions } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { AskedInvoice } from '../domain/invoice.ts';
import { type Money, parseMoney } from '../domain/money.ts';
import { type Day, isDay, isPeriod, nextDay, type Period } from '../domain/period.ts';
import type { Filter } from '../domain/question.ts';
import type { AskedTime } from '../query/periods.ts';

/** The options by which a command finds its export: the same everywhere. */
export function withSource(command: Command): Command {
  command
    .option(
      '--cur <place>',
      'the CUR 2.0 export: the folder or s3://bucket/prefix with data/ and metadata/, or one above it; with Trino a table; may be repeated for several payers [BURSAR_CUR]',
      collect,
    )
    .option('--ledger <dir>', 'where the ledger is kept; by default below ~/.local/share/bursar [BURSAR_LEDGER]')
    .addOption(choice('--engine <engine>', 'what reads the export; trino needs bursar.yaml [BURSAR_ENGINE]', ENGINES))
    .option('--config <file>', CONFIG_HELP);
  return withAws(command);
}

/** The options of commands that also take Cost Explorer as their source. */
export function withCostExplorer(command: Command): Command {
  command.addOption(
    choice('--source <source>', 'cur: the CUR 2.0 export; ce: Cost Explorer, where there is none yet', SOURCES, 'cur'),
  );
  return command
    .option('--yes', 'pay for Cost Explorer without being asked')
    .option('--max-pages <n>', 'most pages of Cost Explorer, at $0.01 each; by default 50')
    .option('--refresh', 'ask Cost Explorer again for what is kept');
}

/** The options by which a command finds the accounts of bursar.yaml. */
export function withAccounts(command: Command): Command {
  return withSettings(command.option('--account <id>', 'this account alone; may be repeated', collect));
}

/** The options by which a command finds bursar.yaml and AWS. */
export function withSettings(command: Command): Command {
  return withAws(command.option('--config <file>', CONFIG_HELP));
}

const CONFIG_HELP = 'configuration; by default bursar.yaml where you stand [BURSAR_CONFIG]';

/** The options by which AWS is reached: the same everywhere. */
export function withAws(command: Command): Command {
  return command
    .option('--profile <name>', 'profile of ~/.aws/config [AWS_PROFILE]')
    .option('--region <region>', 'AWS region [AWS_REGION]')
    .option('--endpoint-url <url>', 'address instead of that of AWS [AWS_ENDPOINT_URL]');
}

/** An option with a closed list of values, for help and check alike. */
export function choice(flags: string, description: string, values: readonly string[], standard?: string): Option {
  const option = new Option(flags, description).choices([...values]);
  return standard === undefined ? option : option.default(standard);
}

/** For options that may be given more than once. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** @throws OperatingError OPTION_INVALID */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw invalid(
      `${option} ${text}`,
      `a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`,
    );
  }
  return value;
}

const MAX_DIMENSIONS = 3;

/**
 * `team,model` -> dimensions. In a tag key a comma or a backslash has a backslash before it.
 * @throws OperatingError OPTION_INVALID, DIMENSION_UNKNOWN
 */
export function parseDimensions(text: string, known: OwnDimensions): Dimension[] {
  const names = splitList(text).map((name) => withoutEscapes(name).trim());
  if (names.includes('')) throw invalid(`--by ${JSON.stringify(text)}`, 'one to three dimensions, such as team,model');
  const dimensions = names.map((name) => findDimension(name, known));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`--by ${text}`, `each dimension once; ${twice} stands twice`);
  if (names.length > MAX_DIMENSIONS) throw invalid(`--by ${text}`, `at most ${MAX_DIMENSIONS} dimensions`);
  return dimensions;
}

/**
 * `team=backend,data`, `model!=(none)`. A comma, equals sign or backslash that is part of a name has a backslash before
 * it; so has the bracket of a value that is really called `(none)`.
 * @throws OperatingError OPTION_INVALID, DIMENSION_UNKNOWN
 */
export function parseFilter(text: string, known: OwnDimensions): Filter {
  const parts = /^((?:\\.|[^\\=])*?)(!?)=(.*)$/s.exec(text);
  const [, name = '', not = '', list = ''] = parts ?? [];
  if (name === '') throw invalid(`--where ${text}`, 'DIM=VALUE, DIM!=VALUE or DIM=VALUE,VALUE');
  const values = splitList(list).map((value) => (value === NONE ? null : withoutEscapes(value)));
  if (values.includes(''))
    throw invalid(`--where ${text}`, `a value behind the equals sign; ${NONE} stands for no value`);
  return { dimension: findDimension(withoutEscapes(name).trim(), known), negated: not === '!', values };
}

/** Splits at commas that no backslash escapes. */
export function splitList(list: string): string[] {
  return list.split(/(?<=(?:^|[^\\])(?:\\\\)*),/);
}

export function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

/**
 * `1234567890=4711.08`
 * @throws OperatingError OPTION_INVALID
 */
export function parseInvoice(text: string): AskedInvoice {
  const [, id = '', amount = ''] = /^(.*)=([^=]*)$/s.exec(text) ?? [];
  if (id.trim() === '') throw invalid(`--invoice ${text}`, 'ID=AMOUNT, such as 1234567890=4711.08');
  return { id: id.trim(), amount: parseAmount(`--invoice ${id.trim()}:`, amount.trim()) };
}

/**
 * An amount of the bill's currency. Separators of thousands are refused: 1,234 is one thing here and another there.
 * @throws OperatingError OPTION_INVALID
 */
export function parseAmount(option: string, text: string): Money {
  if (!/^-?\d{1,15}(\.\d{1,10})?$/.test(text)) {
    throw invalid(`${option} ${text}`, 'an amount such as 4711.08: digits, a point for the cents, no currency');
  }
  return parseMoney(text);
}

/** @throws OperatingError OPTION_INVALID */
export function parseTime(options: { period?: string; from?: string; to?: string }): AskedTime {
  const from = options.from === undefined ? null : parseDay('--from', options.from);
  const last = options.to === undefined ? null : parseDay('--to', options.to);
  if (from !== null && last !== null && from > last)
    throw invalid(`--from ${from} --to ${last}`, '--from on or before --to');
  return {
    periods: options.period === undefined ? null : parsePeriods(options.period),
    from,
    to: last === null ? null : nextDay(last),
  };
}

function parsePeriods(text: string): { first: Period; last: Period } {
  const [first = '', last = first, ...more] = text.split('..');
  if (!isPeriod(first) || !isPeriod(last) || more.length > 0 || first > last) {
    throw invalid(`--period ${text}`, 'a billing period such as 2026-10, or a range such as 2026-01..2026-10');
  }
  return { first, last };
}

function parseDay(option: string, text: string): Day {
  if (!isDay(text)) throw invalid(`${option} ${text}`, 'a UTC day such as 2026-10-01');
  return text;
}

function invalid(given: string, wanted: string): OperatingError {
  return new OperatingError('OPTION_INVALID', `${given} is not understood`, { hint: `It takes ${wanted}.` });
}
