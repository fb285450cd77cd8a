import type { PlannedPeople } from '../../config/allocation.ts';
import { loadConfig, type PeopleConfig } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { ImportReport } from '../../domain/people.ts';
import { coverage } from '../../query/people-coverage.ts';
import type { Context } from '../context.ts';
import { announce, withLedger, withReader } from '../ledger-in-use.ts';
import type { ImportOptions } from './options.ts';

/** Of the export's newest billing periods so many are looked at. */
const PERIODS = 3;

type Covered = Pick<ImportReport, 'coverage' | 'notes'>;

/** Which dollars of the export the file covers. The import is done by then: what goes wrong here is a note. */
export async function coveredDollars(
  { hasExport }: PeopleConfig,
  planned: PlannedPeople,
  options: ImportOptions,
  context: Context,
): Promise<Covered> {
  if (!hasExport) {
    return skipped('nothing says where the export is: with --cur this also says which dollars the file covers.');
  }
  try {
    const config = await loadConfig(options, context.env, context.cwd, planned);
    return await withLedger(config, context, async (inUse) => {
      announce(inUse, context);
      const read = inUse.outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.snapshot]));
      const newest = read.filter(({ firstDay }) => firstDay !== null).slice(-PERIODS);
      if (newest.length === 0) return skipped('the export has no Bedrock lines: no dollars to cover.');
      return withReader(inUse, context, async (engine, progress) => {
        progress.update(0, 1, 'looking whom the file names');
        const { people } = config.allocation;
        return { coverage: await coverage(engine, inUse.ledger, newest, people), notes: [] };
      });
    });
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return skipped(`which dollars the file covers is not known: ${error.code}: ${error.message}. ${error.hint}`);
  }
}

function skipped(note: string): Covered {
  return { coverage: null, notes: [note] };
}
