import type { DayRange } from './allocation.ts';
import type { DirectoryGroup } from './directory.ts';
import type { Money } from './money.ts';
import type { Day, Period } from './period.ts';

/** What is imported from, where it is not a file. */
export const IDENTITY_CENTER = 'identity-center';

/** To what the members of groups belong. */
export interface GroupRule {
  /** of the group's display name, with the wildcards `*` and `?`; upper and lower case are the same */
  readonly pattern: string;
  /** dimension -> value; a `*` in it stands for what the one `*` of the pattern matched */
  readonly values: ReadonlyMap<string, string>;
}

/** Which column of a CSV file means what: names as they stand in its header. */
export interface CsvColumns {
  /** each of them may hold what becomes the role session name */
  readonly session: readonly string[];
  readonly person: string | null;
  /** whether somebody is still there */
  readonly status: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** dimension -> column */
  readonly dimensions: ReadonlyMap<string, string>;
}

/** Days, with what a source says of somebody on them: dimension -> value. */
export interface MemberSpan extends DayRange {
  readonly values: ReadonlyMap<string, string>;
}

/** Somebody as a source of people knows them. */
export interface Member {
  /** what may become their role session name, as the source spells it; the surest first, at least one */
  readonly sessions: readonly [string, ...string[]];
  /** the name that the source shows; may be empty */
  readonly name: string;
  /** in the order of days, without overlap, at least one */
  readonly spans: readonly MemberSpan[];
  /** known to the source, but may no longer sign in */
  readonly left: boolean;
  /** for people: `user mia.keller`, `line 12` */
  readonly place: string;
}

/** What a source of people says at one moment. */
export interface Membership {
  readonly members: readonly Member[];
  /** the dimensions that it speaks of; of the others it knows nothing */
  readonly dimensions: readonly string[];
  /** whether it knows last days: then a row has the end that it says, or none */
  readonly tellsEnds: boolean;
}

export const CHANGES = ['added', 'returned', 'moved', 'left'] as const;
export type ChangeKind = (typeof CHANGES)[number];

/** What an import does to the rows of one session. */
export interface SessionChange {
  readonly kind: ChangeKind;
  readonly session: string;
  readonly person: string;
  /** dimension -> value before and after; empty where there is none */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** What an import does to the people file. */
export interface PeoplePlan {
  readonly changes: readonly SessionChange[];
  /** sessions of people who are there and whose rows stay as they are */
  readonly unchanged: number;
  /** sessions whose rows nobody imported and the source says nothing against */
  readonly byHand: number;
  /** sessions that another source looks after: its name -> how many */
  readonly others: ReadonlyMap<string, number>;
  /** people who are called otherwise in the source than in the file, which keeps its name */
  readonly renamed: readonly { readonly person: string; readonly name: string }[];
  /** first days of rows, all after the day of the import, that an earlier import has written and this one takes away */
  readonly withdrawn: readonly Day[];
}

/** Which dollars of usage the people file covers. */
export interface PeopleCoverage {
  readonly currency: string;
  /** the newest last */
  readonly periods: readonly PeriodCoverage[];
  /** sessions of people that no row names on the days they were used: the dearest first */
  readonly uncovered: readonly { readonly session: string; readonly cost: Money }[];
  /** people of the file, and those of them without any usage in the periods */
  readonly people: number;
  readonly idle: number;
}

export interface PeriodCoverage {
  readonly period: Period;
  /** usage of callers that a row of the file names on the day */
  readonly covered: Money;
  /** usage of people that no row names */
  readonly uncovered: Money;
  /** usage of applications, keys and lines without a principal */
  readonly notPeople: Money;
  /** tax, credits, refunds, discounts and fees */
  readonly adjustments: Money;
}

/** What came of an import, or would come of it. */
export interface ImportReport {
  /** path of the people file */
  readonly file: string;
  /** from which day on the source is believed */
  readonly day: Day;
  /** `dry-run`: nothing was written; `unchanged`: there was nothing to write */
  readonly outcome: 'written' | 'made' | 'unchanged' | 'dry-run';
  readonly source: {
    /** how the import is called in the file */
    readonly name: string;
    /** for people: `Identity Center d-1234567890 in eu-west-1` */
    readonly place: string;
    readonly people: number;
    readonly left: number;
    /** dimension -> people who have no value in it, of those who have not left */
    readonly without: ReadonlyMap<string, number>;
  };
  readonly plan: PeoplePlan;
  /** groups that no pattern names, by name; `null` = the source has no groups */
  readonly unmapped: readonly DirectoryGroup[] | null;
  /** what one should know, a sentence each */
  readonly notes: readonly string[];
  /** `null` = there is nothing to look at */
  readonly coverage: PeopleCoverage | null;
}
