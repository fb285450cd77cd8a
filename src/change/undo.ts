import { only } from '../domain/change.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Entry, Journal } from '../state/journal.ts';
import type { Engine, Step } from './engine.ts';
import { differing, isPart } from './parts.ts';

/**
 * What is to become of one entry of the journal. `restore`: but for the parts that are `left` as somebody else has made them since; `left`:
 * that is all of it; `already`: it is as it was before; `failed`: it cannot be looked at.
 */
export type Undoing = { readonly entry: Entry } & (
  | { readonly kind: 'restore'; readonly step: Step; readonly left: readonly string[] }
  | { readonly kind: 'left'; readonly left: readonly string[] }
  | { readonly kind: 'already' }
  | { readonly kind: 'impossible'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: OperatingError }
);

/** Changes that were made, or begun, and not taken back. */
export function standing(entries: readonly Entry[]): Entry[] {
  const undone = new Set(entries.flatMap(({ undoes, state }) => (undoes !== null && state === 'done' ? [undoes] : [])));
  return entries.filter(({ id, runKind, state }) => runKind === 'apply' && state !== 'void' && !undone.has(id));
}

/**
 * The entries that an id of `bursar undo` means: those of a run, or one; without an id those of the newest run that holds any that
 * can be taken back.
 * @throws OperatingError NOTHING_TO_UNDO
 */
export async function entriesToUndo(journal: Journal, id: string | null, kindOf: Engine['kindOf']): Promise<Entry[]> {
  const entries = journal.entries();
  if (id !== null) {
    const named = entries.filter((entry) => entry.runKind === 'apply' && (entry.id === id || String(entry.run) === id));
    if (named.length > 0) return named.filter(({ state }) => state !== 'void');
    throw new OperatingError('NOTHING_TO_UNDO', `the journal holds no change ${id}`);
  }
  for (const entry of standing(entries).toReversed()) {
    const { words } = await kindOf(entry.change.kind);
    if (words(entry.change).undo.possible) return standing(entries).filter(({ run }) => run === entry.run);
  }
  throw new OperatingError('NOTHING_TO_UNDO', 'there is nothing that Bursar did and has not taken back');
}

/** What taking back the entries means now: the newest first, part by part. Reads only. */
export async function planUndo(
  entries: readonly Entry[],
  engine: Pick<Engine, 'kindOf' | 'actorOf' | 'signal'>,
): Promise<Undoing[]> {
  const all: Undoing[] = [];
  for (const entry of entries.toReversed()) all.push(await planOne(entry, entries, engine));
  return all;
}

async function planOne(
  entry: Entry,
  entries: readonly Entry[],
  { kindOf, actorOf, signal }: Pick<Engine, 'kindOf' | 'actorOf' | 'signal'>,
): Promise<Undoing> {
  const { change } = entry;
  const kind = await kindOf(change.kind);
  const { undo } = kind.words(change);
  if (!undo.possible) return { entry, kind: 'impossible', why: undo.why };
  const actor = actorOf(change.account);
  if (actor === null) {
    const what = `account ${change.account} is not reached: bursar.yaml does not name it, or it did not answer`;
    return { entry, kind: 'failed', error: new OperatingError('ACCOUNT_UNKNOWN', what) };
  }
  try {
    const now = await kind.read(actor.session, change, signal);
    const otherwise = differing(change.before, now);
    if (otherwise.length === 0) return { entry, kind: 'already' };
    const ours = otherwise.filter((part) => isPart(change.after, now, part));
    const left = otherwise.filter((part) => !ours.includes(part));
    if (ours.length === 0) return { entry, kind: 'left', left };
    // What needed this change goes before it.
    const dependsOn = entries
      .filter((other) => other.change.dependsOn.includes(change.id))
      .map((other) => other.change.id);
    const inverse = { ...change, before: only(change.after, ours), after: only(change.before, ours), dependsOn };
    return { entry, kind: 'restore', step: { change: inverse, undoes: entry.id }, left };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return { entry, kind: 'failed', error };
  }
}

/** Notes that nothing is left to do for entries, so that the next undo looks at what was done before them. */
export function noteUndone(undoing: readonly Undoing[], { journal, run, actorOf, now }: Engine): void {
  for (const { kind, entry } of undoing) {
    if (kind !== 'already' && kind !== 'left') continue;
    const { account } = entry.change;
    const change = { ...entry.change, before: {}, after: {} };
    const time = now().toISOString();
    const id = journal.begin({ run, change, caller: actorOf(account)?.caller ?? '', began: time, undoes: entry.id });
    journal.settle({ id, change }, [], time, 'done');
  }
}
