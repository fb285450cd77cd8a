import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA } from './folders.ts';
import { bursar, ledgerOf } from './ledgers.ts';
import { run } from './measure.ts';
import type { BenchSample } from './samples.ts';

/** Teams, so that the people file has something to say. */
const TEAMS = 40;

/** Writes a bursar.yaml with rules and a people file that names every session of the sample, and returns its path. */
export async function withPeople(of: BenchSample): Promise<string> {
  const asked = await run(bursar('report', of, '--by', 'session', '--format', 'json'));
  const { rows } = JSON.parse(asked.stdout) as { readonly rows: readonly { readonly session: string | null }[] };
  const sessions = rows.flatMap(({ session }) => (session === null ? [] : [session]));
  if (sessions.length === 0) throw new Error(`no sessions in ${of.cur}`);
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const people = sessions.map((session, index) => `${cell(session)},Person ${index},team-${index % TEAMS}`);
  await writeFile(join(DATA, 'people.csv'), `session,person,team\n${people.join('\n')}\n`);
  const config = join(DATA, 'people.yaml');
  const rules = [
    'people: people.csv',
    'dimensions:',
    '  team: {}',
    'rules:',
    '  - match: { permission-set: "*" }',
    '    from: 2020-01-01',
    '    set: { team: sign-on }',
    '  - match: { kind: api-key }',
    '    shared: true',
  ];
  await writeFile(config, `${rules.join('\n')}\n`);
  return config;
}

/** Removes what the ledger keeps of allocations: the next question works them out anew. */
export async function forgetAllocations(of: BenchSample): Promise<void> {
  const ledger = ledgerOf(of);
  const files = await readdir(ledger, { recursive: true });
  const kept = files.filter((file) => /(^|\/)allocation-[^/]*\.parquet$/.test(file));
  await Promise.all(kept.map((file) => rm(join(ledger, file))));
}
