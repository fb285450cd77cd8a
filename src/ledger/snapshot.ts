import { randomUUID } from 'node:crypto';
import { formatMoney, type Money, parseMoney } from '../domain/money.ts';
import type { Day, Period } from '../domain/period.ts';
import type { PeriodState } from '../domain/period-state.ts';
import type { ExportShare } from '../source/cur/export.ts';

/** Raised when the ledger's tables change in form; an older snapshot is then made anew from the export. */
export const SCHEMA_VERSION = 3;

export interface CostTotals {
  readonly unblended: Money;
  /** net unblended where the payer's {@link NetBasis} says so, else unblended */
  readonly net: Money;
  readonly list: Money;
}

/** The sum of all lines of the export that share these values: Bedrock's and the rest. */
export interface ControlTotal extends CostTotals {
  readonly payer: string;
  readonly invoice: string;
  readonly seller: string;
  readonly entity: string;
  readonly productCode: string;
  readonly lineItemType: string;
  /** the nets that caught the lines: a sum of source/cur's NETS */
  readonly nets: number;
  /** caught by a net, or of a Marketplace product that a net caught elsewhere */
  readonly bedrock: boolean;
  readonly lines: number;
}

/** Which cost `net` means for a payer in this period, decided once for all its lines. */
export interface NetBasis {
  readonly payer: string;
  readonly cost: 'net' | 'unblended';
  readonly why: string;
}

/** Something of the export that Bursar could not read for what it is; its cost counts. */
export interface Unread {
  readonly what: 'usage-type' | 'unit';
  readonly productCode: string;
  readonly usageType: string;
  readonly unit: string;
}

/** All that is known of one period as it was ingested once; the tables lie beside it. */
export interface Snapshot {
  readonly schemaVersion: number;
  readonly classifierVersion: number;
  readonly id: string;
  readonly period: Period;
  readonly createdAt: string;
  readonly fingerprint: string;
  /** what listed the files: the manifest, or the table; `null`: the folder was listed */
  readonly listedBy: string | null;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly control: readonly ControlTotal[];
  readonly netBasis: readonly NetBasis[];
  /** product codes of Marketplace that a net caught in this period */
  readonly marketplace: readonly string[];
  /** which of the files have the column of principals, and the first usage day that names one */
  readonly identity: { readonly column: 'all' | 'some' | 'none'; readonly firstDay: Day | null };
  readonly state: PeriodState;
  /** where several exports are read as one: what each holds, and whose lines count; else empty */
  readonly exports: readonly ExportShare[];
  readonly currency: string;
  readonly firstDay: Day | null;
  readonly lastDay: Day | null;
  /** the end of each seller's last usage, UTC */
  readonly dataThrough: readonly { readonly seller: string; readonly through: string }[];
  readonly tagKeys: readonly string[];
  readonly unread: readonly Unread[];
  /** usage lines whose amount is no number */
  readonly amountsUnread: number;
}

export type SnapshotName = Pick<Snapshot, 'period' | 'id'>;

/**
 * A new id: ids sort by time, and a few random digits tell those of one second apart.
 * @param after the newest id of the period so far: a clock that is behind must not make the new one the older
 */
export function newSnapshotId(after = ''): string {
  const [, year, month, day, hours, minutes, seconds] = /^(....)(..)(..)T(..)(..)(..)Z-/.exec(after) ?? [];
  const next = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`) + 1000;
  return `${idStamp(Math.max(Date.now(), next || 0))}-${randomUUID().slice(0, 6)}`;
}

/** What an id of this instant (milliseconds since 1970) begins with. */
export function idStamp(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

const MONEY_FIELDS = new Set(['unblended', 'net', 'list', 'invoicedAs']);

/** The snapshot as JSON; money as decimal text. */
export function formatSnapshot(snapshot: Snapshot): string {
  return JSON.stringify(
    snapshot,
    (_key, value: unknown) => (typeof value === 'bigint' ? formatMoney(value as Money) : value),
    1,
  );
}

/** The snapshot of {@link formatSnapshot}'s text; `null` where it is none, or one of another schema. */
export function parseSnapshot(text: string): Snapshot | null {
  const revive = (key: string, value: unknown): unknown =>
    MONEY_FIELDS.has(key) && typeof value === 'string' ? parseMoney(value) : value;
  try {
    const snapshot = JSON.parse(text, revive) as Snapshot | null;
    return snapshot?.schemaVersion === SCHEMA_VERSION ? snapshot : null;
  } catch {
    return null;
  }
}
