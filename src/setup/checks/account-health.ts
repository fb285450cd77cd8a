import type { CostTag } from '../../aws/read/cost-tags.ts';
import type { DataExport } from '../../domain/data-export.ts';
import type { OperatingError } from '../../domain/errors.ts';
import type { RoleUse, TagUse, UserUse } from '../../domain/health.ts';
import type { Money } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import type { Plan } from '../../domain/plan.ts';
import type { AccountPart, SetupWish } from '../../domain/setup.ts';
import type { BucketFacts } from '../export/bucket.ts';
import type { Read } from '../read.ts';

/** What was seen of the accounts, for checks to judge. */
export interface AccountHealth {
  /** milliseconds since 1970 */
  readonly now: number;
  readonly wish: SetupWish;
  readonly accounts: readonly AnsweringAccount[];
  /** `null` = bursar.yaml names none, or it does not answer */
  readonly payer: PayerHealth | null;
  /** what `bursar plan` would say; `null` = bursar.yaml has no section setup */
  readonly plan: Plan | null;
  readonly reports: ReportsHealth;
  /** the roles and users with most usage of the newest month, dearest first; `null` = there is no ledger to tell */
  readonly principals: readonly CostingPrincipal[] | null;
}

export interface AnsweringAccount {
  /** twelve digits; `(unknown)` where nothing tells */
  readonly id: string;
  readonly parts: readonly AccountPart[];
  /** ARN of whoever acts there; `null` = it does not answer */
  readonly caller: string | null;
  readonly failures: readonly OperatingError[];
}

export interface PayerHealth {
  readonly id: string;
  /** the management account of its organization; `null` = it is in none, or may not know */
  readonly management: Read<string | null>;
  readonly exports: Read<readonly DataExport[]>;
  /** of the export that serves, or else of the one that is asked for; `null` = there is neither */
  readonly bucket: BucketSeen | null;
  /** of the export that serves */
  readonly delivery: Read<DeliverySeen | null> | null;
  readonly costTags: Read<readonly CostTag[]>;
}

export interface BucketSeen {
  readonly name: string;
  /** `null` = there is no such bucket */
  readonly facts: Read<BucketFacts | null>;
}

/** What AWS delivered last. */
export interface DeliverySeen {
  readonly period: Period;
  readonly files: number;
  /** when its newest file was written, in milliseconds since 1970 */
  readonly written: number;
  /** `null` = the manifest does not name them */
  readonly columns: readonly string[] | null;
}

/** What reports read. */
export interface ReportsHealth {
  /** folders, s3:// addresses or tables, as bursar.yaml or the command names them; none = nothing names one */
  readonly places: readonly string[];
  /** why they cannot be read; `null` = they can, or this run has not tried */
  readonly failure: OperatingError | null;
  /** of the newest month; `null` = there is none, or this run has not looked */
  readonly bill: NewestBill | null;
}

export interface NewestBill {
  readonly period: Period;
  readonly usage: Money;
  readonly tags: readonly TagUse[];
  readonly roles: readonly RoleUse[];
  readonly users: readonly UserUse[];
}

/** A role or user with its dollars, and what it carries. */
export interface CostingPrincipal extends Pick<RoleUse, 'account' | 'kind' | 'cost' | 'settled'> {
  readonly type: 'role' | 'user';
  /** without path */
  readonly name: string;
  /** what a rule matches it by */
  readonly match: Readonly<Record<string, string>>;
  /** keys, without prefix; `null` = its account does not answer, or it is gone */
  readonly tagKeys: readonly string[] | null;
}
