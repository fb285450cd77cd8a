import { createHash } from 'node:crypto';
import { CLASSIFIER_VERSION } from '../domain/classify-usage.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import type { Engine } from '../engine/engine.ts';
import type { Delivery, DeliveryOutcome } from '../source/cur/manifest.ts';
import { MARKETPLACE } from '../source/cur/normalize.ts';
import { namingTheFile, openDelivery, type RawLines } from '../source/cur/read.ts';
import { type ControlScan, finishControl, scanControl } from './control.ts';
import { asOnlyWriter } from './lock.ts';
import { reclassify } from './meanings.ts';
import {
  currentSnapshot,
  type Ledger,
  newSnapshotFolder,
  publish,
  SCHEMA_VERSION,
  type Snapshot,
  snapshotFolder,
} from './snapshot.ts';
import { STAR_STEPS, writeStar } from './star.ts';

/** What became of one billing period. `failed` leaves an earlier snapshot in use. */
export type IngestOutcome =
  | { readonly kind: 'unchanged' | 'reclassified' | 'ingested'; readonly period: Period; readonly snapshot: Snapshot }
  | { readonly kind: 'failed'; readonly period: Period; readonly error: OperatingError };

/** Told before each step: `done` of `steps` are finished. */
export type OnStep = (step: { readonly done: number; readonly steps: number; readonly what: string }) => void;

/** Steps a period takes: the control totals, then the star. */
const STEPS = 1 + STAR_STEPS;

interface Scanned {
  readonly delivery: Delivery;
  readonly raw: RawLines;
  readonly scan: ControlScan;
}

/**
 * Brings the ledger up to date with the export: reads the data of the periods that were delivered anew, and of no other.
 * @returns one outcome a period, oldest first; a period that cannot be read does not stop the others
 * @throws OperatingError LEDGER_BUSY, FOLDER_NOT_WRITABLE, ENGINE_OUT_OF_MEMORY
 */
export async function ingest(
  openEngine: () => Promise<Engine>,
  ledger: Ledger,
  deliveries: readonly DeliveryOutcome[],
  onStep: OnStep = () => {},
): Promise<IngestOutcome[]> {
  const outcomes = new Map<Period, IngestOutcome>();
  const changed: Delivery[] = [];
  for (const outcome of deliveries) {
    if (outcome.kind === 'failed') {
      outcomes.set(outcome.period, outcome);
      continue;
    }
    const snapshot = await readable(ledger, outcome.delivery.period);
    if (snapshot?.fingerprint !== outcome.delivery.fingerprint) changed.push(outcome.delivery);
    else outcomes.set(snapshot.period, { kind: 'unchanged', period: snapshot.period, snapshot });
  }
  const outdated = [...outcomes.values()].some(isOutdated);
  if (changed.length > 0 || outdated) {
    await asOnlyWriter(ledger, async () => {
      const engine = await openEngine();
      try {
        await bringUpToDate(engine, ledger, changed, deliveries, outcomes, onStep);
      } finally {
        engine.close();
      }
    });
  }
  return [...outcomes.values()].sort((a, b) => a.period.localeCompare(b.period));
}

/** A snapshot of another schema is as good as none: the export has everything. */
async function readable(ledger: Ledger, period: Period): Promise<Snapshot | null> {
  const snapshot = await currentSnapshot(ledger, period).catch(() => null);
  return snapshot?.schemaVersion === SCHEMA_VERSION ? snapshot : null;
}

function isOutdated(outcome: IngestOutcome): boolean {
  return outcome.kind === 'unchanged' && outcome.snapshot.classifierVersion !== CLASSIFIER_VERSION;
}

