import type { AwsSession } from '../aws/session.ts';
import type { Change, ChangeWords, State } from '../domain/change.ts';

/** One command of the AWS CLI, without `aws`: `['iam', 'tag-role', '--role-name', …]`. */
export type CliCommand = readonly string[];

/** A resource of a CloudFormation template. */
export interface StackResource {
  /** letters and digits */
  readonly logicalId: string;
  readonly body: { readonly Type: string; readonly Properties: object; readonly DependsOn?: readonly string[] };
}

/**
 * All that is known of one kind of change. `change/` applies, verifies and takes back every kind in the same way with it:
 * reads the parts, writes those that differ, reads until they are so.
 */
export interface Kind {
  /** pure */
  words(change: Change): ChangeWords;
  /** What the parts of the change are now. @throws OperatingError */
  read(session: AwsSession, change: Change, signal: AbortSignal): Promise<State>;
  /**
   * Makes these parts so; those that are not named stay. Doing it twice is the same as once.
   * @throws OperatingError where AWS refuses; parts may have been written then
   */
  write(session: AwsSession, change: Change, parts: State, signal: AbortSignal): Promise<void>;
  /** the same with the AWS CLI; pure */
  cli(change: Change): readonly CliCommand[];
  /** prints something where the change is made already; only for what AWS does not take twice, else none or `null`; pure */
  cliThere?(change: Change): CliCommand | null;
  /** HCL, whole blocks without `provider`, which account and region of the change say; `null` = Terraform has no resource for it. pure */
  terraform(change: Change): string | null;
  /** `null` = CloudFormation has no resource for it. pure */
  cloudformation(change: Change): StackResource | null;
}
