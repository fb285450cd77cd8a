import type { OwnDimensions } from './dimension.ts';
import type { Money } from './money.ts';
import type { Day, Period } from './period.ts';
import type { PeriodState } from './period-state.ts';

/** What was measured of an export and its ledger, for checks to judge. Costs are those of reports (net), unless it says otherwise. */
export interface Health {
  /** milliseconds since 1970, as all instants here */
  readonly now: number;
  readonly currency: string;
  /** whether the export is a copy on this machine: it may be older than what AWS has delivered */
  readonly copied: boolean;
  readonly dimensions: OwnDimensions;
  /** whether bursar.yaml says the dimensions; else they are Bursar's guess */
  readonly configured: boolean;
  /** the newest period that was delivered, asked for or not */
  readonly newest: Period | null;
  /** periods that cannot be read */
  readonly failed: readonly FailedPeriod[];
  /** all periods that were asked for, oldest first: what the ledger knows of them */
  readonly known: readonly KnownPeriod[];
  /** those of them whose lines were looked at, oldest first */
  readonly examined: readonly ExaminedPeriod[];
}

export interface FailedPeriod {
  readonly period: Period;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface Amount {
  readonly lines: number;
  readonly cost: Money;
}

export interface KnownPeriod {
  readonly period: Period;
  readonly state: PeriodState;
  /** unblended cost of the Bedrock lines */
  readonly unblended: Money;
  readonly currency: string;
  /** whether a manifest or table says which files count */
  readonly listed: boolean;
  /** when the newest of the delivered files was written; `null` = nothing says it */
  readonly delivered: number | null;
  readonly firstDay: Day | null;
  readonly lastDay: Day | null;
  readonly dataThrough: readonly { readonly seller: string; readonly through: number }[];
  readonly identity: { readonly column: 'all' | 'some' | 'none'; readonly firstDay: Day | null };
  readonly netBasis: readonly { readonly payer: string; readonly cost: 'net' | 'unblended'; readonly why: string }[];
  /** where several exports are read as one: what each holds of each payer, in unblended cost */
  readonly exports: readonly ExportOfPayer[];
  readonly usage: Amount;
  readonly adjustments: Amount;
  /** the part of usage that names no principal */
  readonly unattributed: Amount;
  /** Bedrock lines by what showed them to be Bedrock's, where it was one sign alone */
  readonly single: readonly SingleSign[];
  /** usage lines whose amount is no number */
  readonly amountsUnread: number;
}

export interface ExportOfPayer extends Amount {
  readonly place: string;
  readonly payer: string;
  /** lines that name a principal */
  readonly identified: number;
  readonly counts: boolean;
}

/** The signs by which a line is known to be Bedrock's. The last: another line of its Marketplace product was. */
export type Sign =
  | 'product family'
  | 'product code'
  | 'Marketplace product name'
  | 'principal'
  | 'a Marketplace product seen elsewhere';

export interface SingleSign extends Amount {
  readonly sign: Sign;
  readonly productCode: string;
}

export interface ExaminedPeriod extends KnownPeriod {
  /** usage by dimension of the configuration */
  readonly allocations: readonly AllocatedUsage[];
  readonly tags: readonly TagUse[];
  readonly unread: readonly UnreadUsage[];
  readonly callers: readonly CallersOfKind[];
  /** the roles with the most usage, and those with the most sessions */
  readonly roles: readonly RoleUse[];
  /** the IAM users with the most usage */
  readonly users: readonly UserUse[];
  /** `null` = the lines of the export could not be read */
  readonly raw: RawHealth | null;
}

export interface AllocatedUsage {
  readonly dimension: string;
  readonly allocated: Money;
  readonly shared: Money;
  readonly unallocated: Money;
}

/** A tag key on usage lines. */
export interface TagUse {
  readonly key: string;
  readonly cost: Money;
  readonly values: number;
  /** the first usage day that carries it */
  readonly firstDay: Day | null;
}

/** Usage that could not be read for what it is. */
export interface UnreadUsage extends Amount {
  readonly what: 'usage-type' | 'unit';
  readonly productCode: string;
  readonly usageType: string;
  readonly unit: string;
}

export interface CallersOfKind {
  /** a PrincipalKind; `none`: no principal */
  readonly kind: string;
  readonly callers: number;
  readonly cost: Money;
}

export interface RoleUse {
  readonly account: string;
  readonly role: string;
  readonly kind: string;
  readonly sessions: number;
  readonly cost: Money;
  /** the part that the first dimension of the configuration gives to somebody, or calls shared */
  readonly settled: Money;
}

/** An IAM user, such as one that Bedrock made for an API key. */
export interface UserUse {
  readonly account: string;
  readonly arn: string;
  readonly kind: string;
  readonly cost: Money;
  /** as of roles */
  readonly settled: Money;
}

/** What a scan of the export's own lines shows. */
export interface RawHealth {
  /** the end of the last usage of all services, Bedrock's too, of lines of a day at most; `null` = there is none */
  readonly through: number | null;
  readonly uncounted: readonly Uncounted[];
  /** Bedrock lines that are there more than once; `null` = the export has no ids of lines */
  readonly duplicates: Duplicates | null;
  /** what is lost of the export's numbers by ten digits, over the Bedrock lines */
  readonly rounding: readonly Rounding[];
}

/** Lines that are not counted as Bedrock's but have a word of it. Unblended cost. */
export interface Uncounted extends Amount {
  readonly sign: UncountedSign;
  readonly entity: string;
  readonly productCode: string;
  readonly productName: string;
  /** one of the texts that have the word */
  readonly example: string;
}

/** Where the word stands; `model name`: a Marketplace product has the name of a foundation model, or is sold by a maker of some. */
export type UncountedSign =
  | 'product code'
  | 'product family'
  | 'product name'
  | 'usage type'
  | 'model name'
  | 'resource'
  | 'description';

export interface Duplicates {
  /** the second and later ones */
  readonly repeated: Amount;
  /** Bedrock lines of the period */
  readonly lines: number;
  /** lines that share their id with another one, and differ from it */
  readonly sameId: number;
  /** where the same line stands twice */
  readonly examples: readonly { readonly first: string; readonly second: string }[];
  /** names of files that are equally long to the byte */
  readonly equalFiles: readonly string[];
}

export interface Rounding {
  readonly cost: 'net' | 'unblended' | 'list';
  readonly lines: number;
  /** lines with more than ten digits behind the point */
  readonly long: number;
  /** the export's sum less the ledger's, in units of 1e-30 */
  readonly lost: bigint;
  /** the most that one line lost or gained, in units of 1e-30 */
  readonly most: bigint;
}
