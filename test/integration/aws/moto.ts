import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../../fixtures/run.ts';
import { freePorts } from '../free-ports.ts';
import { keptFolder } from '../kept-folder.ts';
import { runCommand } from '../run-command.ts';
import { spawnTied, type TiedProcess } from '../tied-process.ts';

const MOTO_VERSION = '5.2.5';
const START_LIMIT = 120_000;
const TAIL = 40;
const INSTALL_PYTHON =
  'install Python 3.10 or later with venv, which runs moto (Debian: apt-get install python3-venv; macOS: brew install python)';

/** All that a client needs; plain data. Every key is taken. */
export interface MotoDetails {
  /** http://127.0.0.1:PORT */
  readonly endpoint: string;
  /** an environment in which the SDK and Bursar call this server and nothing else */
  readonly env: Readonly<Record<string, string>>;
}

export interface MotoServer extends MotoDetails {
  /** Ends the server and removes all it wrote. */
  stop(): Promise<void>;
}

/** Starts moto, a server that answers as AWS does, on the loopback interface, and resolves when it answers. */
export async function startMoto(): Promise<MotoServer> {
  const python = join(await installedMoto(), 'bin', 'python');
  const folder = temporaryFolder();
  const [port] = await freePorts(1);
  const log = join(folder.path, 'moto.log');
  const command = [python, '-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)];
  const server = spawnTied(command, folder.path, log);
  const stop = async (): Promise<void> => {
    await server.stop();
    folder.remove();
  };
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await answers(server, endpoint);
  } catch (error) {
    const tail = readFileSync(log, 'utf8').split('\n').slice(-TAIL).join('\n');
    await stop();
    throw new Error(`${(error as Error).message}; the end of its log:\n${tail}`);
  }
  return { endpoint, env: environmentFor(endpoint), stop };
}

function environmentFor(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Where this moto's botocore keeps the models of all services: folders such as `iam/2010-05-08`. */
export async function serviceModelsFolder(): Promise<string> {
  const libraries = join(await installedMoto(), 'lib');
  const [python = ''] = readdirSync(libraries);
  return join(libraries, python, 'site-packages', 'botocore', 'data');
}

/** The folder of a Python environment with moto. The first call on a machine installs it, some 200 MB. */
function installedMoto(): Promise<string> {
  return keptFolder(`moto-${MOTO_VERSION}`, async (folder) => {
    const home = join(folder, 'venv');
    await runCommand('python3', ['-m', 'venv', home], folder, INSTALL_PYTHON).catch((error: Error) => {
      // Debian has Python without what makes such an environment.
      throw new Error(`${error.message}\n${INSTALL_PYTHON}`, { cause: error });
    });
    const python = join(home, 'bin', 'python');
    await runCommand(
      python,
      ['-m', 'pip', 'install', '--quiet', `moto[server]==${MOTO_VERSION}`],
      folder,
      INSTALL_PYTHON,
    );
    return home;
  });
}

async function answers(server: TiedProcess, endpoint: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  while (!(await isUp(endpoint))) {
    if (server.ended !== null) throw new Error(`moto ended while it started: ${server.ended}`);
    if (Date.now() > deadline) throw new Error(`moto did not answer within ${START_LIMIT / 1000} s`);
    await wait(100);
  }
}

async function isUp(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/moto-api/data.json`)).ok;
  } catch {
    return false;
  }
}
