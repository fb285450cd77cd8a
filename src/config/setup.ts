import type { AllocationRules } from '../domain/allocation.ts';
import { MAX_TAGS, tagKeyProblem } from '../domain/aws-tag.ts';
import type { OwnDimensions } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import {
  type AccountAccess,
  type Accounts,
  type AthenaWish,
  type ExportWish,
  principalTagKeys,
  type SetupWish,
} from '../domain/setup.ts';
import type { ConfigFile, ReadConfigFile } from './file.ts';

type Setup = NonNullable<ConfigFile['setup']>;

/**
 * What bursar.yaml wants the accounts to be. What it does not say is not wanted.
 * @throws OperatingError CONFIG_INVALID with every place that is wrong
 */
export function readSetup(
  path: string,
  read: ReadConfigFile,
  own: { readonly dimensions: OwnDimensions; readonly allocation: AllocationRules },
): SetupWish {
  const setup: Partial<Setup> = read.file.setup ?? {};
  const problems = new Problems(path, read);
  const accounts = readAccounts(read.file.accounts, problems);
  const sessionTags = new Map(Object.entries(setup['session-tags'] ?? {}));
  if (setup['tag-principals'] || setup['activate-tags']) checkDimensionKeys(own.dimensions, problems);
  checkKeys(
    [...sessionTags.keys()].map((key) => ({ key, at: ['setup', 'session-tags', key] })),
    problems,
  );
  if (sessionTags.size > 0 && accounts.identity === null) {
    problems.add(['setup', 'session-tags'], 'accounts.identity must say which account has Identity Center');
  }
  const athena = readAthena(setup, problems);
  checkParts(setup, accounts, problems);
  problems.throwIfAny();
  return {
    accounts,
    ...own,
    tagPrincipals: setup['tag-principals'] ?? false,
    trySsoTags: false,
    activateTags: setup['activate-tags'] ?? false,
    backfill: (setup.backfill as Period | undefined) ?? null,
    export: readExport(setup),
    athena,
    sessionTags,
  };
}

/** What nobody looks at would be planned by nobody, without a word. */
function checkParts(setup: Partial<Setup>, { members }: Accounts, problems: Problems): void {
  if (members.length > 0 || !setup['tag-principals']) return;
  problems.add(['setup', 'tag-principals'], 'accounts.members must say in which accounts roles and users call Bedrock');
}

type Place = readonly (string | number)[];

class Problems {
  readonly #texts: string[] = [];
  readonly #path: string;
  readonly #read: ReadConfigFile;

  constructor(path: string, read: ReadConfigFile) {
    this.#path = path;
    this.#read = read;
  }

  add(at: Place, problem: string): void {
    this.#texts.push(`${this.#path}, ${this.#read.placeOf(at)}: ${at.join('.')}: ${problem}`);
  }

  throwIfAny(): void {
    if (this.#texts.length > 0) throw new OperatingError('CONFIG_INVALID', this.#texts.join('\n  '));
  }
}

const AS_FOUND: AccountAccess = { id: null, profile: null, role: null, regions: [] };

function readAccounts(section: ConfigFile['accounts'], problems: Problems): Accounts {
  if (section === undefined) return { payer: AS_FOUND, identity: null, members: [AS_FOUND] };
  const { payer, identity, members = [] } = section;
  const access = (account: AccountText, regions: readonly string[], at: Place): AccountAccess => {
    const profile = account.profile ?? (account.role === undefined ? null : (payer?.profile ?? null));
    return { id: account.id, profile, role: roleArn(account, at, problems), regions };
  };
  const accounts: Accounts = {
    payer: payer === undefined ? null : access(payer, payer.regions ?? [], ['accounts', 'payer']),
    identity:
      identity === undefined
        ? null
        : access(identity, identity.region === undefined ? [] : [identity.region], ['accounts', 'identity']),
    members: members.map((member, index) => access(member, member.regions ?? [], ['accounts', 'members', index])),
  };
  checkOnce(accounts, problems);
  return accounts;
}

interface AccountText {
  readonly id: string;
  readonly profile?: string | undefined;
  readonly role?: string | undefined;
}

function roleArn({ id, role }: AccountText, at: Place, problems: Problems): string | null {
  if (role === undefined) return null;
  if (!role.startsWith('arn:')) return `arn:aws:iam::${id}:role/${role}`;
  const account = role.split(':')[4];
  if (account !== id) problems.add([...at, 'role'], `the role is of account ${account}, not of ${id}`);
  return role;
}

/** An account may be of several parts, but it is reached in one way. */
function checkOnce({ payer, identity, members }: Accounts, problems: Problems): void {
  const named = [
    ...(payer === null ? [] : [{ access: payer, at: ['accounts', 'payer'] }]),
    ...(identity === null ? [] : [{ access: identity, at: ['accounts', 'identity'] }]),
    ...members.map((access, index) => ({ access, at: ['accounts', 'members', index] })),
  ];
  for (const [index, { access, at }] of named.entries()) {
    const first = named.slice(0, index).find((other) => other.access.id === access.id);
    if (first === undefined) continue;
    if (first.at[1] === 'members') problems.add([...at, 'id'], `account ${access.id} stands twice`);
    else if (first.access.profile !== access.profile || first.access.role !== access.role) {
      problems.add(at, `account ${access.id} is reached in another way under ${first.at.join('.')}: say the same`);
    }
  }
}

function checkDimensionKeys(dimensions: OwnDimensions, problems: Problems): void {
  const keys = [...principalTagKeys(dimensions)].map(([dimension, key]) => ({ key, at: ['dimensions', dimension] }));
  checkKeys(keys, problems);
}

function checkKeys(keys: readonly { readonly key: string; readonly at: Place }[], problems: Problems): void {
  if (keys.length > MAX_TAGS) {
    problems.add(keys[MAX_TAGS]?.at ?? [], `${keys.length} tag keys: a role or user carries ${MAX_TAGS} at most`);
  }
  for (const [index, { key, at }] of keys.entries()) {
    const problem = tagKeyProblem(key);
    if (problem !== null) problems.add(at, `the tag key ${JSON.stringify(key)} ${problem}`);
    const twin = keys.slice(0, index).find((other) => other.key.toLowerCase() === key.toLowerCase());
    // IAM compares the keys of one role without case, and answers with an error.
    if (twin !== undefined && twin.key !== key) {
      problems.add(at, `the tag keys ${twin.key} and ${key} differ in case alone: AWS takes them for one`);
    }
  }
}

function readExport(setup: Partial<Setup>): ExportWish | null {
  if (setup.export === undefined) return null;
  const { name, bucket, prefix, granularity, resources } = setup.export;
  return {
    name,
    bucket,
    bucketRegion: setup.export['bucket-region'],
    prefix: prefix.replace(/^\/+|\/+$/g, ''),
    granularity,
    resources,
  };
}

function readAthena(setup: Partial<Setup>, problems: Problems): AthenaWish | null {
  if (setup.athena === undefined) return null;
  if (setup.export === undefined)
    problems.add(['setup', 'athena'], 'Athena reads the export: setup.export must name it');
  const { database, table, workgroup, results } = setup.athena;
  const standard = `s3://${setup.export?.bucket}/athena-results/`;
  return {
    database,
    table,
    workgroup,
    results: results === undefined ? standard : results.replace(/\/*$/, '/'),
    scanBytes: setup.athena['scan-gigabytes'] * 1e9,
  };
}