async function bringUpToDate(
  engine: Engine,
  ledger: Ledger,
  changed: readonly Delivery[],
  deliveries: readonly DeliveryOutcome[],
  outcomes: Map<Period, IngestOutcome>,
  onStep: OnStep,
): Promise<void> {
  let done = 0;
  let steps = changed.length * STEPS;
  const step = (what: string): void => onStep({ done: done++, steps, what });
  const scanned: Scanned[] = [];
  const scanOf = (delivery: Delivery): Promise<void> =>
    orFailed(outcomes, delivery.period, async () => {
      step(`${delivery.period}: adding up every line`);
      const raw = await openDelivery(engine, delivery);
      const scan = await namingTheFile(engine, raw.files, () => scanControl(engine, raw));
      scanned.push({ delivery, raw, scan });
    });
  for (const delivery of changed) await scanOf(delivery);

  const products = marketplaceProducts(scanned, outcomes);
  const affected = affectedByProducts(outcomes, products);
  steps += affected.size * STEPS;
  for (const outcome of deliveries) {
    if (outcome.kind === 'delivery' && affected.has(outcome.delivery.period)) await scanOf(outcome.delivery);
  }
  for (const { delivery, raw, scan } of scanned) {
    await orFailed(outcomes, delivery.period, async () => {
      const snapshot = await namingTheFile(engine, raw.files, () =>
        writeSnapshot(engine, ledger, { delivery, raw, scan }, products, (what) =>
          step(`${delivery.period}: writing the Bedrock ${what}`),
        ),
      );
      outcomes.set(delivery.period, { kind: 'ingested', period: delivery.period, snapshot });
    });
  }
  for (const outcome of outcomes.values()) {
    if (outcome.kind === 'failed' || !isOutdated(outcome)) continue;
    onStep({ done, steps, what: `${outcome.period}: reading usage types and principals anew` });
    const snapshot = await writeReclassified(engine, ledger, outcome.snapshot);
    outcomes.set(outcome.period, { kind: 'reclassified', period: outcome.period, snapshot });
  }
}

async function orFailed(
  outcomes: Map<Period, IngestOutcome>,
  period: Period,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof OperatingError) || !error.code.startsWith('CUR_')) throw error;
    outcomes.set(period, { kind: 'failed', period, error });
  }
}

type Product = readonly [seller: string, code: string];

/** The Marketplace products that any period of the export shows to be Bedrock's. */
function marketplaceProducts(scanned: readonly Scanned[], outcomes: ReadonlyMap<Period, IngestOutcome>): Product[] {
  const known = [...outcomes.values()].flatMap((outcome) =>
    outcome.kind === 'failed' ? [] : outcome.snapshot.marketplace,
  );
  const all = [...known, ...scanned.flatMap(({ scan }) => scan.marketplace)];
  return [...new Map(all.map((product) => [JSON.stringify(product), product])).values()];
}

/** Unchanged periods whose control totals hold lines of a product that only now is known to be Bedrock's. */
function affectedByProducts(outcomes: ReadonlyMap<Period, IngestOutcome>, products: readonly Product[]): Set<Period> {
  const known = new Set(products.map((product) => JSON.stringify(product)));
  const affected = new Set<Period>();
  for (const outcome of outcomes.values()) {
    if (outcome.kind === 'failed') continue;
    const missed = outcome.snapshot.control.some(
      ({ bedrock, entity, seller, productCode }) =>
        !bedrock && entity === MARKETPLACE && known.has(JSON.stringify([seller, productCode])),
    );
    if (missed) affected.add(outcome.period);
  }
  return affected;
}

async function writeSnapshot(
  engine: Engine,
  ledger: Ledger,
  { delivery, raw, scan }: Scanned,
  products: readonly Product[],
  onStep: (what: string) => void,
): Promise<Snapshot> {
  const totals = finishControl(scan, products);
  const id = newId(delivery.fingerprint);
  const folder = await newSnapshotFolder(ledger, delivery.period, id);
  const star = await writeStar(engine, raw, totals.control, totals.netBasis, folder, onStep);
  const snapshot: Snapshot = {
    schemaVersion: SCHEMA_VERSION,
    classifierVersion: CLASSIFIER_VERSION,
    id,
    period: delivery.period,
    createdAt: new Date().toISOString(),
    fingerprint: delivery.fingerprint,
    manifest: delivery.manifest,
    files: delivery.files.map(({ path, bytes }) => ({ path, bytes })),
    marketplace: scan.marketplace,
    ...totals,
    ...star,
  };
  await publish(ledger, snapshot);
  return snapshot;
}

/** The same facts under a newer classifier: no bill is read. */
async function writeReclassified(engine: Engine, ledger: Ledger, old: Snapshot): Promise<Snapshot> {
  const id = newId(`${old.fingerprint} ${CLASSIFIER_VERSION}`);
  const folder = await newSnapshotFolder(ledger, old.period, id);
  const unread = await reclassify(engine, snapshotFolder(ledger, old), folder);
  const snapshot: Snapshot = {
    ...old,
    id,
    classifierVersion: CLASSIFIER_VERSION,
    createdAt: new Date().toISOString(),
    unread,
  };
  await publish(ledger, snapshot);
  return snapshot;
}

/** Sorts by time; the hash tells two snapshots of one second apart. */
function newId(seed: string): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const hash = createHash('sha256').update(`${seed} ${process.pid} ${performance.now()}`).digest('hex').slice(0, 6);
  return `${time}Z-${hash}`;
}
