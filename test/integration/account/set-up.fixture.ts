import { expect } from 'vitest';
import { type AwsSession, openAwsSession } from '../../../src/aws/session.ts';
import { allowDeliveryKind } from '../../../src/change/kind/allow-delivery.ts';
import { blockPublicAccessKind } from '../../../src/change/kind/block-public-access.ts';
import { createBucketKind } from '../../../src/change/kind/create-bucket.ts';
import { createDatabaseKind } from '../../../src/change/kind/create-database.ts';
import { createExportKind } from '../../../src/change/kind/create-export.ts';
import { createTableKind } from '../../../src/change/kind/create-table.ts';
import { createWorkgroupKind } from '../../../src/change/kind/create-workgroup.ts';
import { encryptBucketKind } from '../../../src/change/kind/encrypt-bucket.ts';
import type { Kind } from '../../../src/change/kind.ts';
import { type Change, type State, sameJson } from '../../../src/domain/change.ts';
import type { ExportWish, SetupWish } from '../../../src/domain/setup.ts';
import type { OpenAccount } from '../../../src/setup/topic.ts';
import type { AccountServer } from './account-server.ts';
import { type Account, BILLING_REGION } from './organization.ts';

const KINDS: Partial<Record<Change['kind'], Kind>> = {
  'create-bucket': createBucketKind,
  'block-public-access': blockPublicAccessKind,
  'encrypt-bucket': encryptBucketKind,
  'allow-delivery': allowDeliveryKind,
  'create-export': createExportKind,
  'create-database': createDatabaseKind,
  'create-table': createTableKind,
  'create-workgroup': createWorkgroupKind,
};

function kindOf({ kind }: Change): Kind {
  const found = KINDS[kind];
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}

export const signal = new AbortController().signal;

/** A wish for an export in a bucket, and nothing else. */
export function exportWish(wished: Partial<ExportWish> = {}): ExportWish & SetupWish['export'] {
  return {
    name: 'bursar',
    bucket: 'acme-billing',
    bucketRegion: 'eu-central-1',
    prefix: 'cur',
    granularity: 'daily',
    resources: false,
    ...wished,
  };
}

const NOTHING: SetupWish = {
  accounts: { payer: null, identity: null, members: [] },
  dimensions: {},
  allocation: { rules: [], people: [] } as unknown as SetupWish['allocation'],
  tagPrincipals: false,
  trySsoTags: false,
  activateTags: false,
  backfill: null,
  export: null,
  athena: null,
  sessionTags: new Map(),
};

export const wishOf = (part: Partial<SetupWish>): SetupWish => ({ ...NOTHING, ...part });

/** The account as its administrator. */
export function opened(server: AccountServer, { id }: Account): OpenAccount {
  return { id, parts: ['payer'], regions: [BILLING_REGION], session: sessionOf(server, { id }) };
}

/** The SDK finds the keys in the environment. */
function sessionOf(server: AccountServer, account: Pick<Account, 'id'>): AwsSession {
  const { AWS_ENDPOINT_URL, ...env } = server.env(account);
  Object.assign(process.env, env);
  return openAwsSession({ profile: null, region: BILLING_REGION, endpoint: AWS_ENDPOINT_URL ?? null });
}

/** Makes the changes in their order, and sees each come true. */
export async function applyAll(session: AwsSession, changes: readonly Change[]): Promise<void> {
  for (const change of changes) await make(session, change, change.after);
}

/** Takes them back, the last one first; what cannot be taken back by itself is left out. */
export async function undoAll(session: AwsSession, changes: readonly Change[]): Promise<void> {
  for (const change of changes.toReversed())
    if (kindOf(change).words(change).undo.possible) await make(session, change, change.before);
}

async function make(session: AwsSession, change: Change, wanted: State): Promise<void> {
  const kind = kindOf(change);
  const now = await kind.read(session, change, signal);
  const parts = Object.entries(wanted).filter(([part, value]) => !sameJson(value, now[part] ?? null));
  if (parts.length === 0) return;
  await kind.write(session, change, Object.fromEntries(parts), signal);
  expect(await kind.read(session, change, signal)).toEqual(wanted);
}
