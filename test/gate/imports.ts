import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import configuration from '../../.dependency-cruiser.mjs';

export interface ImportVerdict {
  readonly files: number;
  readonly seen: number;
  readonly violations: readonly string[];
}

/** Styles are imported, but import nothing. */
const SOURCE = /\.tsx?$/;

/**
 * Checks every import below `root`/src against the table in .dependency-cruiser.mjs.
 * `seen` must equal `files`: a checker that cannot read TypeScript sees nothing and would pass everything.
 */
export async function checkImports(root: string): Promise<ImportVerdict> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) => SOURCE.test(f));
  const { forbidden, options } = configuration;
  const { output } = await cruise(['src'], { ...options, baseDir: root, validate: true, ruleSet: { forbidden } });
  const { modules, summary } = output as ICruiseResult;
  return {
    files: files.length,
    seen: modules.filter(({ source }) => source.startsWith('src/') && SOURCE.test(source)).length,
    violations: summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`),
  };
}

/** Why the gate says no; empty when it says yes. */
export function complaints({ files, seen, violations }: ImportVerdict): string[] {
  const blind =
    seen === files ? [] : [`the import checker saw ${seen} of ${files} files: is \`typescript\` (6) installed?`];
  return [...violations, ...blind];
}

if (import.meta.main) {
  const verdict = await checkImports(join(import.meta.dirname, '../..'));
  const { files, seen, violations } = verdict;
  console.log(`imports: ${seen} of ${files} files of src/ checked, ${violations.length} forbidden`);
  for (const complaint of complaints(verdict)) console.error(complaint);
  process.exitCode = complaints(verdict).length > 0 ? 1 : 0;
}
