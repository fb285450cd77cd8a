import { join } from 'node:path';
import type { Change, State } from '../domain/change.ts';
import { Journal } from '../state/journal.ts';
import { makeChanges } from './apply.ts';
import type { Engine, Outcome, Pace, Step } from './engine.ts';
import { folderKind, folderSession, folderState, type Trouble } from './folder-account.fixture.ts';
import { settleOpen } from './settle.ts';
import { entriesToUndo, noteUndone, planUndo, type Undoing } from './undo.ts';

/** What each resource is to be: account -> resource -> parts; `null` = the part is to be gone. */
export type Wanted = Readonly<Record<string, Readonly<Record<string, State>>>>;

/** A moment, where the tests wait for nothing. */
const SOON: Pace = { firstMs: 1, mostMs: 2, limitMs: 40 };

/** The changes that make folders as they are wanted. A resource called `b after a` comes after `a`. */
export function planFolders(root: string, wanted: Wanted): Change[] {
  const state = folderState(root);
  return Object.entries(wanted).flatMap(([account, resources]) =>
    Object.entries(resources).flatMap(([resource, parts]) => {
      const now = state[account]?.[resource] ?? {};
      const names = Object.keys(parts).filter(
        (part) => JSON.stringify(now[part] ?? null) !== JSON.stringify(parts[part]),
      );
      if (names.length === 0) return [];
      const of = (from: State): State => Object.fromEntries(names.map((part) => [part, from[part] ?? null]));
      const [, needed] = resource.split(' after ');
      return [
        {
          id: `${account}/${resource}`,
          kind: 'create-bucket' as const,
          account,
          region: null,
          resource,
          before: of(now),
          after: of(parts),
          dependsOn: needed === undefined ? [] : [`${account}/${needed}`],
          managedBy: null,
        },
      ];
    }),
  );
}

interface Running {
  readonly trouble?: Trouble;
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
}

/** As `bursar apply` does it, on folders below `root`. */
export async function applyFolders(root: string, wanted: Wanted, running: Running = {}): Promise<Outcome[]> {
  return applyPlan(root, planFolders(root, wanted), running);
}

export async function applyPlan(root: string, changes: readonly Change[], running: Running = {}): Promise<Outcome[]> {
  return withEngine(root, 'apply', running, async (engine) => {
    await settleOpen(new Set(changes.map(({ id }) => id)), engine);
    return make(
      changes.map((change) => ({ change, undoes: null })),
      engine,
    );
  });
}

/** As `bursar undo` does it. */
export async function undoFolders(root: string, id: string | null, running: Running = {}): Promise<readonly Undoing[]> {
  return withEngine(root, 'undo', running, async (engine) => {
    const undoing = await planUndo(await entriesToUndo(engine.journal, id, engine.kindOf), engine);
    const steps = undoing.flatMap((one) => (one.kind === 'restore' ? [one.step] : []));
    await settleOpen(new Set(steps.map(({ change }) => change.id)), engine);
    noteUndone(undoing, engine);
    await make(steps, engine);
    return undoing;
  });
}

async function make(steps: readonly Step[], engine: Engine): Promise<Outcome[]> {
  return makeChanges(steps, engine, () => {});
}

async function withEngine<T>(
  root: string,
  what: 'apply' | 'undo',
  { trouble = {}, signal = new AbortController().signal, pace = SOON }: Running,
  run: (engine: Engine) => Promise<T>,
): Promise<T> {
  const kind = folderKind(trouble);
  const journal = await Journal.open(join(root, 'journal.sqlite'));
  try {
    return await run({
      kindOf: async () => kind,
      actorOf: (account) => ({ session: folderSession(root, account), caller: `arn:aws:iam::${account}:user/test` }),
      journal,
      run: journal.beginRun(what, new Date().toISOString()),
      pace,
      signal,
      now: () => new Date(),
    });
  } finally {
    journal.close();
  }
}
