import type { ReachedAccount } from '../../aws/accounts.ts';
import { readCostTags } from '../../aws/read/cost-tags.ts';
import { readDataExports } from '../../aws/read/data-exports.ts';
import { readManagementAccount } from '../../aws/read/organization.ts';
import type { AwsSession } from '../../aws/session.ts';
import { type DataExport, exportFolder } from '../../domain/data-export.ts';
import type { SetupWish } from '../../domain/setup.ts';
import { chooseExport } from '../export/choose.ts';
import { readBucket } from '../export/read.ts';
import { planSetup } from '../plan.ts';
import { orElse, type Read, tried } from '../read.ts';
import type { AccountHealth, BucketSeen, DeliverySeen, PayerHealth, ReportsHealth } from './account-health.ts';
import { readCostingPrincipals } from './costing-principals.ts';

interface ExamineRequest {
  readonly wish: SetupWish;
  /** whether bursar.yaml has a section setup, so that there is something to compare with */
  readonly compare: boolean;
  readonly accounts: readonly ReachedAccount[];
  readonly reports: ReportsHealth;
  /** milliseconds since 1970 */
  readonly now: number;
  /** the newest delivery of the export at an address such as s3://bucket/prefix/export */
  delivered(session: AwsSession, address: string): Promise<DeliverySeen | null>;
  readonly signal: AbortSignal;
}

/**
 * Looks at the accounts, and changes nothing. What may not be read is told by the check that needs it.
 * @throws OperatingError where the credentials end meanwhile
 */
export async function examineAccounts(asked: ExamineRequest): Promise<AccountHealth> {
  const { wish, accounts, reports, now, signal } = asked;
  const payer = accounts.find(({ parts, open }) => parts.includes('payer') && open !== null);
  return {
    now,
    wish,
    accounts: accounts.map(({ id, parts, open, failures }) => ({ id, parts, caller: open?.caller ?? null, failures })),
    payer: payer?.open == null ? null : await examinePayer(payer.id, payer.open.session, asked),
    plan: asked.compare ? await planSetup(wish, accounts, signal) : null,
    reports,
    principals: reports.bill === null ? null : await readCostingPrincipals(reports.bill, accounts, signal),
  };
}

async function examinePayer(
  id: string,
  session: AwsSession,
  { wish, signal, delivered }: ExamineRequest,
): Promise<PayerHealth> {
  const [management, exports, costTags] = await Promise.all([
    tried(() => readManagementAccount(session, signal)),
    tried(() => readDataExports(session, signal)),
    tried(() => readCostTags(session, signal)),
  ]);
  const { used } = chooseExport(orElse(exports, []), wish.export?.name ?? '');
  return {
    id,
    management,
    exports,
    costTags,
    bucket: await bucketOf(used?.destination.bucket ?? wish.export?.bucket ?? null, id, session, signal),
    delivery: used === null ? null : await deliveryOf(used, session, delivered),
  };
}

async function bucketOf(
  name: string | null,
  account: string,
  session: AwsSession,
  signal: AbortSignal,
): Promise<BucketSeen | null> {
  if (name === null) return null;
  return { name, facts: await tried(() => readBucket(session, { name, account, region: null }, signal)) };
}

async function deliveryOf(
  { destination, name }: DataExport,
  session: AwsSession,
  delivered: ExamineRequest['delivered'],
): Promise<Read<DeliverySeen | null>> {
  const address = exportFolder(destination.bucket, destination.prefix, name).replace(/\/$/, '');
  return tried(() => delivered(session, address));
}
