import type { AccessAttributes } from '../../aws/read/access-attributes.ts';
import type { SeenInRegion } from '../../aws/read/bedrock-callers.ts';
import type { CostTag } from '../../aws/read/cost-tags.ts';
import type { OrganizationAccount } from '../../aws/read/organization-accounts.ts';
import type { DataExport } from '../../domain/data-export.ts';
import type { OperatingError } from '../../domain/errors.ts';
import { orElse, type Read } from '../read.ts';

/** An account whose callers were looked for. */
export interface FoundAccount {
  /** twelve digits */
  readonly id: string;
  readonly profile: string | null;
  readonly role: string | null;
  readonly seen: readonly SeenInRegion[];
  /** tag keys of the roles and users that called, without prefix, and on how many of them they are */
  readonly tagKeys: Read<ReadonlyMap<string, number>>;
}

/** Identity Center, and the account that was asked about it. */
export interface FoundCenter {
  /** who was asked: twelve digits */
  readonly account: string;
  readonly profile: string | null;
  readonly role: string | null;
  readonly region: string;
  /** the management account for that of an organization; `null` = AWS does not say */
  readonly owner: string | null;
  /** names */
  readonly permissionSets: Read<readonly string[]>;
  /** those that are passed as session tags; `null` = that is switched off */
  readonly attributes: Read<AccessAttributes | null>;
}

/** Whether the account that was asked looks after it, as far as AWS tells. */
export function looksAfter({ account, owner, permissionSets }: FoundCenter): boolean {
  return owner === account || owner === null || 'value' in permissionSets;
}

/** What `bursar init` found out. A plain value. */
export interface Found {
  /** the UTC day on which it was looked */
  readonly day: string;
  /** how far back callers were looked for */
  readonly days: number;
  /** the account of the credentials */
  readonly account: string;
  /** who pays for the organization; `null` = the account is in none and pays for itself, or may not know */
  readonly management: Read<string | null>;
  readonly organization: Read<readonly OrganizationAccount[]>;
  readonly accounts: readonly FoundAccount[];
  readonly exports: Read<readonly DataExport[]>;
  readonly buckets: Read<readonly string[]>;
  readonly costTags: Read<readonly CostTag[]>;
  /** `null` = there is none where it was looked for */
  readonly identity: Read<FoundCenter | null>;
  /** region of the bucket that is suggested */
  readonly region: string;
}

/** Whether the account of the credentials pays; `null` = it could not be found out. */
export function isPayer({ account, management, costTags }: Found): boolean | null {
  const manager = orElse(management, null);
  if (manager !== null) return manager === account;
  // Only who pays may see cost allocation tags.
  return 'value' in costTags ? true : null;
}

/** Why something could not be read, and what that takes. */
interface Unread {
  readonly failure: OperatingError;
  /** how many others have the same remedy: regions that a policy forbids come in dozens */
  readonly more: number;
}

/** What could not be read, by what it takes to read it. */
export function unreadOf(found: Found): Unread[] {
  const { management, organization, accounts, exports, buckets, costTags, identity } = found;
  const center = orElse(identity, null);
  const reads: readonly Read<unknown>[] = [
    ...[management, organization, exports, buckets, costTags, identity],
    // Whoever does not look after it lacks no permission.
    ...(center === null || !looksAfter(center) ? [] : [center.permissionSets, center.attributes]),
    ...accounts.map(({ tagKeys }) => tagKeys),
  ];
  const failures = [
    ...reads.flatMap((read) => ('failure' in read ? [read.failure] : [])),
    ...accounts.flatMap(({ seen }) => seen.flatMap(({ failure }) => (failure === null ? [] : [failure]))),
  ];
  const alike = Map.groupBy(failures, ({ code, hint }) => `${code} ${hint}`);
  return [...alike.values()].flatMap(([failure, ...others]) =>
    failure === undefined ? [] : [{ failure, more: others.length }],
  );
}

export function unreadText({ failure, more }: Unread): string {
  return more === 0 ? failure.message : `${failure.message}; and ${more.toLocaleString('en')} more like it`;
}

/** Whether nothing could be read of what says who calls and what there is: then a file would say nothing. */
export function isNothing({ accounts, exports, costTags }: Found): boolean {
  const regions = accounts.flatMap(({ seen }) => seen);
  return (
    'failure' in exports &&
    'failure' in costTags &&
    regions.every(({ failure, events }) => failure !== null && events === 0)
  );
}
