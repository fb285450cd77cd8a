import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { keptFolder } from '../kept-folder.ts';
import { runCommand } from '../run-command.ts';

const AWS_CLI_VERSION = '1.46.3';
const INSTALL_PYTHON = 'install Python 3.10 or later with venv, which runs the AWS CLI';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder with the real AWS CLI's `aws`, to be put first on PATH. The first call on a machine installs it, some 190 MB. */
async function awsCliFolder(): Promise<string> {
  const home = await keptFolder(`awscli-${AWS_CLI_VERSION}`, async (folder) => {
    const venv = join(folder, 'venv');
    await runCommand('python3', ['-m', 'venv', venv], folder, INSTALL_PYTHON);
    const python = join(venv, 'bin', 'python');
    await runCommand(python, ['-m', 'pip', 'install', '--quiet', `awscli==${AWS_CLI_VERSION}`], folder, INSTALL_PYTHON);
    // What pip wrote into bin/ begins with the path of the folder that this is renamed from.
    await runCommand('/bin/sh', ['-c', AWS], venv, INSTALL_PYTHON);
    return venv;
  });
  return join(home, 'bin');
}

const AWS = `printf '%s\\n' '#!/bin/sh' 'exec "$(dirname "$0")/python" -m awscli "$@"' > bin/aws && chmod +x bin/aws`;

/** Runs a shell script in which `aws` is the real AWS CLI. */
export async function runShell(script: string, env: Readonly<Record<string, string>>, cwd: string): Promise<Ended> {
  const PATH = `${await awsCliFolder()}:${process.env.PATH}`;
  const whole = { ...env, PATH, HOME: cwd, AWS_PAGER: '', LC_ALL: 'C.UTF-8' };
  return new Promise((done) => {
    execFile('/bin/bash', ['-c', script], { cwd, env: whole, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}
