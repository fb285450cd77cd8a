import type { Command } from 'commander';
import type { Context } from './context.ts';

/** What a file of command/ exports: it describes its options and does the work. */
export interface CommandModule {
  /** Adds options, examples and the action, whose result is the exit code. */
  define(command: Command, context: Context, finish: (exitCode: number) => void): void;
}
