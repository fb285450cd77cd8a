import { resolve } from 'node:path';

/** Where a command runs: who called, from where, and onto what it prints. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** where the user stands: npm scripts run elsewhere and tell it in INIT_CWD */
  readonly cwd: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** aborted by Ctrl-C */
  readonly signal: AbortSignal;
}

export function resolvePath(context: Context, path: string): string {
  return resolve(context.cwd, path);
}

/** Columns of the terminal, `null` when the output is piped. */
export function terminalWidth(stream: NodeJS.WriteStream): number | null {
  return stream.isTTY ? stream.columns || 80 : null;
}

/** Colours only for eyes: not when piped, not under NO_COLOR (https://no-color.org). */
export function wantsColour(context: Context, stream: NodeJS.WriteStream): boolean {
  return Boolean(stream.isTTY) && !context.env.NO_COLOR && context.env.TERM !== 'dumb';
}

/** How the user called us, for commands to copy. */
export function invocation(context: Context): string {
  return context.env.npm_lifecycle_event === undefined ? 'bursar' : 'npm run -s bursar --';
}

/** Writes all of it, at the reader's pace. */
export async function write(stream: NodeJS.WriteStream, chunks: Iterable<string>): Promise<void> {
  for (const chunk of chunks) {
    if (!stream.write(chunk)) await new Promise((done) => stream.once('drain', done));
  }
}
