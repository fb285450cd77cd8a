import { type Config, type ConfigFlags, isInBucket, loadConfig } from '../../config/config.ts';
import type { Health, RawHealth } from '../../domain/health.ts';
import type { Engine } from '../../engine/engine.ts';
import { scanBedrock } from '../../ledger/raw-bedrock.ts';
import { scanUncounted } from '../../ledger/raw-signs.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { EXAMINED, type HealthAsked, measureHealth } from '../../query/measure.ts';
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
      const health = await withLedger(config, context, (inUse) => {
        announce(inUse, context);
        return measure(inUse, periods, config, context);
      });
      finish(await print(health, options, context));
    });
};

async function measure(
  inUse: LedgerInUse,
  periods: HealthAsked['periods'],
  config: Config,
  context: Context,
): Promise<Health> {
  const { outcomes, ledger } = inUse;
  const asked = { outcomes, periods, dimensions: config.dimensions, rules: config.allocation };
  return withReader(inUse, context, (engine, progress) =>
    measureHealth(engine, ledger, asked, {
      copied: config.source === 'export' && config.engine === 'duckdb' && !config.cur.every(isInBucket),
      writtenAt: (snapshot) => writtenAt(deliveryOf(inUse, snapshot)),
      scan: async (snapshot, index, of) => {
        const half = 0.5 / of;
        progress.update(2 * index * half, half, `${snapshot.period}: looking at the lines of the export`);
        const raw = await scanLines(engine, inUse, snapshot);
        progress.update((2 * index + 1) * half, half, `${snapshot.period}: looking at the ledger`);
        return raw;
      },
    }),
  );
}

async function scanLines(engine: Engine, inUse: LedgerInUse, snapshot: Snapshot): Promise<RawHealth | null> {
  const delivery = deliveryOf(inUse, snapshot);
  if (delivery === null) return null;
  const { source } = inUse;
  const raw = await source.open(engine, delivery);
  return source.reading(engine, delivery, async () => ({
    ...(await scanUncounted(engine, raw, snapshot.control)),
    ...(await scanBedrock(engine, raw, snapshot.control, delivery.files)),
  }));
}

function deliveryOf({ deliveries }: LedgerInUse, { period }: Snapshot): Delivery | null {
  const outcome = deliveries.find((one) => one.kind === 'delivery' && one.delivery.period === period);
  return outcome?.kind === 'delivery' ? outcome.delivery : null;
}

function writtenAt(delivery: Delivery | null): number | null {
  return delivery === null ? null : Math.max(...delivery.files.map(({ modified }) => modified));
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
