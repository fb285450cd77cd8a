import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../state/journal.ts';
import { folderState, Killed, putState } from './folder-account.fixture.ts';
import { applyFolders, applyPlan, planFolders, undoFolders, type Wanted } from './organisation.fixture.ts';

/** In memory, where there is such a folder: the journal waits for the disk at every step. */
const FOLDERS = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(FOLDERS, 'bursar-change-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const kinds = (outcomes: readonly { kind: string }[]): string[] => outcomes.map(({ kind }) => kind);

async function entries() {
  const journal = await Journal.open(join(root, 'journal.sqlite'));
  try {
    return journal.entries();
  } finally {
    journal.close();
  }
}

const part = fc.constantFrom('x', 'y', 'z');
const value = fc.constantFrom('old', 'new', { deep: [1, 'two'] }, 7);
const parts = fc.dictionary(part, value, { minKeys: 1 });
const resource = fc.constantFrom('a', 'b after a', 'c after b after a', 'd');
const found = fc.dictionary(fc.constantFrom('111111111111', '222222222222'), fc.dictionary(resource, parts));
const wanted = fc.dictionary(
  fc.constantFrom('111111111111', '222222222222'),
  fc.dictionary(resource, fc.dictionary(part, fc.option(value, { nil: null }), { minKeys: 1 })),
);

/** An own folder for each run of a property. */
async function inFolder(of: Wanted, action: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(root, 'run-'));
  for (const [account, resources] of Object.entries(of)) {
    for (const [name, state] of Object.entries(resources)) putState(folder, account, name, state);
  }
  await action(folder);
}

/** Without accounts of which nothing is left. */
function stateOf(folder: string) {
  return Object.fromEntries(
    Object.entries(folderState(folder)).filter(([, resources]) => Object.keys(resources).length > 0),
  );
}

describe('from any state to any other', () => {
  test('after apply nothing is planned, and undo restores what was there', async () => {
    await fc.assert(
      fc.asyncProperty(found, wanted, fc.nat(3), (before, after, late) =>
        inFolder(before, async (folder) => {
          const state = stateOf(folder);
          const changes = planFolders(folder, after);
          await applyPlan(folder, changes, { trouble: { late } });
          expect(planFolders(folder, after)).toEqual([]);
          if (changes.length === 0) return;
          await undoFolders(folder, null);
          expect(stateOf(folder)).toEqual(state);
          await expect(undoFolders(folder, null)).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
        }),
      ),
      { numRuns: 60 },
    );
  });

  test('a crash at any moment: the next run goes on there, and undo restores all of it', async () => {
    await fc.assert(
      fc.asyncProperty(found, wanted, fc.nat(30), fc.nat(12), (before, after, applyDies, undoDies) =>
        inFolder(before, async (folder) => {
          const state = stateOf(folder);
          const first = planFolders(folder, after).length;
          const died = await dying(applyDies, (trouble) => applyFolders(folder, after, { trouble }));
          if (died) await applyFolders(folder, after);
          expect(planFolders(folder, after)).toEqual([]);
          if (first === 0) return;
          const undoDied = await dying(undoDies, (trouble) => undoFolders(folder, null, { trouble }));
          // Two runs may have made it: each is taken back, the newest first.
          for (let runs = 0; runs < (died ? 2 : 1) + (undoDied ? 1 : 0); runs++)
            await undoFolders(folder, null).catch(onlyNothingLeft);
          expect(stateOf(folder)).toEqual(state);
        }),
      ),
      { numRuns: 120 },
    );
  });
});

function onlyNothingLeft(error: { code?: string }): void {
  expect(error.code).toBe('NOTHING_TO_UNDO');
}

/** Whether the action was killed at that call; everything after it is dead too. */
async function dying(at: number, action: (trouble: { at(call: string): void }) => Promise<unknown>): Promise<boolean> {
  let calls = 0;
  const trouble = {
    at: () => {
      if (calls++ >= at) throw new Killed();
    },
  };
  return action(trouble).then(
    () => false,
    (error) => {
      expect(error).toBeInstanceOf(Killed);
      return true;
    },
  );
}

