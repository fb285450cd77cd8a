import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';

const PATIENCE = 10_000;

/**
 * A line on file 3 says that we stop it ourselves; the end of file 3 without one, that we died. `exec` makes the shell's
 * process id the program's, so that the watch beside it knows whom to end.
 */
const TIED = `
(read -r stopped <&3 || { kill -9 $$; sleep 1; rm -rf -- "$1"; }) &
shift
exec "$@" 3<&-
`;

export interface TiedProcess {
  /** how it ended; null while it runs */
  readonly ended: string | null;
  /** Ends it and waits for that: kindly first, by force after some seconds. */
  stop(): Promise<void>;
}

/** Starts a program that does not outlive this process, however this ends; then `folder`, where it works, goes too. */
export function spawnTied(command: readonly string[], folder: string, log: string): TiedProcess {
  const out = openSync(log, 'a');
  const stdio = ['ignore', out, out, 'pipe'] as const;
  // Detached: what is sent to our process group, such as Ctrl-C, must not end the watch before the program.
  const child = spawn('/bin/sh', ['-c', TIED, 'sh', folder, ...command], {
    cwd: folder,
    stdio: [...stdio],
    detached: true,
  });
  closeSync(out);
  const exit = once(child, 'exit');
  const watch = child.stdio[3] as Writable;
  return {
    get ended() {
      return child.exitCode === null ? child.signalCode : `exit code ${child.exitCode}`;
    },
    async stop() {
      watch.end('stopped\n');
      child.kill();
      const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      await exit;
      clearTimeout(force);
    },
  };
}
