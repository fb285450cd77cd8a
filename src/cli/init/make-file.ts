import { writeFile } from 'node:fs/promises';
import { type ConfigFlags, type InitConfig, loadInitConfig } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { Found } from '../../setup/init/found.ts';
import type { Context } from '../context.ts';
import { openProgress } from '../progress.ts';
import { openLooked } from './accounts.ts';

export interface InitAsked {
  readonly flags: ConfigFlags;
  readonly days: number;
  readonly mostPages: number;
  /** none = those that are never off */
  readonly regions: readonly string[];
  /** name of a role of every account of the organization; `null` = only what the configuration names is looked at */
  readonly memberRole: string | null;
  readonly print: boolean;
  readonly force: boolean;
}

export interface MadeFile {
  readonly found: Found;
  /** accounts that could not be opened: id and why */
  readonly closed: readonly OperatingError[];
  readonly text: string;
  /** `null` = it was not written */
  readonly path: string | null;
}

/**
 * Looks at the accounts, and writes bursar.yaml from what was found.
 * @throws OperatingError CONFIG_EXISTS, FOLDER_NOT_WRITABLE, CONFIG_INVALID of a file that is there, and those of `askingAws`
 */
export async function makeFile(asked: InitAsked, context: Context): Promise<MadeFile> {
  const config = await loadInitConfig(asked.flags, context.env, context.cwd);
  if (config.exists && !asked.print && !asked.force) throw exists(config);
  const { look } = await import('../../setup/init/look.ts');
  const { fileText } = await import('../../setup/init/file-text.ts');
  const opened = await openLooked(config, { ...asked, signal: context.signal });
  const progress = await openProgress(context);
  try {
    const found = await look({
      accounts: opened.accounts,
      identity: opened.identity,
      now: Date.now(),
      days: asked.days,
      mostPages: asked.mostPages,
      region: opened.region,
      onProgress: (done, what) => progress.update(done, 0, what),
      signal: context.signal,
    });
    const text = fileText(found);
    progress.stop();
    if (!asked.print) await save(config, text, asked.force);
    return { found, closed: opened.closed, text, path: asked.print ? null : config.configFile };
  } finally {
    progress.stop();
    opened.close();
  }
}

function exists({ configFile }: InitConfig): OperatingError {
  return new OperatingError('CONFIG_EXISTS', `${configFile} is already there; nothing was read or written`);
}

async function save(config: InitConfig, text: string, force: boolean): Promise<void> {
  const { configFile } = config;
  // Somebody may have made it meanwhile.
  await writeFile(configFile, text, { flag: force ? 'w' : 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw exists(config);
    throw new OperatingError('FOLDER_NOT_WRITABLE', `${configFile} cannot be written: ${cause.message}`, { cause });
  });
}
