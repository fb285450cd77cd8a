import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { keptFolder } from '../kept-folder.ts';
import { runCommand } from '../run-command.ts';

const PACKAGES = ['cfn-lint==1.58.0', 'python-hcl2==8.1.4'];
const INSTALL_PYTHON = 'install Python 3.10 or later with venv, which runs cfn-lint and python-hcl2';

/** The Python with cfn-lint and python-hcl2. The first call on a machine installs them. */
async function validatorsPython(): Promise<string> {
  const home = await keptFolder(`validators-${PACKAGES.join('-').replaceAll('=', '')}`, async (folder) => {
    const venv = join(folder, 'venv');
    await runCommand('python3', ['-m', 'venv', venv], folder, INSTALL_PYTHON);
    const python = join(venv, 'bin', 'python');
    await runCommand(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], folder, INSTALL_PYTHON);
    return venv;
  });
  return join(home, 'bin', 'python');
}

/** What cfn-lint says of a template in a region; empty = nothing. */
export async function lintTemplate(path: string, region: string): Promise<string> {
  return run([
    '-c',
    'import sys; from cfnlint.runner import main; sys.exit(main())',
    '--regions',
    region,
    '--format',
    'parseable',
    '--',
    path,
  ]);
}

/** The blocks of a Terraform file as python-hcl2 reads them; an error text where it cannot. */
export async function parseTerraform(path: string): Promise<unknown> {
  const out = await run([
    '-c',
    'import hcl2, json, sys; print(json.dumps(hcl2.load(open(sys.argv[1])), default=str))',
    path,
  ]);
  return JSON.parse(out);
}

async function run(args: readonly string[]): Promise<string> {
  const python = await validatorsPython();
  return new Promise((done) => {
    execFile(python, args, { maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) => done((stdout + stderr).trim()));
  });
}
