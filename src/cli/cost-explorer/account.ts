import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Asking } from '../../source/cost-explorer/ask.ts';
import type { View } from '../../source/cost-explorer/read.ts';
import { type CacheLock, takeLock } from '../../source/cur/cache-lock.ts';
import type { Context } from '../context.ts';

/** The account that the credentials belong to, ready to be asked about its costs. */
export interface OpenedAccount {
  readonly account: string;
  readonly asking: Asking;
  /** its dollars by a tag key, and the ledger of that */
  view(tag: string): View & { readonly ledger: string };
  close(): void;
}

/**
 *     FOLDER/ACCOUNT/answers/      what was paid for, by question
 *     FOLDER/ACCOUNT/asking.lock   the lock of the one who asks
 *     FOLDER/ACCOUNT/TAG/          an export made of it, and its ledger
 *
 * @throws OperatingError OPTION_INVALID, FOLDER_NOT_WRITABLE and those of `askingAws`
 */
export async function openAccount({ aws, costExplorer }: Config, { signal }: Context): Promise<OpenedAccount> {
  const { folder, maxPages, refresh } = costExplorer;
  if (folder === null) {
    throw new OperatingError('OPTION_INVALID', 'there is no home folder to keep the answers of Cost Explorer in', {
      hint: 'Say where with --ledger DIR: they are kept beside it.',
    });
  }
  const { openAwsSession } = await import('../../aws/session.ts');
  const { readAccount } = await import('../../aws/read/account.ts');
  const { openCostExplorer } = await import('../../aws/read/cost-explorer.ts');
  const { KeptAnswers } = await import('../../source/cost-explorer/kept-answers.ts');
  const session = openAwsSession(aws);
  const explorer = openCostExplorer(session);
  let lock: CacheLock | null = null;
  const close = (): void => {
    lock?.release();
    explorer.close();
    session.close();
  };
  try {
    const account = await readAccount(session);
    const home = join(folder, account);
    // Two commands at once would both pay for what one of them could keep for the other.
    lock = await lockOf(home, signal);
    const asking: Asking = {
      explorer,
      kept: new KeptAnswers(join(home, 'answers')),
      purse: { asked: 0, most: maxPages },
      now: new Date().toISOString(),
      refresh,
      signal,
    };
    const view = (tag: string) => {
      const own = join(home, folderName(tag));
      return { account, tag, folder: join(own, 'export'), ledger: join(own, 'ledger') };
    };
    return { account, asking, view, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function lockOf(home: string, signal: AbortSignal): Promise<CacheLock> {
  await mkdir(home, { recursive: true }).catch((cause: Error) => {
    throw new OperatingError('FOLDER_NOT_WRITABLE', `${home} cannot be made: ${cause.message}`, { cause });
  });
  return takeLock(join(home, 'asking.lock'), 'alone', signal);
}

function folderName(tag: string): string {
  const hash = createHash('sha256').update(tag).digest('hex').slice(0, 8);
  return `${tag.replaceAll(/[^\w.-]/g, '_').slice(0, 60)}-${hash}`;
}
