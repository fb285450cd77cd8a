import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type AllocationRules, NO_RULES } from '../domain/allocation.ts';
import { DEFAULT_TAG_DIMENSIONS, type OwnDimensions } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import type { PlannedPeople } from './allocation.ts';
import { type CostExplorerFlags, type CostExplorerSettings, costExplorerSettings } from './cost-explorer.ts';
import type { ConfigFile, ReadConfigFile } from './file.ts';
import type { PeopleImport } from './people-import.ts';

/** What a command works on, after flags, environment and bursar.yaml. Paths are absolute. */
export type Config = FolderConfig | TrinoConfig | CostExplorerConfig;

interface CommonConfig {
  readonly aws: AwsConfig;
  readonly dimensions: OwnDimensions;
  /** what says to whom callers belong, besides tags */
  readonly allocation: AllocationRules;
  /** bursar.yaml, be it there or not, and the people file that it names */
  readonly ruleFiles: readonly string[];
  readonly costExplorer: CostExplorerSettings;
}

/** How AWS is reached; `null`: as the AWS SDK finds it. */
export interface AwsConfig {
  readonly profile: string | null;
  readonly region: string | null;
  readonly endpoint: string | null;
  readonly requesterPays: boolean;
  /** account id */
  readonly expectedBucketOwner: string | null;
}

/** Nothing is said: the AWS SDK finds all of it. */
export const AWS_AS_FOUND: AwsConfig = Object.freeze({
  profile: null,
  region: null,
  endpoint: null,
  requesterPays: false,
  expectedBucketOwner: null,
});

/** Where data files from S3 are kept. */
interface CacheConfig {
  readonly folder: string;
  readonly bytes: number;
}

/** Exports in folders or buckets, read by DuckDB in this process. */
export interface FolderConfig extends CommonConfig {
  readonly source: 'export';
  readonly engine: 'duckdb';
  /** the exports' folders, or s3://bucket/prefix/export; one or more */
  readonly cur: readonly string[];
  /** `null`: there is no home folder to keep one in */
  readonly cache: CacheConfig | null;
  /** `null`: the default for the export, see {@link defaultLedger} */
  readonly ledger: string | null;
}

/** No export: Cost Explorer is asked, and its answers are read by DuckDB in this process. */
export interface CostExplorerConfig extends CommonConfig {
  readonly source: 'cost-explorer';
  readonly engine: 'duckdb';
}

/** Exports that a Trino server sees as tables; the ledger lies in the server's catalog and schema. */
export interface TrinoConfig extends CommonConfig {
  readonly source: 'export';
  readonly engine: 'trino';
  readonly tables: readonly TableName[];
  readonly trino: TrinoServerConfig;
  readonly limits: { readonly seconds?: number; readonly scanBytes?: number };
}

type TableName = readonly [catalog: string, schema: string, table: string];

interface TrinoServerConfig {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** PEM text of the authority that signed the server's certificate; `null`: one that the system knows */
  readonly ca: string | null;
  readonly user: string;
  readonly password: string | null;
  /** JSON web token */
  readonly token: string | null;
  readonly catalog: string;
  readonly schema: string;
}

/** `cur`: a CUR 2.0 export; `ce`: Cost Explorer. */
export const SOURCES = ['cur', 'ce'] as const;

export const ENGINES = ['duckdb', 'trino'] as const;

export interface ConfigFlags extends CostExplorerFlags {
  readonly engine?: string;
  readonly cur?: readonly string[];
  readonly ledger?: string;
  readonly config?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly source?: (typeof SOURCES)[number];
}

type Environment = Readonly<Record<string, string | undefined>>;

const FILE = 'bursar.yaml';
const DEFAULT_CACHE_GIGABYTES = 20;

/**
 * Flags win over environment (BURSAR_ENGINE, BURSAR_CUR, BURSAR_LEDGER, BURSAR_CACHE, BURSAR_CONFIG), which wins over bursar.yaml.
 * AWS's own variables (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL) stand between flags and bursar.yaml too.
 * Relative paths are meant from `cwd`; those in bursar.yaml from its folder. Secrets come from the environment alone.
 * @param planned a people file that takes the place of the one that bursar.yaml names
 * @throws OperatingError CONFIG_INVALID, DIMENSION_NAME_TAKEN, PEOPLE_FILE_INVALID, OPTION_INVALID
 */
