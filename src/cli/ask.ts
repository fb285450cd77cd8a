import { createInterface } from 'node:readline/promises';
import type { Context } from './context.ts';

/** Asks on the terminal; only y and yes agree. `null` = there is nobody to ask. */
export async function askYes(question: string, { stderr, signal }: Context): Promise<boolean | null> {
  if (!process.stdin.isTTY || !stderr.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: stderr });
  try {
    const reply = await terminal.question(`${question} [y/N] `, { signal });
    return /^y(es)?$/i.test(reply.trim());
  } finally {
    terminal.close();
  }
}
