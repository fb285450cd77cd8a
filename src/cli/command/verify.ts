import { type Config, type ConfigFlags, loadConfig } from '../../config/config.ts';
import { DIMENSIONS, findDimension } from '../../domain/dimension.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { InvoiceTie } from '../../domain/invoice.ts';
import type { Money } from '../../domain/money.ts';
import type { Proof } from '../../domain/proof.ts';
import type { Engine } from '../../engine/engine.ts';
import { rawProducts, rawTotals } from '../../ledger/raw-totals.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { tieInvoices } from '../../query/invoices.ts';
import { allSnapshotsIn } from '../../query/periods.ts';
import { verifyPeriod } from '../../query/verify.ts';
import type { Delivery, RawLines } from '../../source/cur/export.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { verifyAgainstCostExplorer } from '../cost-explorer/against.ts';
import { viewAsked } from '../cost-explorer/view-asked.ts';
import { announce, type LedgerInUse, withLedger, withReader } from '../ledger-in-use.ts';
import { choice, collect, parseAmount, parseInvoice, parseTime, withCostExplorer, withSource } from '../options.ts';

interface VerifyOptions extends ConfigFlags {
  readonly period?: string;
  readonly invoice?: readonly string[];
  readonly against?: 'ce';
  readonly tolerance?: string;
  readonly format: 'table' | 'json';
}

export const define: CommandModule['define'] = (command, context, finish) => {
  withCostExplorer(withSource(command))
    .option('--period <month>', 'billing period 2026-10, or a range 2026-01..2026-10; by default all')
    .option('--invoice <id=amount>', 'tie the lines of an invoice to the total that it says; may be repeated', collect)
    .addOption(choice('--against <what>', 'compare the export with Cost Explorer (ce), day by day', ['ce']))
    .option(
      '--tolerance <amount>',
      "with --invoice what may be AWS's rounding, by default half a cent for each amount of the invoice; with --against what a finished day may differ by, by default 0",
    )
    .addOption(choice('--format <format>', 'table for people, json for programs', ['table', 'json'], 'table'))
    .addHelpText(
      'after',
      `
For every billing period, payer, invoice and seller, and in net, unblended and list cost:
  the export = its control totals = Bedrock + the rest
  Bedrock in the export = the ledger = the parts of every dimension, added up

The export's side is a query of its own over the raw lines. Exit code 1 when anything differs, with what differs.

With --invoice: all lines that carry the invoice's id, Bedrock and the rest, beside its total (tax included, in the currency of the
export). What AWS rounded when it printed the invoice is shown by name; more than --tolerance is a difference.

Examples:
  bursar verify --cur ./cur
  bursar verify --cur ./cur --period 2026-10 --format json
  bursar verify --cur ./cur --period 2026-09 --invoice 1234567890=4711.08
  bursar verify --cur ./cur --period 2026-10 --against ce

--against ce takes the newest billing period where none is named; exit code 1 when a day differs that AWS does not call
estimated. Cost Explorer takes money: docs/guides/cost-explorer.md.`,
    )
    .action(async (options: VerifyOptions) => {
      const config = await loadConfig(options, context.env, context.cwd);
      const time = parseTime(options);
      const invoices = (options.invoice ?? []).map(parseInvoice);
      const tolerance = parseTolerance(options);
      if (invoices.length > 0) mustNameInvoices(config, options);
      if (options.against === 'ce') {
        finish(await verifyAgainstCostExplorer(config, { ...options, tolerance }, time, context));
        return;
      }
      const dimensions = [...Object.keys(config.dimensions), ...Object.keys(DIMENSIONS)];
      const action = async (inUse: LedgerInUse): Promise<Verified> => {
        announce(inUse, context);
        const asked = allSnapshotsIn(time.periods, inUse.outcomes);
        // First what may be misspelt: the proof takes its time.
        const ties = tieInvoices(invoices, asked, tolerance);
        return { ties, proofs: await prove(inUse, asked, dimensions, config, context) };
      };
      const asked = config.source === 'cost-explorer' ? viewAsked(config, time) : null;
      const verified = await withLedger(config, context, action, asked);
      await print(verified, dimensions, options.format, context);
      finish(holds(verified) ? 0 : 1);
    });
};

interface Verified {
  readonly proofs: readonly Proof[];
  readonly ties: readonly InvoiceTie[];
}

