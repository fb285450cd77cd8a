import { OperatingError } from '../domain/errors.ts';
import type { Period } from '../domain/period.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Snapshot } from '../ledger/snapshot.ts';

/** Stands for the snapshot before the one that counts. */
const PREVIOUS = 'previous';

/**
 * The snapshots that a name stands for, of the ones that are kept.
 * @param name an id or its beginning, which is found in any period, or either behind its period and an `@`, as answers
 *   name it; or {@link PREVIOUS}: for each of the periods the snapshot before
 * @param asked periods that {@link PREVIOUS} is meant for
 * @param all every period of the ledger
 * @throws OperatingError SNAPSHOT_MISSING naming those that are kept
 */
export async function snapshotsNamed(
  ledger: Ledger,
  name: string,
  asked: readonly Period[],
  all: readonly Period[],
): Promise<Snapshot[]> {
  if (name === PREVIOUS) return Promise.all(asked.map((period) => previous(ledger, period)));
  const kept = (await Promise.all(all.map((period) => ledger.kept(period)))).flat();
  const [, period, wanted = name] = /^(\d{4}-\d{2})@(.*)$/.exec(name) ?? [];
  const found = kept
    .filter((snapshot) => period === undefined || snapshot.period === period)
    .filter(({ id }) => id === wanted || (wanted.length >= LEAST_PREFIX && id.startsWith(wanted)));
  if (found.length === 1) return found;
  throw new OperatingError(
    'SNAPSHOT_MISSING',
    found.length === 0 ? `there is no snapshot ${name}` : `${found.length} snapshots begin with ${name}`,
    { hint: `There are: ${kept.map(({ period, id }) => `${period}@${id}`).join(', ')}.` },
  );
}

/** The day and the hour: what is shorter names nothing. */
const LEAST_PREFIX = 'YYYYMMDDTHH'.length;

async function previous(ledger: Ledger, period: Period): Promise<Snapshot> {
  const [, before] = await ledger.kept(period);
  if (before !== undefined) return before;
  throw new OperatingError('SNAPSHOT_MISSING', `${period} has one snapshot: there is none before it`, {
    hint: 'A second one comes with the next delivery that changes the period.',
  });
}
