import { CUR_TABLE, type DataExport, exportFolder } from '../../domain/data-export.ts';
import type { PlanNote } from '../../domain/plan.ts';
import type { ExportWish } from '../../domain/setup.ts';
import { type Choice, namesCallers } from './choose.ts';

/** A member's export covers the member alone: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-organizations.html */
export function memberNotes({
  account,
  payer,
}: {
  readonly account: string;
  readonly payer: string | null;
}): PlanNote[] {
  if (payer === null || payer === account) return [];
  const what = `Account ${account} is a member of the organization of ${payer}: its export holds its own lines alone.`;
  const paste = ['accounts:', `  payer: { id: '${payer}' }`];
  const remedy = 'Name the management account as the payer, and sign in to it.';
  return [{ level: 'warn', account, what, remedies: [{ what: remedy, where: 'bursar.yaml', paste }] }];
}

/** Why the exports that are there do not serve. */
export function otherNotes(account: string, { others }: Choice): PlanNote[] {
  return others.map((other): PlanNote => {
    const past = namesCallers(other.export)
      ? ''
      : ' AWS adds callers to nothing that it has delivered, and the new one holds no earlier months.';
    const what = `The export ${other.export.name} ${other.faults.join(', ')}: it stays as it is, and a new one is made beside it.${past}`;
    return { level: 'info', account, what, remedies: [] };
  });
}

/** How the export that serves differs from the one that is asked for. */
export function usedNotes(account: string, wish: ExportWish, used: DataExport): PlanNote[] {
  const { bucket, prefix } = used.destination;
  const folder = exportFolder(bucket, prefix, used.name);
  const settings = used.tables[CUR_TABLE] ?? {};
  const differs = [
    folder === exportFolder(wish.bucket, wish.prefix, wish.name) ? '' : `lies in ${folder}`,
    differing(settings.TIME_GRANULARITY, wish.granularity.toUpperCase(), (value) => `is ${value.toLowerCase()}`),
    differing(settings.INCLUDE_RESOURCES, wish.resources ? 'TRUE' : 'FALSE', (value) =>
      value === 'TRUE' ? 'has resources' : 'has no resources',
    ),
  ].filter((one) => one !== '');
  if (differs.length === 0) return [];
  const what = `The export ${used.name} names callers already and is used as it is: it ${differs.join(', ')}.`;
  const remedy = { what: 'Let reports read it.', where: 'bursar.yaml' as const, paste: [`cur: ${folder}`] };
  return [{ level: 'info', account, what, remedies: [remedy] }];
}

function differing(actual: string | undefined, wished: string, says: (value: string) => string): string {
  return actual === undefined || actual === wished ? '' : says(actual);
}

/** AWS's words for why an export is not delivered, and what helps. */
const REASONS: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  INSUFFICIENT_PERMISSION: [
    'AWS may not write into its bucket',
    'Let the bucket policy allow it: bursar apply adds the statement where it is missing; a Deny must be mended by hand.',
  ],
  BILL_OWNER_CHANGED: [
    'somebody else pays for the account now',
    'Delete the export, and make one in the account that has the bill.',
  ],
  INTERNAL_FAILURE: [
    'something went wrong at AWS',
    'AWS tries again by itself. If it lasts for more than a day, open a case with AWS Support.',
  ],
};

export function healthNotes(account: string, { name, health }: DataExport): PlanNote[] {
  if (health.healthy) return [];
  const known = REASONS[health.reason ?? ''] ?? ['AWS does not say why', 'Look at it in the console: Data Exports.'];
  const [why, remedy] = known;
  const what = `The export ${name} is unhealthy: ${why}${health.reason === null ? '' : ` (${health.reason})`}.`;
  return [{ level: 'warn', account, what, remedies: [{ what: remedy, where: null, paste: [] }] }];
}
