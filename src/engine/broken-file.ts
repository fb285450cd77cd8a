import type { OperatingError } from '../domain/errors.ts';
import { type Engine, EngineError } from './engine.ts';

/**
 * Runs something that reads files. When the engine fails, the broken file is looked for and named; when every
 * file can be read, the failure is a bug and stays one.
 * @param probe SQL that reads all of one file, and fails where it is broken
 * @param explain makes the error of a file and of the engine's reason
 */
export async function namingBrokenFile<T>(
  engine: Engine,
  paths: readonly string[],
  probe: (path: string) => string | Promise<string>,
  action: () => Promise<T>,
  explain: (path: string, reason: string, cause: EngineError) => OperatingError,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof EngineError) || error.why === 'interrupted') throw error;
    for (const path of paths) {
      const reason = await reasonUnreadable(engine, () => probe(path));
      if (reason !== null) throw explain(path, reason, error);
    }
    throw error;
  }
}

async function reasonUnreadable(engine: Engine, probe: () => string | Promise<string>): Promise<string | null> {
  try {
    await engine.run(await probe());
    return null;
  } catch (error) {
    return error instanceof EngineError ? (error.message.split('\n')[0] ?? '') : null;
  }
}
