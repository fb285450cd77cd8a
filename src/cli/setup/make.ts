import type { ReachedAccount } from '../../aws/accounts.ts';
import { makeChanges } from '../../change/apply.ts';
import { type Engine, type Outcome, PACE, type Step } from '../../change/engine.ts';
import { kindOf } from '../../change/kinds.ts';
import { settleOpen } from '../../change/settle.ts';
import type { Change } from '../../domain/change.ts';
import { visible, visibleLines } from '../../report/format/visible-text.ts';
import { Journal, type RunKind } from '../../state/journal.ts';
import { type Context, wantsColour } from '../context.ts';

/** What every run of apply and undo needs of the accounts. */
export function engineParts(
  accounts: readonly ReachedAccount[],
  { signal }: Context,
): Pick<Engine, 'kindOf' | 'actorOf' | 'signal'> {
  return {
    kindOf,
    actorOf: (account) => accounts.find(({ id }) => id === account)?.open ?? null,
    signal,
  };
}

/** Holds the journal, and with it the right to change accounts. @throws OperatingError JOURNAL_BUSY, JOURNAL_UNREADABLE, FOLDER_NOT_WRITABLE */
export async function withJournal<T>(path: string, action: (journal: Journal) => Promise<T>): Promise<T> {
  const journal = await Journal.open(path);
  try {
    return await action(journal);
  } finally {
    journal.close();
  }
}

/** Makes the changes as one run of the journal, and prints what becomes of each as it happens. */
export async function run(
  what: RunKind,
  steps: readonly Step[],
  parts: Pick<Engine, 'kindOf' | 'actorOf' | 'signal'>,
  journal: Journal,
  context: Context,
  before: (engine: Engine) => void = () => {},
): Promise<{ readonly id: number; readonly outcomes: readonly Outcome[] }> {
  const id = journal.beginRun(what, new Date().toISOString());
  const engine: Engine = { ...parts, journal, run: id, pace: PACE, now: () => new Date() };
  await settleOpen(new Set(steps.map(({ change }) => change.id)), engine);
  before(engine);
  const words = await doesOf(steps);
  const outcomes = await makeChanges(steps, engine, (change, outcome) => {
    context.stdout.write(
      outcomeText(words.get(change.id) ?? change.resource, change, outcome, wantsColour(context, context.stdout)),
    );
  });
  journal.endRun(id, new Date().toISOString());
  return { id, outcomes };
}

/** In words of the change itself, also where it is taken back. */
async function doesOf(steps: readonly Step[]): Promise<Map<string, string>> {
  const does = new Map<string, string>();
  for (const { change, undoes } of steps) {
    const { words } = await kindOf(change.kind);
    const asMade = undoes === null ? change : { ...change, before: change.after, after: change.before };
    does.set(change.id, `${undoes === null ? '' : 'taken back: '}${words(asMade).does}`);
  }
  return does;
}

function outcomeText(does: string, { account }: Change, outcome: Outcome, colour: boolean): string {
  const paint = (code: number, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const line = `${account}  ${visible(does)}`;
  switch (outcome.kind) {
    case 'done':
      return `${paint(32, '✓')} ${line}\n`;
    case 'already':
      return `${paint(2, '=')} ${line}: it is so already\n`;
    case 'failed': {
      const { code, message, hint } = outcome.error;
      return visibleLinesOf(`${paint(31, '✗')} ${line}`, `${code}: ${message}`, hint);
    }
    case 'skipped':
      return `${paint(2, '–')} ${line}: left out, ${SKIPPED[outcome.because]}\n`;
  }
}

const SKIPPED = {
  account: 'since a change before it failed in this account',
  dependence: 'since what it needs was not made',
  interrupted: 'interrupted',
} as const;

function visibleLinesOf(head: string, message: string, hint: string): string {
  const lines = [message, ...hint.split('\n')].map((text) => `    ${visibleLines(text)}`);
  return `${[head, ...lines].join('\n')}\n`;
}
