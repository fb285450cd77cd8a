import { CLASSIFIER_VERSION } from '../domain/classify-usage.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import type { CurExport, Delivery, DeliveryOutcome } from '../source/cur/export.ts';
import { MARKETPLACE } from '../source/cur/normalize.ts';
import { type ControlScan, scanControl } from './control.ts';
import type { Ledger } from './ledger.ts';
import { checkMoney } from './money-check.ts';
import type { Snapshot } from './snapshot.ts';
import { STAR_STEPS } from './star.ts';
import { type Scanned, type Workshop, writeReclassified, writeSnapshot } from './write-snapshot.ts';

/** What became of one billing period. `failed` leaves an earlier snapshot in the ledger. */
export type IngestOutcome =
  | { readonly kind: 'unchanged' | 'reclassified' | 'ingested'; readonly period: Period; readonly snapshot: Snapshot }
  | { readonly kind: 'failed'; readonly period: Period; readonly error: OperatingError };

/** Told before each step: `done` of `steps` are finished. */
export type OnStep = (step: { readonly done: number; readonly steps: number; readonly what: string }) => void;

/** Steps a period takes: the control totals, then the star. */
const STEPS = 1 + STAR_STEPS;

/**
 * Brings the ledger up to date with the export: reads the data of the periods that were delivered anew, and of those that
 * a Marketplace product concerns of which it is known only now whether it is Bedrock's.
 * @returns one outcome a period, oldest first; a period that cannot be read or written does not stop the others
 */
export async function ingest(
  openEngine: () => Promise<Engine>,
  source: CurExport,
  ledger: Ledger,
  deliveries: readonly DeliveryOutcome[],
  onStep: OnStep = () => {},
): Promise<IngestOutcome[]> {
  const outcomes = new Map<Period, IngestOutcome>();
  const changed: Delivery[] = [];
  const current = await ledger.current(deliveries.map(periodOf));
  for (const outcome of deliveries) {
    if (outcome.kind === 'failed') {
      outcomes.set(outcome.period, outcome);
      continue;
    }
    const snapshot = current.get(outcome.delivery.period);
    if (snapshot?.fingerprint !== outcome.delivery.fingerprint) changed.push(outcome.delivery);
    else outcomes.set(snapshot.period, { kind: 'unchanged', period: snapshot.period, snapshot });
  }
  if (changed.length > 0 || [...outcomes.values()].some(isOutdated)) {
    const delivered = deliveries.flatMap((outcome) => (outcome.kind === 'delivery' ? [outcome.delivery.period] : []));
    await orFailed(outcomes, delivered, () =>
      ledger.asOnlyWriter(async () => {
        const engine = await openEngine();
        try {
          await checkMoney(engine);
          await bringUpToDate({ engine, source, ledger, deliveries, outcomes }, changed, onStep);
        } finally {
          await engine.close();
        }
      }),
    );
  }
  return [...outcomes.values()].sort((a, b) => a.period.localeCompare(b.period));
}

function periodOf(outcome: DeliveryOutcome): Period {
  return outcome.kind === 'failed' ? outcome.period : outcome.delivery.period;
}

function deliveriesIn(deliveries: readonly DeliveryOutcome[], periods: ReadonlySet<Period>): Delivery[] {
  return deliveries.flatMap((outcome) =>
    outcome.kind === 'delivery' && periods.has(outcome.delivery.period) ? [outcome.delivery] : [],
  );
}

function isOutdated(outcome: IngestOutcome): boolean {
  return outcome.kind === 'unchanged' && outcome.snapshot.classifierVersion !== CLASSIFIER_VERSION;
}

interface Work extends Workshop {
  readonly deliveries: readonly DeliveryOutcome[];
  readonly outcomes: Map<Period, IngestOutcome>;
}

