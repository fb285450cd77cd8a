import type { Money } from '../domain/money.ts';
import type { CallerAllocation } from '../ledger/caller-allocation.ts';
import type { Table } from '../ledger/tables.ts';
import type { CoarseFacts } from './coarse.ts';
import type { LinesById } from './lines-by-id.ts';

/** One period's snapshot as SQL. */
export interface PeriodTables {
  /** the relation of a ledger table */
  readonly of: (table: Table) => string;
  /** `null` where no dimension of the question needs it: {@link needsCallers} */
  readonly allocation: CallerAllocation | null;
  /** instead of `fact_day`, for questions that they tell enough for; `null` where there are none */
  readonly coarse: CoarseFacts | null;
  /** what filters and days leave out, by the question's own words: kept where many ask the same; `null` = not kept */
  readonly filteredOut: Map<string, Money> | null;
  /** the lines of `coarse.callersByRun` outside the engine, where many compare them; `null` = not kept */
  readonly lines: LineStore | null;
}

export interface LineStore {
  /** how many there are */
  readonly count: number;
  get(): LinesById | undefined;
  /** @param lines with every cost */
  set(lines: LinesById): void;
}