function holds({ proofs, ties }: Verified): boolean {
  return proofs.every(({ differences }) => differences.length === 0) && ties.every((tie) => tie.holds);
}

function parseTolerance({ invoice, against, tolerance }: VerifyOptions): Money | null {
  if (tolerance === undefined) return null;
  const amount = parseAmount('--tolerance', tolerance);
  if ((invoice === undefined && against === undefined) || amount < 0n) {
    throw new OperatingError('OPTION_INVALID', `--tolerance ${tolerance} makes no sense here`, {
      hint: 'It takes an amount from 0 on, and goes with --invoice or --against: everything else must add up exactly.',
    });
  }
  return amount;
}

/** Invoices are tied to the lines of an export. */
function mustNameInvoices({ source }: Config, { against }: VerifyOptions): void {
  if (source !== 'cost-explorer' && against === undefined) return;
  const option = against === undefined ? '--source ce' : `--against ${against}`;
  throw new OperatingError('OPTION_INVALID', `--invoice does not go with ${option}: Cost Explorer names no invoices`, {
    hint: 'Leave one of them out.',
  });
}

async function prove(
  inUse: LedgerInUse,
  snapshots: readonly Snapshot[],
  dimensions: readonly string[],
  config: Config,
  context: Context,
): Promise<Proof[]> {
  const { source, ledger } = inUse;
  return withReader(inUse, context, async (engine, progress) => {
    const raw = await openAll(engine, inUse);
    const products = await knownProducts(engine, inUse, raw);
    const proofs: Proof[] = [];
    for (const [index, snapshot] of snapshots.entries()) {
      const opened = raw.get(snapshot.period);
      if (opened === undefined) throw new Error(`no delivery for ${snapshot.period}`);
      const half = 0.5 / snapshots.length;
      progress.update(2 * index * half, half, `${snapshot.period}: adding up the export again`);
      const exported = await source.reading(engine, opened.delivery, () => rawTotals(engine, opened.lines, products));
      progress.update((2 * index + 1) * half, half, `${snapshot.period}: adding up the ledger`);
      const asked = dimensions.map((name) => findDimension(name, config.dimensions));
      proofs.push(...(await verifyPeriod(engine, ledger, snapshot, exported, asked, config.allocation)));
    }
    return proofs;
  });
}

interface Opened {
  readonly delivery: Delivery;
  readonly lines: RawLines;
}

async function openAll(engine: Engine, { source, deliveries, outcomes }: LedgerInUse): Promise<Map<string, Opened>> {
  const opened = new Map<string, Opened>();
  const failed = new Set(outcomes.filter(({ kind }) => kind === 'failed').map(({ period }) => period));
  for (const outcome of deliveries) {
    if (outcome.kind === 'failed' || failed.has(outcome.delivery.period)) continue;
    const { delivery } = outcome;
    opened.set(delivery.period, { delivery, lines: await source.open(engine, delivery) });
  }
  return opened;
}

/** Of a period that cannot be read now, what its last snapshot showed: as the ingest does it. */
async function knownProducts(
  engine: Engine,
  { source, ledger, outcomes }: LedgerInUse,
  opened: ReadonlyMap<string, Opened>,
): Promise<string[]> {
  const products: string[] = [];
  for (const { delivery, lines } of opened.values()) {
    products.push(...(await source.reading(engine, delivery, () => rawProducts(engine, lines))));
  }
  const failed = outcomes.flatMap(({ kind, period }) => (kind === 'failed' ? [period] : []));
  for (const { marketplace } of (await ledger.current(failed)).values()) products.push(...marketplace);
  return [...new Set(products)];
}

async function print(
  { proofs, ties }: Verified,
  dimensions: readonly string[],
  format: VerifyOptions['format'],
  context: Context,
): Promise<void> {
  const { stdout } = context;
  const { proofJson, proofTable } = await import('../../report/format/proof.ts');
  if (format === 'json') return write(stdout, [proofJson(proofs, ties)]);
  const { invoiceText } = await import('../../report/format/invoice.ts');
  const options = { width: terminalWidth(stdout), colour: wantsColour(context, stdout) };
  const text = [proofTable(proofs, dimensions, options), ...ties.map((tie) => invoiceText(tie, options))];
  return write(stdout, [text.join('\n')]);
}