async function bringUpToDate(work: Work, changed: readonly Delivery[], onStep: OnStep): Promise<void> {
  const { engine, source, outcomes } = work;
  const stale = await reclassifyAll(work, onStep);
  let done = 0;
  let steps = (changed.length + stale.length) * STEPS;
  const step = (what: string): void => onStep({ done: done++, steps, what });
  const scanned: Scanned[] = [];
  const scan = (delivery: Delivery): Promise<void> =>
    orFailed(outcomes, [delivery.period], async () => {
      step(`${delivery.period}: adding up every line`);
      const raw = await source.open(engine, delivery);
      scanned.push({ delivery, raw, scan: await readingRaw(work, delivery, () => scanControl(engine, raw)) });
    });
  const write = (each: Scanned, products: ReadonlySet<string>): Promise<void> => {
    const { period } = each.delivery;
    return orFailed(outcomes, [period], async () => {
      const snapshot = await readingRaw(work, each.delivery, () =>
        writeSnapshot(work, each, products, (what) => step(`${period}: writing the Bedrock ${what}`)),
      );
      outcomes.set(period, { kind: 'ingested', period, snapshot });
    });
  };
  for (const delivery of [...changed, ...stale]) {
    await scan(delivery);
    const each = scanned.at(-1);
    // At once where the other months decide nothing: its files may then make room in a small cache.
    if (each?.delivery === delivery && decidesItself(each.scan)) await write(each, new Set(each.scan.marketplace));
  }
  const products = await bedrockProducts(work, scanned);
  const affected = affectedBy(products, work);
  steps += affected.length * STEPS;
  for (const delivery of affected) await scan(delivery);
  for (const each of scanned) if (!outcomes.has(each.delivery.period)) await write(each, products);
}

/** Whether no other period can show a Marketplace product of this one to be Bedrock's. */
function decidesItself({ groups, marketplace }: ControlScan): boolean {
  const open = groups.filter(
    ({ nets, entity, productCode }) => nets === 0 && entity === MARKETPLACE && productCode !== '',
  );
  return open.every(({ productCode }) => marketplace.includes(productCode));
}

/** What breaks while the raw files are read: they changed under us, one of them is broken, or it is our bug. */
async function readingRaw<T>({ engine, source }: Workshop, delivery: Delivery, action: () => Promise<T>): Promise<T> {
  try {
    return await source.reading(engine, delivery, action);
  } catch (error) {
    if (!(error instanceof OperatingError) || error.code === 'CUR_FILE_UNREADABLE')
      await source.checkUnchanged(delivery);
    throw error;
  }
}

/** What the user or a service can mend becomes the outcome of the periods that have none yet. */
async function orFailed(
  outcomes: Map<Period, IngestOutcome>,
  periods: readonly Period[],
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    for (const period of periods) if (!outcomes.has(period)) outcomes.set(period, { kind: 'failed', period, error });
  }
}

/**
 * Gives outdated snapshots the meanings of today's classifier.
 * @returns the deliveries of those that cannot be read any more: the export has everything
 */
async function reclassifyAll({ engine, ledger, deliveries, outcomes }: Work, onStep: OnStep): Promise<Delivery[]> {
  const outdated = [...outcomes.values()].filter((outcome) => outcome.kind !== 'failed' && isOutdated(outcome));
  const stale = new Set<Period>();
  for (const [done, outcome] of outdated.entries()) {
    if (outcome.kind === 'failed') continue;
    const { period, snapshot } = outcome;
    onStep({ done, steps: outdated.length, what: `${period}: reading usage types and principals anew` });
    try {
      outcomes.set(period, {
        kind: 'reclassified',
        period,
        snapshot: await writeReclassified(engine, ledger, snapshot),
      });
    } catch (error) {
      if (!(error instanceof OperatingError) || error.code !== 'LEDGER_DAMAGED') throw error;
      outcomes.delete(period);
      stale.add(period);
    }
  }
  return deliveriesIn(deliveries, stale);
}

/** The Marketplace products that any period of the export shows to be Bedrock's; of a failed period, its last snapshot. */
async function bedrockProducts({ ledger, outcomes }: Work, scanned: readonly Scanned[]): Promise<ReadonlySet<string>> {
  const all = [...outcomes.values()];
  const old = await ledger.current(all.flatMap(({ kind, period }) => (kind === 'failed' ? [period] : [])));
  const snapshots = all.map((outcome) => (outcome.kind === 'failed' ? old.get(outcome.period) : outcome.snapshot));
  return new Set([...scanned.map(({ scan }) => scan), ...snapshots].flatMap((known) => known?.marketplace ?? []));
}

/**
 * Unchanged periods in which a Marketplace product was taken for Bedrock's, or was not, by what was known before. They
 * lose their outcome until they are written again.
 */
function affectedBy(products: ReadonlySet<string>, { deliveries, outcomes }: Work): Delivery[] {
  const affected = new Set<Period>();
  for (const outcome of outcomes.values()) {
    if (outcome.kind === 'failed') continue;
    const wrong = outcome.snapshot.control.some(
      ({ bedrock, entity, nets, productCode }) =>
        nets === 0 && entity === MARKETPLACE && bedrock !== products.has(productCode),
    );
    if (wrong) affected.add(outcome.period);
  }
  for (const period of affected) outcomes.delete(period);
  return deliveriesIn(deliveries, affected);
}
