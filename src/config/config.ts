import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { checkTagDimensions, DEFAULT_TAG_DIMENSIONS } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';

/** What a command works on, after flags, environment and bursar.yaml. Paths are absolute. */
export interface Config {
  readonly cur: string;
  /** `null`: the default for the export, see {@link defaultLedger} */
  readonly ledger: string | null;
  /** dimension name -> tag key */
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface ConfigFlags {
  readonly cur?: string;
  readonly ledger?: string;
  readonly config?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const FILE = 'bursar.yaml';

/**
 * Flags win over environment (BURSAR_CUR, BURSAR_LEDGER, BURSAR_CONFIG), which wins over bursar.yaml.
 * Relative paths are meant from `cwd`; those in bursar.yaml from its folder.
 * @throws OperatingError CONFIG_INVALID, DIMENSION_NAME_TAKEN, OPTION_INVALID
 */
export async function loadConfig(flags: ConfigFlags, env: Environment, cwd: string): Promise<Config> {
  const named = given(flags.config) ?? given(env.BURSAR_CONFIG);
  const path = resolve(cwd, named ?? FILE);
  const file = named !== undefined || existsSync(path) ? await readConfigFile(path) : {};
  const fromHere = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : resolve(cwd, value);
  const fromFile = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : resolve(dirname(path), value);
  const cur = fromHere(given(flags.cur) ?? given(env.BURSAR_CUR)) ?? fromFile(file.cur);
  if (cur === undefined) {
    throw new OperatingError('OPTION_INVALID', 'nothing says where the CUR 2.0 export is', {
      hint: `Add --cur DIR, or write "cur: DIR" into ${FILE}. No export yet? bursar demo makes a sample.`,
    });
  }
  const dimensions = file.dimensions ?? DEFAULT_TAG_DIMENSIONS;
  checkTagDimensions(dimensions);
  const ledger = fromHere(given(flags.ledger) ?? given(env.BURSAR_LEDGER)) ?? fromFile(file.ledger) ?? null;
  return Object.freeze({ cur, ledger, dimensions: Object.freeze({ ...dimensions }) });
}

/** An empty value is what an unset shell variable leaves: nothing was given. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/**
 * One ledger an export, below the user's data folder (XDG base directory specification).
 * @throws OperatingError OPTION_INVALID where there is no home folder
 */
export function defaultLedger(exportPath: string, env: Environment): string {
  const data = env.XDG_DATA_HOME || join(home(env), '.local', 'share');
  const hash = createHash('sha256').update(exportPath).digest('hex').slice(0, 8);
  return join(data, 'bursar', 'ledger', `${basename(exportPath)}-${hash}`);
}

function home(env: Environment): string {
  try {
    return env.HOME || homedir();
  } catch (cause) {
    throw new OperatingError('OPTION_INVALID', 'there is no home folder to keep the ledger in', {
      hint: 'Say where with --ledger DIR.',
      cause,
    });
  }
}

async function readConfigFile(path: string) {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new OperatingError('CONFIG_INVALID', `${path} cannot be read: ${cause.message}`, {
      hint: 'Check the path given as --config or BURSAR_CONFIG.',
      cause,
    });
  });
  // Most runs have no file: the parser and the checker cost more than the answer.
  const { parseConfigFile } = await import('./file.ts');
  return parseConfigFile(path, text);
}
