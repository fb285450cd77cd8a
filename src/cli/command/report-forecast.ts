import type { Config } from '../../config/config.ts';
import type { CostAnswer } from '../../domain/answer.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Period } from '../../domain/period.ts';
import type { CostBasis } from '../../domain/question.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { askDays } from '../../query/forecast.ts';
import { snapshotsFor } from '../../query/periods.ts';
import { forecast } from '../../report/forecast/forecast.ts';
import { forecastInput } from '../../report/forecast/input.ts';
import { forecastText } from '../../report/format/forecast.ts';
import { forecastCsv, forecastJson } from '../../report/format/forecast-data.ts';
import { type Context, terminalWidth, write } from '../context.ts';
import { announce, withLedger, withReader } from '../ledger-in-use.ts';
import { parseFilter, parseTime } from '../options.ts';

/** Options of `bursar report` that say something else than which lines and which period. */
const OTHER_OPTIONS = {
  changedSince: ['--changed-since', 'what changed has come already'],
  snapshot: ['--snapshot', 'it reads the days that count now'],
  by: ['--by', 'groups forecast one by one do not add up; name one with --where'],
  top: ['--top', 'it is one sum'],
  grain: ['--grain', 'it is one sum'],
  from: ['--from', 'it is of a whole billing period'],
  to: ['--to', 'it is of a whole billing period'],
} as const satisfies Record<string, readonly [flag: string, why: string]>;

interface ForecastOptions extends Partial<Record<keyof typeof OTHER_OPTIONS, string>> {
  readonly where?: readonly string[];
  readonly period?: string;
  readonly cost: CostBasis;
  readonly format: 'table' | 'json' | 'csv';
}

/**
 * `bursar report --forecast`
 * @returns the exit code
 * @throws OperatingError OPTION_INVALID where the period is closed, or with options that do not go with it
 */
export async function printForecast(config: Config, options: ForecastOptions, context: Context): Promise<number> {
  const { now, earlier } = await askForecast(config, options, context);
  const estimate = forecast(forecastInput(now, earlier));
  const { stdout } = context;
  const text = {
    table: () => forecastText(now, estimate, terminalWidth(stdout)),
    json: () => forecastJson(now, estimate),
    csv: () => forecastCsv(now, estimate),
  };
  await write(stdout, [text[options.format]()]);
  return now.check.difference === 0n ? 0 : 1;
}

async function askForecast(
  config: Config,
  options: ForecastOptions,
  context: Context,
): Promise<{ now: CostAnswer; earlier: CostAnswer | null }> {
  for (const [name, [flag, why]] of Object.entries(OTHER_OPTIONS)) {
    if (options[name as keyof typeof OTHER_OPTIONS] !== undefined) throw invalid(`does not go with ${flag}: ${why}`);
  }
  if (config.source === 'cost-explorer') {
    throw invalid('does not go with --source ce: every month that it learns from would have to be paid for');
  }
  const where = (options.where ?? []).map((text) => parseFilter(text, config.dimensions));
  const time = parseTime(options);
  return withLedger(config, context, async (inUse) => {
    announce(inUse, context);
    const [found, ...more] = snapshotsFor(time, inUse.outcomes).found;
    if (found === undefined || more.length > 0) throw invalid('is of one billing period');
    const all = inUse.outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
    if (found.state.kind !== 'open') throw closed(found, all);
    return withReader(inUse, context, async (engine, progress) => {
      progress.update(0, 1, 'adding up');
      return askDays(engine, inUse.ledger, found, all, { where, cost: options.cost }, config.allocation);
    });
  });
}

function closed({ period, state }: Snapshot, all: readonly Snapshot[]): OperatingError {
  const open = all.filter((snapshot) => snapshot.state.kind === 'open').map((snapshot): Period => snapshot.period);
  return invalid(
    `is of an open billing period: ${period} is ${state.kind}, and all that it costs is billed`,
    open.length === 0 ? 'No billing period is open.' : `Open is: ${open.join(', ')}.`,
  );
}

function invalid(what: string, hint = 'Leave one of them out.'): OperatingError {
  return new OperatingError('OPTION_INVALID', `--forecast ${what}`, { hint });
}