const TWO: Wanted = {
  '111111111111': { a: { x: 1 }, 'b after a': { x: 1 }, d: { x: 1 } },
  '222222222222': { a: { x: 1 }, d: { x: 1 } },
};

describe('what goes wrong', () => {
  test('a failure ends its account, the other goes on; the next run goes on there', async () => {
    putState(root, '111111111111', 'z', { x: 1 });
    writeFileSync(join(root, '111111111111', 'b after a.json.refused'), '');
    expect(kinds(await applyFolders(root, TWO))).toEqual(['done', 'failed', 'skipped', 'done', 'done']);
    rmSync(join(root, '111111111111', 'b after a.json.refused'));
    expect(kinds(await applyFolders(root, TWO))).toEqual(['done', 'done']);
    expect(planFolders(root, TWO)).toEqual([]);
  });

  test('what depends on a failure in another account is left out, the rest of the account is made', async () => {
    const changes = planFolders(root, TWO).map((change) =>
      change.id === '222222222222/a' ? { ...change, dependsOn: ['111111111111/b after a'] } : change,
    );
    putState(root, '111111111111', 'z', { x: 1 });
    writeFileSync(join(root, '111111111111', 'b after a.json.refused'), '');
    expect(await applyPlan(root, changes)).toMatchObject([
      { kind: 'done' },
      { kind: 'failed', error: { code: 'AWS_REFUSED' } },
      { kind: 'skipped', because: 'account' },
      { kind: 'skipped', because: 'dependence' },
      { kind: 'done' },
    ]);
  });

  test('what somebody else changed since the plan is left as it is', async () => {
    const changes = planFolders(root, { '111111111111': { a: { x: 1, y: 2 } } });
    putState(root, '111111111111', 'a', { x: 'theirs' });
    const [outcome] = await applyPlan(root, changes);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'CHANGE_DRIFTED' } });
    expect(folderState(root)).toEqual({ '111111111111': { a: { x: 'theirs' } } });
    expect(await entries()).toEqual([]);
  });

  test('what somebody else has made so already is not ours: undo leaves it', async () => {
    const changes = planFolders(root, { '111111111111': { a: { x: 1, y: 2 } } });
    putState(root, '111111111111', 'a', { x: 1 });
    expect(kinds(await applyPlan(root, changes))).toEqual(['done']);
    await undoFolders(root, null);
    expect(folderState(root)).toEqual({ '111111111111': { a: { x: 1 } } });
    expect(kinds(await applyPlan(root, planFolders(root, { '111111111111': { a: { x: 1 } } })))).toEqual([]);
  });

  test('AWS never shows it: an error, and the entry stays open until it does', async () => {
    const after: Wanted = { '111111111111': { a: { x: 1 } } };
    const [outcome] = await applyFolders(root, after, { trouble: { late: 1_000 } });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'CHANGE_UNSEEN' } });
    expect(await entries()).toMatchObject([{ state: 'begun' }]);
    expect(await applyFolders(root, after)).toEqual([]);
    expect(await entries()).toMatchObject([{ state: 'done' }]);
    await undoFolders(root, null);
    expect(folderState(root)['111111111111']).toEqual({});
  });

  test('Ctrl-C: the call under way is finished and journaled, nothing more is begun', async () => {
    const stop = new AbortController();
    const trouble = { at: (call: string) => void (call === 'before write a x' && stop.abort()) };
    const outcomes = await applyFolders(
      root,
      { '111111111111': { a: { x: 1 }, d: { x: 1 } } },
      { trouble, signal: stop.signal },
    );
    expect(outcomes).toEqual([{ kind: 'done' }, { kind: 'skipped', because: 'interrupted' }]);
    expect(await entries()).toMatchObject([{ state: 'done', change: { resource: 'a' } }]);
  });

  test('two at once: the second is told, and changes nothing', async () => {
    const held = await Journal.open(join(root, 'journal.sqlite'));
    await expect(applyFolders(root, TWO)).rejects.toMatchObject({ code: 'JOURNAL_BUSY' });
    held.close();
    expect(kinds(await applyFolders(root, TWO))).toEqual(['done', 'done', 'done', 'done', 'done']);
  });
});

