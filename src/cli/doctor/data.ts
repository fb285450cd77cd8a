import { type Config, type ConfigFlags, isInBucket, loadConfig } from '../../config/config.ts';
import type { Health, RawHealth } from '../../domain/health.ts';
import type { Engine } from '../../engine/engine.ts';
import { scanBedrock } from '../../ledger/raw-bedrock.ts';
import { scanUncounted } from '../../ledger/raw-signs.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { type HealthAsked, measureHealth } from '../../query/measure.ts';
import type { Delivery } from '../../source/cur/export.ts';
import type { Context } from '../context.ts';
import { announce, type LedgerInUse, withLedger, withReader } from '../ledger-in-use.ts';

/**
 * What the data looks like that reports are made from.
 * @throws OperatingError those of reading an export and its ledger
 */
export async function examineData(
  flags: ConfigFlags,
  periods: HealthAsked['periods'],
  context: Context,
): Promise<Health> {
  const config = await loadConfig(flags, context.env, context.cwd);
  return withLedger(config, context, (inUse) => {
    announce(inUse, context);
    return measure(inUse, periods, config, context);
  });
}

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
