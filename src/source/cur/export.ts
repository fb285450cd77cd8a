import type { OperatingError } from '../../domain/errors.ts';
import type { Money } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import type { Engine } from '../../engine/engine.ts';

export interface DataFile {
  readonly path: string;
  readonly bytes: number;
  /** whole milliseconds since 1970, as the storage says */
  readonly modified: number;
}

/** What AWS delivered for one billing period: exactly the files that make it up. */
export interface Delivery {
  readonly period: Period;
  readonly files: readonly DataFile[];
  /** what lists the files: the manifest, or the table; `null`: there is no manifest and the folder was listed */
  readonly listedBy: string | null;
  /** equal exactly when nothing was delivered or copied since */
  readonly fingerprint: string;
}

/** One period's delivery, or why it cannot be read: one bad month must not hide the others. */
export type DeliveryOutcome =
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'failed'; readonly period: Period; readonly error: OperatingError };

/** What one of several exports holds of each payer in a period, and whether it is what counts for the payer. */
export interface ExportShare {
  readonly place: string;
  readonly payers: readonly {
    readonly payer: string;
    readonly lines: number;
    /** lines that name a principal */
    readonly identified: number;
    readonly unblended: Money;
    readonly counts: boolean;
  }[];
}

/** The raw lines of one delivery as a relation, with the columns the export really has. */
export interface RawLines {
  /** SQL of the relation */
  readonly relation: string;
  /** column name -> the engine's type */
  readonly types: ReadonlyMap<string, string>;
  /** how many of the files have the column of principals */
  readonly withPrincipals: { readonly files: number; readonly of: number };
  /** the same lines with their place: a column that says in words where a line stands */
  readonly placed: { readonly relation: string; readonly place: string };
  /** where several exports are read as one */
  readonly shares?: readonly ExportShare[];
}

/** A CUR 2.0 export that an engine reads. The engine given is one of the kind that the export was found for. */
export interface CurExport {
  /** where it lies: a folder, or catalog.schema.table */
  readonly place: string;
  /** The newest delivery of every billing period, oldest period first. Reads no data. */
  deliveries(): Promise<DeliveryOutcome[]>;
  /**
   * @throws OperatingError CUR_FILE_UNREADABLE, CUR_COLUMN_MISSING, CUR_OTHER_FORMAT
   */
  open(engine: Engine, delivery: Delivery): Promise<RawLines>;
  /** @throws OperatingError CUR_FILES_CHANGED when a file is not as it was listed */
  checkUnchanged(delivery: Delivery): Promise<void>;
  /**
   * Runs something that reads the raw lines.
   * @throws OperatingError CUR_FILE_UNREADABLE naming the file that broke it
   */
  reading<T>(engine: Engine, delivery: Delivery, action: () => Promise<T>): Promise<T>;
}
