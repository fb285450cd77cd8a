import type { Change, ChangeKind } from '../domain/change.ts';
import type { Kind } from './kind.ts';

/** Every kind of change; its file is loaded only when it is needed. */
const KINDS: Readonly<Record<ChangeKind, () => Promise<Kind>>> = {
  'tag-principal': async () => (await import('./kind/tag-principal.ts')).tagPrincipalKind,
  'activate-cost-tags': async () => (await import('./kind/activate-cost-tags.ts')).activateCostTagsKind,
  'backfill-cost-tags': async () => (await import('./kind/backfill-cost-tags.ts')).backfillCostTagsKind,
  'pass-session-tags': async () => (await import('./kind/pass-session-tags.ts')).passSessionTagsKind,
  'create-bucket': async () => (await import('./kind/create-bucket.ts')).createBucketKind,
  'block-public-access': async () => (await import('./kind/block-public-access.ts')).blockPublicAccessKind,
  'encrypt-bucket': async () => (await import('./kind/encrypt-bucket.ts')).encryptBucketKind,
  'allow-delivery': async () => (await import('./kind/allow-delivery.ts')).allowDeliveryKind,
  'create-export': async () => (await import('./kind/create-export.ts')).createExportKind,
  'create-database': async () => (await import('./kind/create-database.ts')).createDatabaseKind,
  'create-table': async () => (await import('./kind/create-table.ts')).createTableKind,
  'create-workgroup': async () => (await import('./kind/create-workgroup.ts')).createWorkgroupKind,
};

export function kindOf(kind: ChangeKind): Promise<Kind> {
  return KINDS[kind]();
}

/** The kinds of these changes, for what is pure and does not wait. */
export async function kindsOf(changes: readonly Change[]): Promise<ReadonlyMap<ChangeKind, Kind>> {
  const names = [...new Set(changes.map(({ kind }) => kind))];
  return new Map(await Promise.all(names.map(async (name) => [name, await kindOf(name)] as const)));
}
