import { type ConfigFlags, loadConfig } from '../../config/config.ts';
import { DIMENSIONS, findDimension } from '../../domain/dimension.ts';
import type { Proof } from '../../domain/proof.ts';
import type { Engine } from '../../engine/engine.ts';
import { rawProducts, rawTotals } from '../../ledger/raw-totals.ts';
import { type Snapshot, usableSnapshot } from '../../ledger/snapshot.ts';
import { allSnapshotsIn } from '../../query/periods.ts';
import { verifyPeriod } from '../../query/verify.ts';
import { namingTheFile, openDelivery, type RawLines } from '../../source/cur/read.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { announce, type LedgerInUse, openEngine, useLedger } from '../ledger-in-use.ts';
import { choice, parseTime, withSource } from '../options.ts';
import { openProgress } from '../progress.ts';

interface VerifyOptions extends ConfigFlags {
  readonly period?: string;
  readonly format: 'table' | 'json';
}

export const define: CommandModule['define'] = (command, context, finish) => {
  withSource(command)
    .option('--period <month>', 'billing period 2026-10, or a range 2026-01..2026-10; by default all')
    .addOption(choice('--format <format>', 'table for people, json for programs', ['table', 'json'], 'table'))
    .addHelpText(
      'after',
      `
For every billing period, payer, invoice and seller, and in net, unblended and list cost:
  the export = its control totals = Bedrock + the rest
  Bedrock in the export = the ledger = the parts of every dimension, added up

The export's side is a query of its own over the raw lines. Exit code 1 when anything differs, with what differs.

Examples:
  bursar verify --cur ./cur
  bursar verify --cur ./cur --period 2026-10 --format json`,
    )
    .action(async (options: VerifyOptions) => {
      const config = await loadConfig(options, context.env, context.cwd);
      const time = parseTime(options);
      const inUse = await useLedger(config, context);
      announce(inUse, context);
      const asked = allSnapshotsIn(time.periods, inUse.outcomes);
      const dimensions = [...Object.keys(config.dimensions), ...Object.keys(DIMENSIONS)];
      const proofs = await prove(inUse, asked, dimensions, config.dimensions, context);
      await print(proofs, dimensions, options.format, context);
      finish(proofs.every(({ differences }) => differences.length === 0) ? 0 : 1);
    });
};

async function prove(
  inUse: LedgerInUse,
  snapshots: readonly Snapshot[],
  dimensions: readonly string[],
  tagDimensions: Readonly<Record<string, string>>,
  context: Context,
): Promise<Proof[]> {
  const { ledger } = inUse;
  const engine = await openEngine(ledger, context);
  const progress = await openProgress(context, () => engine.progress());
  try {
    const raw = await openAll(engine, inUse);
    const products = await knownProducts(engine, inUse, raw);
    const proofs: Proof[] = [];
    for (const [index, snapshot] of snapshots.entries()) {
      const lines = raw.get(snapshot.period);
      if (lines === undefined) throw new Error(`no delivery for ${snapshot.period}`);
      const half = 0.5 / snapshots.length;
      progress.update(2 * index * half, half, `${snapshot.period}: adding up the export again`);
      const exported = await namingTheFile(engine, lines.files, () => rawTotals(engine, lines, products));
      progress.update((2 * index + 1) * half, half, `${snapshot.period}: adding up the ledger`);
      const asked = dimensions.map((name) => findDimension(name, tagDimensions));
      proofs.push(...(await verifyPeriod(engine, ledger, snapshot, exported, asked)));
    }
    return proofs;
  } finally {
    progress.stop();
    engine.close();
  }
}

async function openAll(engine: Engine, { deliveries, outcomes }: LedgerInUse): Promise<Map<string, RawLines>> {
  const raw = new Map<string, RawLines>();
  const failed = new Set(outcomes.filter(({ kind }) => kind === 'failed').map(({ period }) => period));
  for (const outcome of deliveries) {
    if (outcome.kind === 'delivery' && !failed.has(outcome.delivery.period))
      raw.set(outcome.delivery.period, await openDelivery(engine, outcome.delivery));
  }
  return raw;
}

/** Of a period that cannot be read now, what its last snapshot showed: as the ingest does it. */
async function knownProducts(
  engine: Engine,
  { ledger, outcomes }: LedgerInUse,
  raw: ReadonlyMap<string, RawLines>,
): Promise<string[]> {
  const products: string[] = [];
  for (const lines of raw.values()) {
    products.push(...(await namingTheFile(engine, lines.files, () => rawProducts(engine, lines))));
  }
  for (const { period, kind } of outcomes) {
    if (kind === 'failed') products.push(...((await usableSnapshot(ledger, period))?.marketplace ?? []));
  }
  return [...new Set(products)];
}

async function print(
  proofs: readonly Proof[],
  dimensions: readonly string[],
  format: VerifyOptions['format'],
  context: Context,
): Promise<void> {
  const { proofJson, proofTable } = await import('../../report/format/proof.ts');
  const { stdout } = context;
  const text =
    format === 'json'
      ? proofJson(proofs)
      : proofTable(proofs, dimensions, { width: terminalWidth(stdout), colour: wantsColour(context, stdout) });
  await write(stdout, [text]);
}