export async function loadConfig(
  flags: ConfigFlags,
  env: Environment,
  cwd: string,
  planned: PlannedPeople | null = null,
): Promise<Config> {
  const { path, read } = await findConfigFile(flags, env, cwd);
  const file = read?.file ?? {};
  const own = await ownRules(path, read, planned);
  const asked: Asked = { flags, env, cwd, file, folder: dirname(path) };
  const common = { ...own, aws: awsConfig(flags, env, file), costExplorer: costExplorerOf(asked) };
  const engine = given(flags.engine) ?? given(env.BURSAR_ENGINE) ?? file.engine ?? 'duckdb';
  if (flags.source === 'ce') return Object.freeze({ ...common, ...costExplorerConfig(asked, engine) });
  if (engine === 'trino') return Object.freeze({ ...common, ...(await trinoConfig(asked)) });
  if (engine === 'duckdb') return Object.freeze({ ...common, ...folderConfig(asked) });
  throw new OperatingError('OPTION_INVALID', `there is no engine ${JSON.stringify(engine)}`, {
    hint: `BURSAR_ENGINE is one of ${ENGINES.join(', ')}.`,
  });
}

interface Asked {
  readonly flags: ConfigFlags;
  readonly env: Environment;
  readonly cwd: string;
  readonly file: ConfigFile;
  /** of bursar.yaml */
  readonly folder: string;
}

function folderConfig({ flags, env, cwd, file, folder }: Asked): Omit<FolderConfig, keyof CommonConfig> {
  const { places, from } = exportsGiven({ flags, env, cwd, file, folder });
  if (places.length === 0) {
    throw new OperatingError('OPTION_INVALID', 'nothing says where the CUR 2.0 export is', {
      hint: `Add --cur DIR or --cur s3://BUCKET/PREFIX, or write "cur: …" into ${FILE}. No export yet? --source ce asks Cost Explorer; bursar demo makes a sample.`,
    });
  }
  const ledger = ledgerGiven({ flags, env, cwd, file, folder });
  if (ledger !== null && isInBucket(ledger)) {
    throw new OperatingError('OPTION_INVALID', `the ledger is kept in a folder, not in ${ledger}`, {
      hint: 'Leave --ledger out, or name a folder of this machine.',
    });
  }
  return {
    source: 'export',
    engine: 'duckdb',
    cur: places.map((place) => (isInBucket(place) ? place : resolve(from, place))),
    ledger,
    cache: cacheConfig({ flags, env, cwd, file, folder }),
  };
}

/** The folder or, by mistake, the address of a bucket; `null` = nothing was said. */
function ledgerGiven({ flags, env, cwd, file, folder }: Asked): string | null {
  const here = given(flags.ledger) ?? given(env.BURSAR_LEDGER);
  const ledger = here ?? file.ledger;
  if (ledger === undefined || isInBucket(ledger)) return ledger ?? null;
  return resolve(here === undefined ? folder : cwd, ledger);
}

function costExplorerConfig({ flags }: Asked, engine: string): Pick<CostExplorerConfig, 'source' | 'engine'> {
  const against = [
    ...(engine === 'duckdb' ? [] : [`--engine ${engine}`]),
    ...((flags.cur ?? []).length === 0 ? [] : ['--cur']),
  ];
  if (against.length > 0) {
    throw new OperatingError('OPTION_INVALID', `--source ce does not go with ${against.join(' and ')}`, {
      hint: 'Cost Explorer is asked instead of an export, and its answers are read by DuckDB (--engine duckdb).',
    });
  }
  return { source: 'cost-explorer', engine: 'duckdb' };
}

function costExplorerOf(asked: Asked): CostExplorerSettings {
  const ledger = ledgerGiven(asked);
  return costExplorerSettings(asked.flags, asked.file['cost-explorer']?.['max-pages'], {
    ledger: ledger === null || isInBucket(ledger) ? null : ledger,
    data: dataFolder(asked.env),
  });
}

/** Where the user's programs keep data (XDG base directory specification); `null`: there is no home folder. */
function dataFolder(env: Environment): string | null {
  const user = homeOrNull(env);
  const data = env.XDG_DATA_HOME || (user === null ? null : join(user, '.local', 'share'));
  return data === null ? null : join(data, 'bursar');
}

