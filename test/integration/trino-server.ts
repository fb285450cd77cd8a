import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../fixtures/run.ts';
import { freePorts } from './free-ports.ts';
import { findJdk } from './jdk.ts';
import { spawnTied, type TiedProcess } from './tied-process.ts';
import { type Catalogs, type Layout, writeConfig } from './trino-config.ts';
import { type Credentials, writeCredentials } from './trino-credentials.ts';
import { TRINO_VERSION, unpackedTrino } from './trino-distribution.ts';

const START_LIMIT = 300_000;
const TAIL = 60;

export interface TrinoOptions {
  /** more catalogs, or others in place of `hive` and `memory`: name → properties */
  readonly catalogs?: Catalogs;
  /** the folder that the catalog `hive` sees; else one that goes with the server */
  readonly lake?: string;
}

/** All that a client needs; plain data. Plain HTTP lets everyone in, HTTPS wants the password or the token. */
export interface TrinoDetails extends Credentials {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly version: string;
  /** the folder that the catalog `hive` sees as local:/// */
  readonly lake: string;
  readonly log: string;
}

export interface TrinoServer extends TrinoDetails {
  /** Ends the server and removes all it wrote. */
  stop(): Promise<void>;
}

/** Starts a real Trino on the loopback interface, and resolves when it answers. */
export async function startTrino({ catalogs = {}, lake }: TrinoOptions = {}): Promise<TrinoServer> {
  const jdk = findJdk();
  const home = await unpackedTrino();
  const folder = temporaryFolder();
  const [httpPort, httpsPort] = (await freePorts(2)) as [number, number];
  const layout = { folder: folder.path, lake: lake ?? join(folder.path, 'lake'), httpPort, httpsPort };
  const { ca, user, password, token, jwtUser, ...secrets } = await writeCredentials(folder.path, jdk);
  writeConfig(layout, secrets, catalogs);
  const log = join(folder.path, 'server.log');
  const server = spawnTied([jdk.java, ...javaArguments(home, layout)], folder.path, log);
  const stop = async (): Promise<void> => {
    await server.stop();
    folder.remove();
  };
  try {
    await answers(server, httpPort);
  } catch (error) {
    const tail = readFileSync(log, 'utf8').split('\n').slice(-TAIL).join('\n');
    await stop();
    throw new Error(`${(error as Error).message}; the end of its log:\n${tail}`);
  }
  return {
    httpPort,
    httpsPort,
    version: TRINO_VERSION,
    lake: layout.lake,
    ca,
    user,
    password,
    token,
    jwtUser,
    log,
    stop,
  };
}

function javaArguments(home: string, { folder }: Layout): string[] {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const node = { environment: 'test', id: 'test', 'data-dir': join(folder, 'data') };
  return [
    '-Xmx3G',
    // It lives for minutes: to compile its code better, and to collect garbage beside it, takes more time than it saves.
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:ReservedCodeCacheSize=512M',
    '-Dfile.encoding=UTF-8',
    '-Djdk.attach.allowAttachSelf=true',
    '-Djdk.nio.maxCachedBufferSize=2000000',
    '--enable-native-access=ALL-UNNAMED',
    '--add-modules=jdk.incubator.vector',
    '--sun-misc-unsafe-memory-access=allow',
    `-Djava.io.tmpdir=${temporary}`,
    ...Object.entries(node).map(([name, value]) => `-Dnode.${name}=${value}`),
    `-Dplugin.dir=${join(home, 'plugin')}`,
    `-Dconfig=${join(folder, 'etc/config.properties')}`,
    `-Dcatalog.config-dir=${join(folder, 'etc/catalog')}`,
    `-Dlog.levels-file=${join(folder, 'etc/log.properties')}`,
    '-cp',
    join(home, 'lib/*'),
    'io.trino.server.TrinoServer',
  ];
}

async function answers(server: TiedProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  while (!(await isUp(port))) {
    if (server.ended !== null) throw new Error(`Trino ended while it started: ${server.ended}`);
    if (Date.now() > deadline) throw new Error(`Trino did not answer within ${START_LIMIT / 1000} s`);
    await wait(200);
  }
}

async function isUp(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v1/info`);
    return response.ok && !((await response.json()) as { starting: boolean }).starting;
  } catch {
    return false;
  }
}
