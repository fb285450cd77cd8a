/** A number to know first. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note: React.ReactNode;
  readonly tone: 'plain' | 'good' | 'bad' | 'warn';
  /** its number is on its way */
  readonly waits?: boolean;
  /** what it means and how it is worked out */
  readonly explained: React.ReactNode;
}
