import { type ConfigFlags, loadSetupConfig, type SetupConfig } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/finding.ts';
import { EXAMINED } from '../../query/measure.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import type { DataHalf } from '../doctor/accounts.ts';
import { choice, parseTime, withSource } from '../options.ts';

const HALVES = ['data', 'account'] as const;

interface DoctorOptions extends ConfigFlags {
  readonly only?: (typeof HALVES)[number];
  readonly period?: string;
  readonly all?: boolean;
  readonly format: 'table' | 'json';
}

export const define: CommandModule['define'] = (command, context, finish) => {
  withSource(command)
    .option(
      '--period <month>',
      `billing period 2026-10, or a range 2026-01..2026-10; by default the newest ${EXAMINED}`,
    )
    .addOption(
      choice('--only <half>', 'data: what reports are made from; account: what delivers it. By default both', HALVES),
    )
    .option('--all', 'show what was measured also where all is well')
    .addOption(choice('--format <format>', 'table for people, json for programs', ['table', 'json'], 'table'))
    .addHelpText(
      'after',
      `
Checks the accounts that bursar.yaml names (accounts, setup): whether they answer, the export is there, healthy and names who
called, AWS may deliver it, the tags of principals are active, and nothing is left to apply. Reads only.

Checks the data that reports are made from: whether the export is whole, names who called, and fits your dimensions;
what was not counted, not understood or counted twice; how far it reaches. The lines of the newest ${EXAMINED} billing periods are
read; what the ledger knows is told of all. Each finding has its evidence and what to do.

Without accounts or setup in bursar.yaml no account is asked, unless --only account says so; without an export no data is read.
Exit code 1 when a check fails; warnings, and what waits for AWS, exit with 0. docs/guides/reading-doctor.md explains every
check.

Examples:
  bursar doctor
  bursar doctor --only account --profile billing
  bursar doctor --cur ./cur --period 2026-10 --format json`,
    )
    .action(async (options: DoctorOptions) => finish(await examine(options, context)));
};

/** @returns the exit code */
async function examine(options: DoctorOptions, context: Context): Promise<number> {
  const config = await loadSetupConfig(options, context.env, context.cwd);
  const halves = halvesOf(options, config);
  const data = halves.data ? await dataHalf(options, halves.account, context) : null;
  const accounts = halves.account ? await accountFindings(config, data, context) : [];
  return print([...accounts, ...(await dataFindings(data))], data, options, context);
}

function halvesOf({ only }: DoctorOptions, { asked, named, exports }: SetupConfig) {
  const account = only === undefined ? asked || named : only === 'account';
  return { account, data: only === undefined ? exports.length > 0 || !account : only === 'data' };
}

/** Alone, what cannot be read is an error; beside the accounts it is one of the findings. */
async function dataHalf(options: DoctorOptions, isBeside: boolean, context: Context): Promise<DataHalf> {
  const { examineData } = await import('../doctor/data.ts');
  const { periods } = parseTime(options);
  try {
    return { health: await examineData(options, periods, context) };
  } catch (failure) {
    if (isBeside && failure instanceof OperatingError) return { failure };
    throw failure;
  }
}

async function accountFindings(config: SetupConfig, data: DataHalf | null, context: Context): Promise<Finding[]> {
  const { examineConfigured } = await import('../doctor/accounts.ts');
  const { ACCOUNT_CHECKS } = await import('../../setup/checks/checks.ts');
  const { judge } = await import('../../report/findings/checks.ts');
  return judge(ACCOUNT_CHECKS, await examineConfigured(config, data, context));
}

async function dataFindings(data: DataHalf | null): Promise<Finding[]> {
  if (data === null || 'failure' in data) return [];
  const { DATA_CHECKS, judge } = await import('../../report/findings/checks.ts');
  return judge(DATA_CHECKS, data.health);
}

/** @returns the exit code */
async function print(
  findings: readonly Finding[],
  data: DataHalf | null,
  { format, all }: DoctorOptions,
  context: Context,
): Promise<number> {
  const { findingsJson, findingsText } = await import('../../report/format/findings.ts');
  const { stdout } = context;
  const health = data !== null && 'health' in data ? data.health : null;
  const about = {
    periods: health?.examined.map(({ period }) => period) ?? null,
    currency: health?.currency ?? null,
  };
  const text =
    format === 'json'
      ? findingsJson(findings, about)
      : findingsText(findings, about, {
          width: terminalWidth(stdout),
          colour: wantsColour(context, stdout),
          all: all === true,
        });
  await write(stdout, [text]);
  return findings.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}
