import { type Config, type ConfigFlags, loadConfig } from '../../config/config.ts';
import { PERSON } from '../../domain/allocation.ts';
import { type Dimension, findDimension } from '../../domain/dimension.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Explanation } from '../../domain/explanation.ts';
import { COST_BASES, type CostBasis, type Filter } from '../../domain/question.ts';
import { explain } from '../../query/explain.ts';
import { snapshotsFor } from '../../query/periods.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { announce, namedSnapshots, withLedger, withReader } from '../ledger-in-use.ts';
import { choice, parseDimensions, parseFilter, parseTime, withSource } from '../options.ts';

interface ExplainOptions extends ConfigFlags {
  readonly by?: string;
  readonly period?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cost: CostBasis;
  readonly snapshot?: string;
  readonly format: keyof typeof LIMITS;
}

/** Most callers and charges that are told: people read the dearest, programs get what fits into memory. */
const LIMITS = { table: 20, json: 10_000 } as const;

export const define: CommandModule['define'] = (command, context, finish) => {
  withSource(command)
    .argument('<what>', 'a principal ARN, or DIM=VALUE as --where of bursar report takes it')
    .option('--by <dims>', 'the dimensions whose values are told; by default DIM, or yours and person')
    .option('--period <month>', 'billing period 2026-10, or a range 2026-01..2026-10; by default the newest with data')
    .option('--from <day>', 'first usage day (UTC)')
    .option('--to <day>', 'last usage day (UTC), included')
    .addOption(choice('--cost <basis>', 'as in bursar report', COST_BASES, 'net'))
    .option('--snapshot <id>', 'explain an earlier snapshot: its id, or previous for the one before')
    .addOption(choice('--format <format>', 'table for people, json for programs', Object.keys(LIMITS), 'table'))
    .addHelpText(
      'after',
      `
Why dollars are where a report shows them: which tag, rule or row of the people file put them there, who called, what was
used, and in which files it is written. For (none) and (shared) also what to do, ready to paste.

Examples:
  bursar explain team=data --cur ./cur
  bursar explain 'team=(none)' --cur ./cur --period 2026-10
  bursar explain person=mia@example.com --cur ./cur --by team,cost-center
  bursar explain arn:aws:sts::111122223333:assumed-role/llm-gateway/gateway --cur ./cur`,
    )
    .action(async (what: string, options: ExplainOptions) => {
      const config = await loadConfig(options, context.env, context.cwd);
      const explanation = await explained(config, what, options, context);
      await print(explanation, options.format, context);
      finish(explanation.check.difference === 0n ? 0 : 1);
    });
};

async function explained(
  config: Config,
  what: string,
  options: ExplainOptions,
  context: Context,
): Promise<Explanation> {
  const filter = filterOf(what, config);
  const by =
    options.by === undefined ? standardDimensions(filter, config) : parseDimensions(options.by, config.dimensions);
  const time = parseTime(options);
  return withLedger(config, context, async (inUse) => {
    announce(inUse, context);
    const counting = snapshotsFor(time, inUse.outcomes).found;
    const found = options.snapshot === undefined ? counting : await namedSnapshots(inUse, options.snapshot, counting);
    const question = {
      by,
      where: [filter],
      periods: found.map(({ period }) => period),
      from: time.from,
      to: time.to,
      grain: null,
      top: null,
      cost: options.cost,
    };
    return withReader(inUse, context, async (engine, progress) => {
      progress.update(0, 1, 'looking at the lines');
      const limit = LIMITS[options.format];
      const explanation = await explain(engine, inUse.ledger, found, question, limit, config.allocation);
      if (explanation.charges.count === 0) throw nothingBehind(what);
      return explanation;
    });
  });
}

function filterOf(what: string, config: Config): Filter {
  // A session name may hold an equals sign.
  if (what.startsWith('arn:')) {
    return { dimension: findDimension('principal', {}), negated: false, values: [what] };
  }
  const filter = parseFilter(what, config.dimensions);
  if (!filter.negated) return filter;
  throw new OperatingError('OPTION_INVALID', `${what} is not understood`, {
    hint: 'It takes a principal ARN, or DIM=VALUE: a row of a report.',
  });
}

function standardDimensions({ dimension }: Filter, config: Config): Dimension[] {
  if (dimension.source.table === 'allocated') return [dimension];
  return [...Object.keys(config.dimensions), PERSON].map((name) => findDimension(name, config.dimensions));
}

function nothingBehind(what: string): OperatingError {
  const role = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(what)?.[1];
  const hint =
    role === undefined
      ? 'bursar report --by DIM shows which values there are; the spelling must be the same, in upper and lower case.'
      : `The bill names sessions of a role, not the role: bursar explain role=${role}`;
  return new OperatingError('PERIOD_WITHOUT_DATA', `no line of the bill has ${what}`, { hint });
}

async function print(
  explanation: Explanation,
  format: ExplainOptions['format'],
  { stdout, ...context }: Context,
): Promise<void> {
  const { explanationJson, explanationText } = await import('../../report/format/explanation.ts');
  const text =
    format === 'json'
      ? explanationJson(explanation)
      : explanationText(explanation, {
          width: terminalWidth(stdout),
          colour: wantsColour({ stdout, ...context }, stdout),
        });
  await write(stdout, [text]);
}