describe('undo', () => {
  test('parts that somebody else has changed since are left, the others are restored', async () => {
    putState(root, '111111111111', 'a', { x: 'old', y: 'old' });
    await applyFolders(root, { '111111111111': { a: { x: 'new', y: 'new' } } });
    putState(root, '111111111111', 'a', { x: 'theirs', y: 'new' });
    expect(await undoFolders(root, null)).toMatchObject([{ kind: 'restore', left: ['x'] }]);
    expect(folderState(root)).toEqual({ '111111111111': { a: { x: 'theirs', y: 'old' } } });
  });

  test('what cannot be taken back says why, and the rest is', async () => {
    await applyFolders(root, { '111111111111': { final: { x: 1 }, a: { x: 1 } } });
    expect(await undoFolders(root, null)).toMatchObject([
      { kind: 'restore' },
      { kind: 'impossible', why: 'it is final' },
    ]);
    expect(folderState(root)).toEqual({ '111111111111': { final: { x: 1 } } });
    await expect(undoFolders(root, null)).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });

  test('runs are taken back newest first; one change by its id', async () => {
    await applyFolders(root, { '111111111111': { a: { x: 1 }, d: { x: 1 } } });
    await applyFolders(root, { '111111111111': { a: { x: 2 } } });
    await undoFolders(root, null);
    expect(folderState(root)['111111111111']).toEqual({ a: { x: 1 }, d: { x: 1 } });
    await undoFolders(root, '1.2');
    expect(folderState(root)['111111111111']).toEqual({ a: { x: 1 } });
    await undoFolders(root, '1');
    expect(folderState(root)['111111111111']).toEqual({});
    await expect(undoFolders(root, '9')).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });

  test('what needed another thing goes before it', async () => {
    const order: string[] = [];
    const trouble = { at: (call: string) => void (call.startsWith('before write') && order.push(call)) };
    await applyFolders(root, { '111111111111': { a: { x: 1 }, 'b after a': { x: 1 } } });
    await undoFolders(root, null, { trouble });
    expect(order).toEqual(['before write b after a x', 'before write a x']);
  });

  test('what somebody else has taken back already needs nothing', async () => {
    await applyFolders(root, { '111111111111': { a: { x: 1 } } });
    rmSync(join(root, '111111111111', 'a.json'));
    expect(await undoFolders(root, null)).toMatchObject([{ kind: 'already' }]);
    await expect(undoFolders(root, null)).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });
});

describe('the journal', () => {
  test('holds nothing of the environment and no credentials', async () => {
    await applyFolders(root, TWO);
    await undoFolders(root, null);
    const text = readFileSync(join(root, 'journal.sqlite'), 'latin1');
    const values = Object.entries(process.env).filter(
      ([name, value]) => /KEY|TOKEN|SECRET|PASS/i.test(name) && (value?.length ?? 0) > 7,
    );
    for (const [, secret] of [...values, ['PATH', process.env.PATH]]) expect(text).not.toContain(secret);
  });

  test.each<[string, string | Uint8Array, string]>([
    [
      'a text',
      'not a database at all, but text that is long enough to be looked at\n'.repeat(40),
      'JOURNAL_UNREADABLE',
    ],
  ])('%s is no journal', async (_, bytes, code) => {
    writeFileSync(join(root, 'journal.sqlite'), bytes);
    await expect(applyFolders(root, TWO)).rejects.toMatchObject({ code });
    expect(folderState(root)).toEqual({});
  });
});
