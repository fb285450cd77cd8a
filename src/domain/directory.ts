/** Somebody as a directory knows them today. */
export interface DirectoryUser {
  readonly userName: string;
  readonly displayName: string;
  readonly emails: readonly string[];
  /** whether they may sign in */
  readonly enabled: boolean;
  /** display names of the groups they are in, of those whose members were read */
  readonly groups: readonly string[];
}

export interface DirectoryGroup {
  readonly name: string;
  /** how many are in it; `null` = nobody counted */
  readonly members: number | null;
}

/** The people of AWS Identity Center, as it knows them at one moment. */
export interface Directory {
  /** identity store id: `d-1234567890` */
  readonly identityStore: string;
  readonly region: string;
  readonly users: readonly DirectoryUser[];
  readonly groups: readonly DirectoryGroup[];
}
