import { type Config, type ConfigFlags, loadConfig } from '../../config/config.ts';
import type { Answer, AnswerHead } from '../../domain/answer.ts';
import { type Comparison, sameDay } from '../../domain/comparison.ts';
import { DEFAULT_TAG_DIMENSIONS, DIMENSIONS } from '../../domain/dimension.ts';
import { OperatingError } from '../../domain/errors.ts';
import { type Day, describePeriods, firstDay, isPeriod, nextPeriod, type Period } from '../../domain/period.ts';
import { COST_BASES, type CostBasis, GRAINS, type Grain, type Question } from '../../domain/question.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { ask, askOnce } from '../../query/ask.ts';
import { compare, type Side } from '../../query/compare.ts';
import { type Answering, type AskedTime, snapshotsFor } from '../../query/periods.ts';
import { driversInSteps } from '../../report/drivers/drivers.ts';
import { atOnce } from '../../report/steps.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { type ViewAsked, viewAsked } from '../cost-explorer/view-asked.ts';
import { announce, type LedgerInUse, namedSnapshots, withLedger, withReader } from '../ledger-in-use.ts';
import {
  choice,
  collect,
  parseDimensions,
  parseFilter,
  parseTime,
  wholeNumber,
  withCostExplorer,
  withSource,
} from '../options.ts';

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
  readonly snapshot?: string;
  readonly changedSince?: string;
  readonly forecast?: boolean;
  readonly format: (typeof FORMATS)[number];
}

/** A table for people ends here unless --top says otherwise; JSON and CSV hold every row. */
const TABLE_GROUPS = 100;
const MAX_TOP = 1_000_000;

export const define: CommandModule['define'] = (command, context, finish) => {
  withCostExplorer(withSource(command))
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
    .option('--snapshot <id>', 'answer from an earlier snapshot: its id, or previous for the one before')
    .option(
      '--changed-since <what>',
      'list what moved since a snapshot (id or previous) or another billing period, and what made it move; with --from and --to since the same days of that period',
    )
    .option('--forecast', 'what an open billing period will come to, with an 80 % range')
    .addOption(choice('--format <format>', 'table for people, json and csv for programs', FORMATS, 'table'))
    .addHelpText('after', help())
    .action(async (options: ReportOptions) => {
      const config = await loadConfig(options, context.env, context.cwd);
      if (options.forecast === true) {
        const { printForecast } = await import('./report-forecast.ts');
        finish(await printForecast(config, options, context));
        return;
      }
      if (options.changedSince !== undefined) {
        const comparison = await compared(config, options, options.changedSince, context);
        await printComparison(comparison, options, context);
        finish([comparison.before, comparison.now].every(({ check }) => check.difference === 0n) ? 0 : 1);
        return;
      }
      const answer = await report(config, options, context);
      await printAnswer(answer, options.format, context);
      finish(answer.check.difference === 0n ? 0 : 1);
    });
};

/** Ingests what is new, asks, and returns the answer. */
export async function report(config: Config, options: ReportOptions, context: Context): Promise<Answer> {
  const asked = parseAsked(config, options);
  const action = async (inUse: LedgerInUse): Promise<Answer> => {
    announce(inUse, context);
    const answering = snapshotsFor(asked.time, inUse.outcomes);
    const found =
      options.snapshot === undefined ? null : await namedSnapshots(inUse, options.snapshot, answering.found);
    const question = questionOn(asked, found ?? answering.found);
    return withReader(inUse, context, async (engine, progress) => {
      progress.update(0, 1, 'adding up');
      const answer =
        found === null
          ? await ask(engine, inUse.ledger, answering.found, question, config.allocation)
          : await askOnce(engine, inUse.ledger, found, question, config.allocation);
      return withOrigin({ ...answer, notes: [...timeNotes(answering), ...answer.notes] }, inUse);
    });
  };
  return withLedger(config, context, action, ofCostExplorer(config, asked));
}

/** What Cost Explorer is asked for; `null` = an export is the source. */
function ofCostExplorer(
  config: Config,
  { by, where, time, cost }: Asked,
  since: Period | null = null,
): ViewAsked | null {
  if (config.source !== 'cost-explorer') return null;
  const dimensions = [...by, ...where.map(({ dimension }) => dimension)];
  const asked = viewAsked(config, time, dimensions, cost);
  if (since === null) return asked;
  const before = viewAsked(config, { periods: { first: since, last: since }, from: null, to: null }, dimensions, cost);
  return { ...asked, months: [...before.months, ...asked.months] };
}

async function withOrigin<A extends AnswerHead>(answer: A, { about }: LedgerInUse): Promise<A> {
  if (about === null) return answer;
  const notes = await about.notesOn(answer.question.periods);
  return { ...answer, source: { ...answer.source, origin: about.origin }, notes: [...notes, ...answer.notes] };
}