/** The exports as they were named, and the folder that their relative paths are meant from. */
function exportsGiven({ flags, env, cwd, file, folder }: Asked): { places: readonly string[]; from: string } {
  const flagged = (flags.cur ?? []).filter((place) => place !== '');
  if (flagged.length > 0) return { places: flagged, from: cwd };
  const inEnvironment = given(env.BURSAR_CUR);
  if (inEnvironment !== undefined) return { places: [inEnvironment], from: cwd };
  return { places: [file.cur ?? []].flat(), from: folder };
}

/** Whether `cur` is the address of an export in S3; every other is a path. */
export function isInBucket(cur: string): boolean {
  return /^s3:\/\//i.test(cur);
}

/** BURSAR_CACHE, bursar.yaml, or the user's cache folder (XDG base directory specification). */
function cacheConfig({ env, cwd, file, folder }: Asked): CacheConfig | null {
  const { folder: written, gigabytes = DEFAULT_CACHE_GIGABYTES } = file.cache ?? {};
  const here = given(env.BURSAR_CACHE);
  const user = homeOrNull(env);
  const caches = env.XDG_CACHE_HOME || (user === null ? null : join(user, '.cache'));
  const standard = caches === null ? null : join(caches, 'bursar');
  const path = here !== undefined ? resolve(cwd, here) : written !== undefined ? resolve(folder, written) : standard;
  return path === null ? null : { folder: path, bytes: Math.round(gigabytes * 1e9) };
}

/** What AWS_ENDPOINT_URL says is left to the SDK: it has one variable for each service beside it. */
function awsConfig(flags: ConfigFlags, env: Environment, { aws }: ConfigFile): AwsConfig {
  return Object.freeze({
    profile: given(flags.profile) ?? given(env.AWS_PROFILE) ?? aws?.profile ?? null,
    region: given(flags.region) ?? given(env.AWS_REGION) ?? given(env.AWS_DEFAULT_REGION) ?? aws?.region ?? null,
    endpoint: given(flags.endpointUrl) ?? (given(env.AWS_ENDPOINT_URL) === undefined ? (aws?.endpoint ?? null) : null),
    requesterPays: aws?.['requester-pays'] ?? false,
    expectedBucketOwner: aws?.['expected-bucket-owner'] ?? null,
  });
}

async function trinoConfig(asked: Asked): Promise<Omit<TrinoConfig, keyof CommonConfig>> {
  const { flags, env, file, folder } = asked;
  const server = file.trino;
  if (server === undefined) {
    throw new OperatingError('CONFIG_INVALID', 'engine trino needs the section trino of bursar.yaml', {
      hint: 'It says host, catalog and schema: docs/guides/trino.md has an example.',
    });
  }
  if (given(flags.ledger) ?? file.ledger) {
    throw new OperatingError('OPTION_INVALID', 'engine trino keeps the ledger in a schema, not in a folder', {
      hint: `Leave ledger out: it lies in trino.schema, ${server.catalog}.${server.schema}.`,
    });
  }
  const { tls, ca, port, limits = {}, ...rest } = server;
  const [password, token] = [given(env.BURSAR_TRINO_PASSWORD) ?? null, given(env.BURSAR_TRINO_TOKEN) ?? null];
  if (!tls && (password ?? token) !== null) {
    throw new OperatingError('CONFIG_INVALID', 'a password or token never goes to Trino without TLS', {
      hint: 'Leave out tls: false, or unset BURSAR_TRINO_PASSWORD and BURSAR_TRINO_TOKEN.',
    });
  }
  return {
    source: 'export',
    engine: 'trino',
    tables: tableNames(exportsGiven(asked).places, server),
    trino: {
      ...rest,
      // Trino folds names.
      catalog: server.catalog.toLowerCase(),
      schema: server.schema.toLowerCase(),
      tls,
      port: port ?? (tls ? 443 : 8080),
      ca: ca === undefined ? null : await readCertificate(resolve(folder, ca)),
      password,
      token,
    },
    limits: {
      ...(limits.minutes === undefined ? {} : { seconds: limits.minutes * 60 }),
      ...(limits['scan-gigabytes'] === undefined ? {} : { scanBytes: limits['scan-gigabytes'] * 1e9 }),
    },
  };
}

