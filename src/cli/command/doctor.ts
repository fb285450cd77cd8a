import { type Config, type ConfigFlags, isInBucket, loadConfig } from '../../config/config.ts';
import { DEFAULT_TAG_DIMENSIONS, type Dimension, findDimension } from '../../domain/dimension.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { ExaminedPeriod, FailedPeriod, Health, RawHealth } from '../../domain/health.ts';
import type { Period } from '../../domain/period.ts';
import type { Engine } from '../../engine/engine.ts';
import { scanBedrock } from '../../ledger/raw-bedrock.ts';
import { scanUncounted } from '../../ledger/raw-signs.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { examine } from '../../query/examine.ts';
import { knownPeriod } from '../../query/health.ts';
import type { Delivery } from '../../source/cur/export.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { announce, type LedgerInUse, withLedger, withReader } from '../ledger-in-use.ts';
import { choice, parseTime, withSource } from '../options.ts';

interface DoctorOptions extends ConfigFlags {
  readonly period?: string;
  readonly all?: boolean;
  readonly format: 'table' | 'json';
}

/** A quarter: long enough that one month can be compared with another, and read in a minute. */
const EXAMINED = 3;

export const define: CommandModule['define'] = (command, context, finish) => {
  withSource(command)
    .option(
      '--period <month>',
      `billing period 2026-10, or a range 2026-01..2026-10; by default the newest ${EXAMINED}`,
    )
    .option('--all', 'show what was measured also where all is well')
    .addOption(choice('--format <format>', 'table for people, json for programs', ['table', 'json'], 'table'))
    .addHelpText(
      'after',
      `
Checks the data that reports are made from: whether the export is whole, names who called, and fits your dimensions;
what was not counted, not understood or counted twice; how far it reaches. Each finding has its evidence and what to do.
The lines of the newest ${EXAMINED} billing periods are read; what the ledger knows is told of all.

Exit code 1 when a check fails; warnings exit with 0. docs/guides/reading-doctor.md explains every check.

Examples:
  bursar doctor --cur ./cur
  bursar doctor --cur ./cur --period 2026-10 --format json`,
    )
    .action(async (options: DoctorOptions) => {
      const config = await loadConfig(options, context.env, context.cwd);
      const { periods } = parseTime(options);
      const isAsked = ({ period }: { readonly period: Period }): boolean =>
        periods === null || (periods.first <= period && period <= periods.last);
      const health = await withLedger(config, context, (inUse) => {
        announce(inUse, context);
        return measure(inUse, isAsked, periods === null ? EXAMINED : null, config, context);
      });
      finish(await print(health, options, context));
    });
};

/** @param most periods whose lines are read; `null` = all that are asked for */
async function measure(
  inUse: LedgerInUse,
  isAsked: (of: { readonly period: Period }) => boolean,
  most: number | null,
  config: Config,
  context: Context,
): Promise<Health> {
  const asked = inUse.outcomes.filter(isAsked);
  if (asked.length === 0) throw withoutData(inUse);
  const snapshots = asked.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
  const failed = asked.flatMap((outcome) => (outcome.kind === 'failed' ? [failedPeriod(outcome)] : []));
  const currency = snapshots.findLast(({ firstDay }) => firstDay !== null)?.currency ?? 'USD';
  // Two currencies are never added up: a check says which periods are left out.
  const ofCurrency = snapshots.filter((snapshot) => snapshot.currency === currency);
  const newest = most === null ? ofCurrency : ofCurrency.slice(-most);
  const read = newest.length === 0 ? { examined: [], failed: [] } : await readLines(inUse, newest, config, context);
  return {
    now: Date.now(),
    currency,
    copied: config.source === 'export' && config.engine === 'duckdb' && !config.cur.every(isInBucket),
    dimensions: config.dimensions,
    configured: isConfigured(config),
    newest: inUse.outcomes.at(-1)?.period ?? null,
    failed: [...failed, ...read.failed],
    known: snapshots.map((snapshot) => knownPeriod(snapshot, writtenAt(deliveryOf(inUse, snapshot)))),
    examined: read.examined,
  };
}

async function readLines(
  inUse: LedgerInUse,
  snapshots: readonly Snapshot[],
  config: Config,
  context: Context,
): Promise<{ examined: ExaminedPeriod[]; failed: FailedPeriod[] }> {
  const dimensions = judgedDimensions(config);
  return withReader(inUse, context, async (engine, progress) => {
    const examined: ExaminedPeriod[] = [];
    const failed: FailedPeriod[] = [];
    for (const [index, snapshot] of snapshots.entries()) {
      const { period } = snapshot;
      const half = 0.5 / snapshots.length;
      const delivery = deliveryOf(inUse, snapshot);
      progress.update(2 * index * half, half, `${period}: looking at the lines of the export`);
      const raw = await rawHealth(engine, inUse, delivery, snapshot).catch((error: unknown) => {
        if (!(error instanceof OperatingError)) throw error;
        failed.push(failedPeriod({ period, error }));
        return null;
      });
      progress.update((2 * index + 1) * half, half, `${period}: looking at the ledger`);
      const ledger = await examine(engine, inUse.ledger, snapshot, dimensions, config.allocation);
      examined.push({ ...knownPeriod(snapshot, writtenAt(delivery)), ...ledger, raw });
    }
    return { examined, failed };
  });
}

async function rawHealth(
  engine: Engine,
  { source }: LedgerInUse,
  delivery: Delivery | null,
  { control }: Snapshot,
): Promise<RawHealth | null> {
  if (delivery === null) return null;
  const raw = await source.open(engine, delivery);
  return source.reading(engine, delivery, async () => ({
    ...(await scanUncounted(engine, raw, control)),
    ...(await scanBedrock(engine, raw, control, delivery.files)),
  }));
}

/** Those of bursar.yaml; of Bursar's own, which are guesses, the one that everybody has. */
function judgedDimensions(config: Config): Dimension[] {
  const names = Object.keys(config.dimensions);
  return (isConfigured(config) ? names : names.slice(0, 1)).map((name) => findDimension(name, config.dimensions));
}

function isConfigured({ dimensions }: Config): boolean {
  return dimensions !== DEFAULT_TAG_DIMENSIONS;
}

function deliveryOf({ deliveries }: LedgerInUse, { period }: Snapshot): Delivery | null {
  const outcome = deliveries.find((one) => one.kind === 'delivery' && one.delivery.period === period);
  return outcome?.kind === 'delivery' ? outcome.delivery : null;
}

function writtenAt(delivery: Delivery | null): number | null {
  return delivery === null ? null : Math.max(...delivery.files.map(({ modified }) => modified));
}

function failedPeriod({ period, error }: { readonly period: Period; readonly error: OperatingError }): FailedPeriod {
  return { period, code: error.code, message: error.message, hint: error.hint };
}

function withoutData({ outcomes }: LedgerInUse): OperatingError {
  return new OperatingError('PERIOD_WITHOUT_DATA', 'the export has no such billing period', {
    hint: `There are: ${outcomes.map(({ period }) => period).join(', ')}.`,
  });
}

/** @returns the exit code */
async function print(health: Health, { format, all }: DoctorOptions, context: Context): Promise<number> {
  const { DATA_CHECKS, judge } = await import('../../report/findings/checks.ts');
  const { findingsJson, findingsText } = await import('../../report/format/findings.ts');
  const { stdout } = context;
  const findings = judge(DATA_CHECKS, health);
  const examined = health.examined.map(({ period }) => period);
  const about = { periods: examined, currency: health.currency };
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
