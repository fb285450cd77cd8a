import { OperatingError } from '../domain/errors.ts';
import { type Engine, EngineError } from './engine.ts';

/**
 * Runs something that reads files. When it fails, the broken file is looked for and named; when every file can be read,
 * the failure is a bug and stays one.
 * @param whyBroken reads all of one file; `null` = it can be read
 * @param explain makes the error of a file and of the reason
 */
export async function namingBrokenFile<T>(
  paths: readonly string[],
  whyBroken: (path: string) => Promise<string | null>,
  action: () => Promise<T>,
  explain: (path: string, reason: string, cause: unknown) => OperatingError,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof OperatingError || isInterrupted(error)) throw error;
    for (const path of paths) {
      const reason = await whyBroken(path);
      if (reason !== null) throw explain(path, reason, error);
    }
    throw error;
  }
}

function isInterrupted(error: unknown): boolean {
  return error instanceof EngineError ? error.why === 'interrupted' : (error as Error).name === 'AbortError';
}

/** The engine's own words on why a statement fails; `null` = it does not. */
export async function whyFailing(engine: Engine, statement: () => string | Promise<string>): Promise<string | null> {
  try {
    await engine.run(await statement());
    return null;
  } catch (error) {
    return error instanceof EngineError ? (error.message.split('\n')[0] ?? '') : null;
  }
}
