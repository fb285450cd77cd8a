import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** All that the bench writes lies here, ignored by git: samples of several GB, ledgers, what processes print. */
export const DATA = join(import.meta.dirname, 'data');

/** The command line as users start it. */
export const BURSAR = join(ROOT, 'bin', 'bursar.mjs');

/** Runs the statements it is given in a DuckDB of its own. */
export const BARE_DUCKDB = join(import.meta.dirname, 'bare-duckdb.mjs');
