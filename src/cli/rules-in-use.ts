import { stat } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import type { OwnRules } from '../dashboard/page.ts';
import { parseDimensions, parseFilter, parseTime } from './options.ts';

/**
 * The rules for a command that runs on: bursar.yaml and the people file are read anew when they have changed.
 * @param load as the command loaded it
 * @returns the same object as long as the files are the same; rejects as {@link load} does, until they are mended
 */
export function rulesInUse({ ruleFiles }: Config, load: () => Promise<Config>): () => Promise<OwnRules> {
  let files = ruleFiles;
  let kept: { readonly stamp: string; readonly rules: Promise<OwnRules> } | null = null;
  const read = async (): Promise<OwnRules> => {
    const config = await load();
    // Another people file may be named now: the stamp is then another one too, and they are read once more.
    files = config.ruleFiles;
    return rulesOf(config);
  };
  return async () => {
    // Before they are read: what is written meanwhile shows the next time.
    const stamp = await stampOf(files);
    if (kept?.stamp === stamp) return kept.rules;
    const mine = { stamp, rules: read() };
    kept = mine;
    mine.rules.catch(() => {
      if (kept === mine) kept = null;
    });
    return mine.rules;
  };
}

function rulesOf({ dimensions, allocation }: Config): OwnRules {
  return {
    own: dimensions,
    rules: allocation,
    grammar: {
      dimensions: (text) => parseDimensions(text, dimensions),
      filter: (text) => parseFilter(text, dimensions),
      time: parseTime,
    },
  };
}

/** What tells that a file was written, without reading it. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    const found = await stat(file, { bigint: true }).catch(() => null);
    return found === null ? null : [file, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
  });
  return JSON.stringify(await Promise.all(stamps));
}
