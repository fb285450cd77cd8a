import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AwsSession, openAwsSession } from '../aws/session.ts';
import type { Change, State } from '../domain/change.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Kind } from './kind.ts';

/** Thrown where a process would have been killed. */
export class Killed extends Error {}

/** What goes wrong in a folder that stands for an account. */
export interface Trouble {
  /** called before and after each call, such as `after write a` */
  at?(call: string): void;
  /** how many reads still show what was there before a write */
  readonly late?: number;
}

/**
 * A kind of change whose account is a folder on the disk: a resource is a file, its parts are properties. Real enough for the engine: calls
 * can be torn anywhere, several processes share it, reads can be late. `session.settings.endpoint` is the folder.
 */
export function folderKind({ at = () => {}, late = 0 }: Trouble = {}): Kind {
  const lateReads = new Map<string, { readonly state: State; left: number }>();
  return {
    words: (change) => ({
      does: `write ${change.resource}`,
      effect: 'A file changes.',
      costs: 'nothing',
      undo: change.resource.startsWith('final')
        ? { possible: false, why: 'it is final' }
        : { possible: true, how: 'as before' },
    }),
    read: async (session, change) => {
      at(`before read ${change.resource}`);
      const file = fileOf(session, change);
      const old = lateReads.get(file);
      const state = old !== undefined && old.left-- > 0 ? old.state : readState(file);
      at(`after read ${change.resource}`);
      return Object.fromEntries(Object.keys(change.after).map((part) => [part, state[part] ?? null]));
    },
    write: async (session, change, parts) => {
      const file = fileOf(session, change);
      if (existsSync(`${file}.refused`)) throw new OperatingError('AWS_REFUSED', `${change.resource} is refused`);
      if (late > 0) lateReads.set(file, { state: readState(file), left: late });
      for (const [part, value] of Object.entries(parts)) {
        at(`before write ${change.resource} ${part}`);
        const state = { ...readState(file), [part]: value };
        const there = Object.fromEntries(Object.entries(state).filter(([, one]) => one !== null));
        writeState(file, there);
        at(`after write ${change.resource} ${part}`);
        await Promise.resolve();
      }
    },
    cli: () => [],
    terraform: () => null,
    cloudformation: () => null,
  };
}

/** Sessions of accounts that are folders below `root`. */
export function folderSession(root: string, account: string): AwsSession {
  const folder = join(root, account);
  mkdirSync(folder, { recursive: true });
  return openAwsSession({ profile: null, region: null, endpoint: folder });
}

/** All that is in the accounts: account -> resource -> parts. */
export function folderState(root: string): Record<string, Record<string, State>> {
  const accounts = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(
    accounts.map(({ name }) => {
      const files = readdirSync(join(root, name)).filter((file) => file.endsWith('.json'));
      return [name, Object.fromEntries(files.map((file) => [file.slice(0, -5), readState(join(root, name, file))]))];
    }),
  );
}

/** Makes a resource as it is to be found. */
export function putState(root: string, account: string, resource: string, state: State): void {
  mkdirSync(join(root, account), { recursive: true });
  writeState(join(root, account, `${resource}.json`), state);
}

function fileOf(session: AwsSession, { resource }: Change): string {
  return join(session.settings.endpoint ?? '', `${resource}.json`);
}

function readState(file: string): State {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as State) : {};
}

function writeState(file: string, state: State): void {
  if (Object.keys(state).length === 0) {
    rmSync(file, { force: true });
    return;
  }
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(state));
  renameSync(aside, file);
}
