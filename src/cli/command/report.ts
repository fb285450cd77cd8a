import { type Config, type ConfigFlags, loadConfig } from '../../config/config.ts';
import type { Answer } from '../../domain/answer.ts';
import { DEFAULT_TAG_DIMENSIONS, DIMENSIONS } from '../../domain/dimension.ts';
import { describePeriods } from '../../domain/period.ts';
import { COST_BASES, type CostBasis, GRAINS, type Grain, type Question } from '../../domain/question.ts';
import { ask } from '../../query/ask.ts';
import { type Answering, snapshotsFor } from '../../query/periods.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { announce, type LedgerInUse, withLedger } from '../ledger-in-use.ts';
import { choice, collect, parseDimensions, parseFilter, parseTime, wholeNumber, withSource } from '../options.ts';
import { openProgress } from '../progress.ts';

const FORMATS = ['table', 'json', 'csv'] as const;

export interface ReportOptions extends ConfigFlags {
  readonly by?: string;
  readonly where?: readonly string[];
  readonly period?: string;
  readonly from?: string;
  readonly to?: string;
  readonly grain?: Grain;
  readonly top?: string;
  readonly cost: CostBasis;
  readonly format: (typeof FORMATS)[number];
}

/** A table for people ends here unless --top says otherwise; JSON and CSV hold every row. */
const TABLE_GROUPS = 100;
const MAX_TOP = 1_000_000;

export const define: CommandModule['define'] = (command, context, finish) => {
  withSource(command)
    .option('--by <dims>', 'one to three dimensions, separated by commas; by default team, or the first in bursar.yaml')
    .option(
      '--where <filter>',
      'keep DIM=VALUE[,VALUE…] or leave out DIM!=VALUE; (none) stands for no value, (shared) for what many use; may be repeated',
      collect,
    )
    .option('--period <month>', 'billing period 2026-10, or a range 2026-01..2026-10; by default the newest with data')
    .option('--from <day>', 'first usage day (UTC)')
    .option('--to <day>', 'last usage day (UTC), included')
    .addOption(choice('--grain <grain>', 'one row a usage day or usage month (UTC)', GRAINS))
    .option('--top <n>', 'the n greatest groups; the rest is one row (other)')
    .addOption(choice('--cost <basis>', 'net falls back to unblended for payers without net values', COST_BASES, 'net'))
    .addOption(choice('--format <format>', 'table for people, json and csv for programs', FORMATS, 'table'))
    .addHelpText('after', help())
    .action(async (options: ReportOptions) => {
      const config = await loadConfig(options, context.env, context.cwd);
      const answer = await report(config, options, context);
      await printAnswer(answer, options.format, context);
      finish(answer.check.difference === 0n ? 0 : 1);
    });
};

/** Ingests what is new, asks, and returns the answer. */
export async function report(config: Config, options: ReportOptions, context: Context): Promise<Answer> {
  const by = parseDimensions(options.by ?? defaultDimension(config), config.dimensions);
  const where = (options.where ?? []).map((text) => parseFilter(text, config.dimensions));
  const time = parseTime(options);
  const top = options.top === undefined ? null : wholeNumber('--top', options.top, 1, MAX_TOP);
  return withLedger(config, context, (inUse) => {
    announce(inUse, context);
    const answering = snapshotsFor(time, inUse.outcomes);
    const question = {
      by,
      where,
      periods: answering.found.map(({ period }) => period),
      from: time.from,
      to: time.to,
      grain: options.grain ?? null,
      top: top ?? (options.format === 'table' ? TABLE_GROUPS : null),
      cost: options.cost,
    };
    return askLedger(inUse, answering, question, config, context);
  });
}

async function askLedger(
  { ledger, openReader }: LedgerInUse,
  { found, missing, passedOver }: Answering,
  question: Question,
  { allocation }: Config,
  context: Context,
): Promise<Answer> {
  const engine = await openReader();
  const progress = await openProgress(context, () => engine.progress());
  try {
    progress.update(0, 1, 'adding up');
    const answer = await ask(engine, ledger, found, question, allocation);
    const notes = [
      ...(missing.length === 0 ? [] : [`The export has no Bedrock lines for ${describePeriods(missing)}.`]),
      ...passedOver.map(
        ({ period, error }) =>
          `${period} could not be brought up to date (${error.code}); nothing of it was asked for.`,
      ),
    ];
    return { ...answer, notes: [...notes, ...answer.notes] };
  } finally {
    progress.stop();
    await engine.close();
  }
}

/** The first of the user's own dimensions; people and applications where there is none. */
function defaultDimension(config: Config): string {
  return Object.keys(config.dimensions)[0] ?? 'session';
}

export async function printAnswer(answer: Answer, format: ReportOptions['format'], context: Context): Promise<void> {
  switch (format) {
    case 'json': {
      const { jsonLines } = await import('../../report/format/json.ts');
      return write(context.stdout, jsonLines(answer));
    }
    case 'csv': {
      const { csvLines } = await import('../../report/format/csv.ts');
      const { sourceLines } = await import('../../report/format/headline.ts');
      context.stderr.write(`${sourceLines(answer).join('\n')}\n`);
      return write(context.stdout, csvLines(answer));
    }
    case 'table': {
      const { tableText } = await import('../../report/format/table.ts');
      const { stdout } = context;
      return write(stdout, [tableText(answer, { width: terminalWidth(stdout), colour: wantsColour(context, stdout) })]);
    }
  }
}

function help(): string {
  const entries = [
    ...Object.entries(DEFAULT_TAG_DIMENSIONS).map(([name, { tagKeys }]) => [
      name,
      `tag ${tagKeys.join(', ')} (bursar.yaml can name others)`,
    ]),
    ['tag:<key>', 'any tag of the export, such as tag:resourceTags/Project'],
    ...Object.entries(DIMENSIONS).map(([name, { about }]) => [name, about]),
  ];
  const width = Math.max(...entries.map(([name = '']) => name.length)) + 2;
  return `
Dimensions:
${entries.map(([name = '', about]) => `  ${name.padEnd(width)}${about}`).join('\n')}

Examples:
  bursar report --cur ./cur --by team
  bursar report --cur ./cur --by team,session --top 20 --period 2026-10
  bursar report --cur ./cur --by model,token-kind --where team=backend --cost list
  bursar report --cur ./cur --by session --where 'team=(none)'
  bursar report --cur ./cur --by team --grain day --from 2026-10-01 --to 2026-10-07 --format csv

Dimensions of your own may also come from rules and a people file: docs/guides/allocation.md. Of those, every answer says what
is allocated, shared and unallocated; bursar explain says why.

Every answer ends with its check: bill = shown + filtered out. Exit code 1 when it does not hold.`;
}
