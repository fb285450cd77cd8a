/** A span of CloudTrail's event history that has not been read yet. */
export interface EventWindow {
  readonly eventName: string;
  /** whole seconds since 1970, both included: CloudTrail keeps no finer time */
  readonly from: number;
  readonly to: number;
  /** where a page went on within one second; `null` = the window is asked from its newest event on */
  readonly token: string | null;
}

/** What is known of a window after one page of it. Events come newest first. */
export interface WindowPage {
  /** seconds since 1970; `null` = the page is empty */
  readonly oldest: number | null;
  /** `null` = the window has no more */
  readonly next: string | null;
}

/** One window for each event name. */
export function wholeSpan(eventNames: readonly string[], from: number, to: number): EventWindow[] {
  return eventNames.map((eventName) => ({ eventName, from, to, token: null }));
}

/**
 * The windows that a page leaves unread. What is older is cut in half, so that a history too long to be read is looked at
 * evenly over its time; a short one is read wholly all the same.
 */
export function leftUnread(window: EventWindow, { oldest, next }: WindowPage): EventWindow[] {
  if (next === null) return [];
  // Without progress in time, only the token goes on: more than a page within a second.
  if (oldest === null || oldest >= window.to) return [{ ...window, token: next }];
  const older = { ...window, to: Math.max(oldest, window.from), token: null };
  if (older.to === older.from) return [older];
  const middle = Math.floor((older.from + older.to) / 2);
  return [
    { ...older, from: middle + 1 },
    { ...older, to: middle },
  ];
}

/** The window of which least is known, and the others. */
export function longestFirst(windows: readonly EventWindow[]): readonly [EventWindow | undefined, EventWindow[]] {
  const span = ({ from, to }: EventWindow): number => to - from;
  const [first] = windows.toSorted((a, b) => span(b) - span(a));
  return [first, windows.filter((window) => window !== first)];
}