/** The same question to two snapshots of the same periods, or to two billing periods. */
async function compared(config: Config, options: ReportOptions, since: string, context: Context): Promise<Comparison> {
  const asked = parseAsked(config, options);
  if (options.snapshot !== undefined) throw alone('--snapshot', 'it takes what counts now for what moved');
  const action = async (inUse: LedgerInUse): Promise<Comparison> => {
    announce(inUse, context);
    const now = snapshotsFor(asked.time, inUse.outcomes).found;
    const before = isPeriod(since) ? periodBefore(asked, since, inUse) : await namedSnapshots(inUse, since, now);
    // Of the periods that are compared: a snapshot may be of another than the newest.
    const current = isPeriod(since) ? now : await counting(inUse, before);
    return withReader(inUse, context, async (engine, progress) => {
      progress.update(0, 1, 'adding up');
      // Days and groups of --top are chosen from what moved, not from either side.
      const side = (snapshots: readonly Snapshot[], time: AskedTime): Side => ({
        snapshots,
        question: { ...questionOn({ ...asked, time }, snapshots), top: null },
      });
      const timeBefore = isPeriod(since) ? sameDays(asked.time, now, since) : asked.time;
      const sides = [side(before, timeBefore), side(current, asked.time)] as const;
      const { compared, ...heads } = await compare(engine, inUse.ledger, ...sides, config.allocation);
      return {
        before: await withOrigin(heads.before, inUse),
        now: await withOrigin(heads.now, inUse),
        rows: atOnce(driversInSteps(compared)),
      };
    });
  };
  return withLedger(config, context, action, ofCostExplorer(config, asked, isPeriod(since) ? since : null));
}

function periodBefore({ grain }: Asked, since: Period, { outcomes }: LedgerInUse): readonly Snapshot[] {
  if (grain !== null) throw alone('--grain', 'the days of two billing periods are never the same');
  return snapshotsFor({ periods: { first: since, last: since }, from: null, to: null }, outcomes).found;
}

/** The same days of the billing period before. */
function sameDays(time: AskedTime, now: readonly Snapshot[], since: Period): AskedTime {
  const { from, to } = time;
  if (from === null && to === null) return time;
  const [period, ...others] = now.map((snapshot) => snapshot.period);
  const within = (day: Day | null): boolean =>
    day === null || period === undefined || (firstDay(period) <= day && day <= firstDay(nextPeriod(period)));
  if (period === undefined || others.length > 0 || !within(from) || !within(to)) {
    throw new OperatingError('OPTION_INVALID', '--from and --to are not days of one billing period', {
      hint: 'Beside --changed-since and another period they take days of the one that --period names, and compare them with the same days.',
    });
  }
  const same = (day: Day | null): Day | null => (day === null ? null : sameDay(day, period, since));
  return { periods: null, from: same(from), to: same(to) };
}

function alone(option: string, why: string): OperatingError {
  return new OperatingError('OPTION_INVALID', `--changed-since does not go with ${option}: ${why}`, {
    hint: 'Leave one of them out.',
  });
}

async function counting({ ledger }: LedgerInUse, snapshots: readonly Snapshot[]): Promise<Snapshot[]> {
  const current = await ledger.current(snapshots.map(({ period }) => period));
  return snapshots.map((snapshot) => current.get(snapshot.period) ?? snapshot);
}

/** What the options ask, before it is known which snapshots answer. */
type Asked = Pick<Question, 'by' | 'where' | 'grain' | 'top' | 'cost'> & { readonly time: AskedTime };

function parseAsked(config: Config, options: ReportOptions): Asked {
  return {
    by: parseDimensions(options.by ?? defaultDimension(config), config.dimensions),
    where: (options.where ?? []).map((text) => parseFilter(text, config.dimensions)),
    time: parseTime(options),
    grain: options.grain ?? null,
    top: topOf(options),
    cost: options.cost,
  };
}

function topOf({ top, format }: ReportOptions): number | null {
  if (top !== undefined) return wholeNumber('--top', top, 1, MAX_TOP);
  return format === 'table' ? TABLE_GROUPS : null;
}

function questionOn({ time, ...asked }: Asked, snapshots: readonly Snapshot[]): Question {
  return { ...asked, periods: snapshots.map(({ period }) => period), from: time.from, to: time.to };
}

function timeNotes({ missing, passedOver }: Answering): string[] {
  return [
    ...(missing.length === 0 ? [] : [`The export has no Bedrock lines for ${describePeriods(missing)}.`]),
    ...passedOver.map(
      ({ period, error }) => `${period} could not be brought up to date (${error.code}); nothing of it was asked for.`,
    ),
  ];
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

async function printComparison(comparison: Comparison, options: ReportOptions, context: Context): Promise<void> {
  const { changeCsv, changeJson } = await import('../../report/format/change-data.ts');
  const { changeText } = await import('../../report/format/change.ts');
  const { stdout } = context;
  const top = topOf(options);
  switch (options.format) {
    case 'json':
      return write(stdout, changeJson(comparison, top));
    case 'csv':
      return write(stdout, changeCsv(comparison, top));
    case 'table':
      return write(stdout, [changeText(comparison, top, terminalWidth(stdout))]);
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
  bursar report --cur ./cur --by team,model --changed-since previous
  bursar report --cur ./cur --by team --period 2026-10 --changed-since 2026-09
  bursar report --cur ./cur --by team --period 2026-10 --to 2026-10-20 --changed-since 2026-09
  bursar report --cur ./cur --forecast --where team=backend
  bursar report --cur ./cur --by team --grain day --from 2026-10-01 --to 2026-10-07 --format csv
  bursar report --source ce --by team,model --period 2026-10

Dimensions of your own may also come from rules and a people file: docs/guides/allocation.md. Of those, every answer says what
is allocated, shared and unallocated; bursar explain says why.

Without an export, --source ce asks Cost Explorer, which takes $0.01 for each page: docs/guides/cost-explorer.md.

Every answer ends with its check: bill = shown + filtered out. Exit code 1 when it does not hold.`;
}