/** `table`, `schema.table` or `catalog.schema.table`; what is missing is the ledger's. */
function tableName(name: string, { catalog, schema }: Schema): TableName {
  const parts = name.split('.');
  if (parts.length > 3 || parts.includes('')) {
    throw new OperatingError('OPTION_INVALID', `${name || 'nothing'} names no table with the CUR 2.0 export`, {
      hint: `Add --cur TABLE, or write "cur: catalog.schema.table" into ${FILE}.`,
    });
  }
  const [first, second, third] = [...[catalog, schema].slice(0, 3 - parts.length), ...parts] as [
    string,
    string,
    string,
  ];
  return [first, second, third];
}

interface Schema {
  readonly catalog: string;
  readonly schema: string;
}

function tableNames(names: readonly string[], server: Schema): TableName[] {
  return (names.length === 0 ? [''] : names).map((name) => tableName(name, server));
}

async function readCertificate(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: Error) => {
    throw new OperatingError('CONFIG_INVALID', `trino.ca: ${path} cannot be read: ${cause.message}`, { cause });
  });
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
  const data = dataFolder(env);
  if (data === null) {
    throw new OperatingError('OPTION_INVALID', 'there is no home folder to keep the ledger in', {
      hint: 'Say where with --ledger DIR.',
    });
  }
  const hash = createHash('sha256').update(exportPath).digest('hex').slice(0, 8);
  return join(data, 'ledger', `${basename(exportPath)}-${hash}`);
}

function homeOrNull(env: Environment): string | null {
  try {
    return env.HOME || homedir();
  } catch {
    return null;
  }
}

/** Dimensions that only tags tell of. */
export function withoutRules(dimensions: OwnDimensions): AllocationRules {
  return { ...NO_RULES, dimensions: Object.keys(dimensions) };
}

/** What an import of people works on: no export is needed for it, and the people file need not be there yet. */
export interface PeopleConfig extends PeopleImport {
  readonly aws: AwsConfig;
  /** for people: bursar.yaml */
  readonly configFile: string;
  /** whether anything says where the export is, so that its dollars can be looked at */
  readonly hasExport: boolean;
}

/** @throws OperatingError CONFIG_INVALID, DIMENSION_NAME_TAKEN */
export async function loadPeopleConfig(flags: ConfigFlags, env: Environment, cwd: string): Promise<PeopleConfig> {
  const { path, read } = await findConfigFile(flags, env, cwd);
  const { readPeopleImport } = await import('./people-import.ts');
  const file = read?.file ?? {};
  const people = readPeopleImport(path, read);
  const aws = awsConfig(flags, env, file);
  return Object.freeze({
    ...people,
    // Identity Center lives in one region, whatever the region of everything else.
    aws: { ...aws, region: given(flags.region) ?? people.region ?? aws.region },
    configFile: path,
    hasExport: exportsGiven({ flags, env, cwd, file, folder: dirname(path) }).places.length > 0,
  });
}

async function findConfigFile(
  flags: ConfigFlags,
  env: Environment,
  cwd: string,
): Promise<{ readonly path: string; readonly read: ReadConfigFile | null }> {
  const named = given(flags.config) ?? given(env.BURSAR_CONFIG);
  const path = resolve(cwd, named ?? FILE);
  return { path, read: named !== undefined || existsSync(path) ? await readConfigFile(path) : null };
}

async function ownRules(
  path: string,
  read: ReadConfigFile | null,
  planned: PlannedPeople | null,
): Promise<Pick<CommonConfig, 'dimensions' | 'allocation' | 'ruleFiles'>> {
  // Most runs have no file: the parser and the checker cost more than the answer.
  if (read === null && planned === null) {
    const dimensions = DEFAULT_TAG_DIMENSIONS;
    return { dimensions, allocation: withoutRules(dimensions), ruleFiles: [path] };
  }
  const { peopleFileOf, readAllocation } = await import('./allocation.ts');
  const { file } = read ?? NO_FILE;
  const people = peopleFileOf(path, file);
  const rules = await readAllocation(path, read ?? NO_FILE, planned);
  return { ...rules, ruleFiles: people === null ? [path] : [path, people] };
}

const NO_FILE: ReadConfigFile = { file: {}, lineOf: () => 1 };

async function readConfigFile(path: string): Promise<ReadConfigFile> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new OperatingError('CONFIG_INVALID', `${path} cannot be read: ${cause.message}`, {
      hint: 'Check the path given as --config or BURSAR_CONFIG.',
      cause,
    });
  });
  const { parseConfigFile } = await import('./file.ts');
  return parseConfigFile(path, text);
}
