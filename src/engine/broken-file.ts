import type { OperatingError } from '../domain/errors.ts';
import { EngineError, type FileEngine } from './engine.ts';

/**
 * Runs something that reads Parquet files. When the engine fails, the broken file is looked for and named; when every
 * file can be read, the failure is a bug and stays one.
 * @param explain makes the error of a file and of the engine's reason
 */
export async function namingBrokenFile<T>(
  engine: FileEngine,
  paths: readonly string[],
  action: () => Promise<T>,
  explain: (path: string, reason: string, cause: EngineError) => OperatingError,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof EngineError) || error.why === 'interrupted') throw error;
    for (const path of paths) {
      const reason = await reasonUnreadable(engine, path);
      if (reason !== null) throw explain(path, reason, error);
    }
    throw error;
  }
}

/** Reads every value of every column. */
async function reasonUnreadable(engine: FileEngine, path: string): Promise<string | null> {
  try {
    await engine.run(`SELECT count(COLUMNS(*)) FROM ${engine.parquet([path])}`);
    return null;
  } catch (error) {
    return error instanceof EngineError ? (error.message.split('\n')[0] ?? '') : null;
  }
}
