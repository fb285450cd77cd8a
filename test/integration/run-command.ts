import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const LARGE = 64 * 1024 * 1024;

/** Runs a program of the machine. `missing` says what to install when it is not there. */
export async function runCommand(command: string, args: readonly string[], cwd: string, missing: string) {
  try {
    await promisify(execFile)(command, args, { cwd, maxBuffer: LARGE });
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error(`\`${command}\` is not there: ${missing}`);
    throw new Error(`\`${[command, ...args].join(' ')}\` failed:\n${stdout}${stderr}`, { cause: error });
  }
}
