import { OperatingError } from '../domain/errors.ts';
import type { Entry } from '../state/journal.ts';
import type { Engine } from './engine.ts';
import { agreeing } from './parts.ts';

/** AWS shows by then what it took; what it does not show was never written. */
const SURELY_SEEN_MS = 3_600_000;

/**
 * Finds out how far came what earlier runs began and did not finish: by reading it. What is not wholly there stays open for a
 * while, as AWS may show it later, unless it is about to be made again.
 * @param again ids of the changes that are made now
 */
export async function settleOpen(again: ReadonlySet<string>, engine: Engine): Promise<void> {
  for (const entry of engine.journal.entries()) {
    if (entry.state === 'begun') await settleOne(entry, again, engine);
  }
}

async function settleOne(entry: Entry, again: ReadonlySet<string>, engine: Engine): Promise<void> {
  const { change, began } = entry;
  const actor = engine.actorOf(change.account);
  if (actor === null) return;
  const kind = await engine.kindOf(change.kind);
  try {
    const now = await kind.read(actor.session, change, engine.signal);
    const written = agreeing(change.after, now);
    const isWhole = written.length === Object.keys(change.after).length;
    const isOld = engine.now().getTime() - Date.parse(began) > SURELY_SEEN_MS;
    if (isWhole || isOld || again.has(change.id)) engine.journal.settle(entry, written, engine.now().toISOString());
  } catch (error) {
    // What cannot be read now is read by a later run.
    if (!(error instanceof OperatingError)) throw error;
  }
}
