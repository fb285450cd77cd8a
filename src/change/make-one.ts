import { setTimeout as wait } from 'node:timers/promises';
import { type Change, only } from '../domain/change.ts';
import { type ErrorCode, OperatingError } from '../domain/errors.ts';
import type { Actor, Engine, Outcome, Step } from './engine.ts';
import type { Kind } from './kind.ts';
import { differing } from './parts.ts';
import { checkDrift, unreachable, unseen } from './refusals.ts';

/** What was begun is finished, whoever wants to stop. */
const NEVER = new AbortController().signal;

/** Reads, writes what is otherwise, and reads until it is so; the journal knows of it before AWS does. */
export async function makeOne(step: Step, engine: Engine): Promise<Outcome> {
  const { change } = step;
  try {
    const actor = engine.actorOf(change.account);
    if (actor === null) throw unreachable(change);
    const kind = await engine.kindOf(change.kind);
    const now = await kind.read(actor.session, change, engine.signal);
    const parts = differing(change.after, now);
    if (parts.length === 0) return { kind: 'already' };
    checkDrift(change, now, parts);
    await write(step, parts, kind, actor, engine);
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof OperatingError) return { kind: 'failed', error };
    if (engine.signal.aborted) return { kind: 'skipped', because: 'interrupted' };
    throw error;
  }
}

async function write(step: Step, parts: string[], kind: Kind, actor: Actor, engine: Engine): Promise<void> {
  const { journal } = engine;
  const change: Change = {
    ...step.change,
    before: only(step.change.before, parts),
    after: only(step.change.after, parts),
  };
  const began = engine.now().toISOString();
  const { run } = engine;
  const id = journal.begin({ run, change, caller: actor.caller, began, undoes: step.undoes });
  try {
    await onceKnown(step.change, engine, () => kind.write(actor.session, step.change, change.after, NEVER));
  } catch (error) {
    // An answer may be lost, and what is asked for again is then there already. Else it is open what was written: the next run reads it.
    if (!(error instanceof OperatingError) || !(await isSoAfterAll(change, kind, actor, engine))) throw error;
  }
  await untilSo(change, kind, actor, engine);
  journal.settle({ id, change }, parts, engine.now().toISOString());
}

/** What AWS refuses because it does not know everywhere yet what was changed a moment ago. */
const NOT_KNOWN_YET: readonly ErrorCode[] = ['EXPORT_BUCKET_REFUSED'];

/** Tries again what depends on a change that was made just now. */
async function onceKnown({ dependsOn }: Change, { pace, signal }: Engine, write: () => Promise<void>): Promise<void> {
  let waited = 0;
  for (let pause = pace.firstMs; ; pause = Math.min(pause * 2, pace.mostMs)) {
    try {
      return await write();
    } catch (error) {
      const isEarly = error instanceof OperatingError && NOT_KNOWN_YET.includes(error.code) && dependsOn.length > 0;
      if (!isEarly || waited >= pace.limitMs / 3) throw error;
    }
    await wait(pause, undefined, { signal });
    waited += pause;
  }
}

const LOOKS_AFTER_ERROR = 3;

async function isSoAfterAll(
  change: Change,
  kind: Kind,
  { session }: Actor,
  { pace, signal }: Engine,
): Promise<boolean> {
  for (let look = 0; look < LOOKS_AFTER_ERROR; look++) {
    const now = await kind.read(session, change, signal);
    if (differing(change.after, now).length === 0) return true;
    await wait(pace.firstMs * 2 ** look, undefined, { signal });
  }
  return false;
}

/** AWS shows some changes only after a while. */
async function untilSo(change: Change, kind: Kind, { session }: Actor, { pace, signal }: Engine): Promise<void> {
  let waited = 0;
  let pause = pace.firstMs;
  for (;;) {
    const now = await kind.read(session, change, waited === 0 ? NEVER : signal);
    const parts = differing(change.after, now);
    if (parts.length === 0) return;
    if (waited >= pace.limitMs) throw unseen(change, now, parts, waited);
    await wait(pause, undefined, { signal });
    waited += pause;
    pause = Math.min(pause * 2, pace.mostMs);
  }
}
