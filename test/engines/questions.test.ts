import { expect, test } from 'vitest';
import type { Day, Period } from '../../src/domain/period.ts';
import type { Question } from '../../src/domain/question.ts';
import type { Dialect } from '../../src/engine/dialect/dialect.ts';
import { duckdbDialect } from '../../src/engine/dialect/duckdb.ts';
import { trinoDialect } from '../../src/engine/dialect/trino.ts';
import { openDuckDB } from '../../src/engine/duckdb.ts';
import { relationIn } from '../../src/ledger/schema-ledger.ts';
import type { SnapshotName } from '../../src/ledger/snapshot.ts';
import type { Table } from '../../src/ledger/tables.ts';
import { compileCompared } from '../../src/query/compared-sql.ts';
import { compileFilteredOut, compileRows } from '../../src/query/compile.ts';
import { needsCallers } from '../../src/query/dimension-sql.ts';
import type { PeriodTables } from '../../src/query/period-tables.ts';
import { allocatedQuestions, questions } from './questions.ts';

// test/integration/questions.test.ts runs the same statements for real and compares the rows.

const PERIODS = ['2026-09', '2026-10'] as Period[];

/** Days on which rules begin or end. */
const CUTS = ['2026-10-06', '2026-10-11'] as Day[];

/** Up to which an earlier snapshot of October held the lines of some seller whole, and questions that two answers are compared on. */
const SETTLED = ['2026-10-10', '2026-10-12'] as Day[];
const OF_CHANGES = ['what a team spends', 'months side by side', 'a team by tags, rules and people'];

type Relation = (snapshot: SnapshotName, table: Table) => string;

test('the SQL of every question, DuckDB and Trino side by side', async () => {
  const engine = await openDuckDB();
  const engines: Record<string, [Dialect, Relation]> = {
    duckdb: [duckdbDialect, ({ period }, table) => engine.parquet([`period=${period}/snapshot=…/${table}.parquet`])],
    trino: [trinoDialect, (snapshot, table) => relationIn(trinoDialect, snapshot, table)],
  };
  const pages = [...questions(PERIODS), ...allocatedQuestions(PERIODS)].flatMap(([name, question]) => [
    `## ${name}\n\n\`\`\`sql\n${sideBySide(engines, question, compileRows)}\n\`\`\``,
    ...(question.where.length === 0 && question.from === null
      ? []
      : [`What it leaves out:\n\n\`\`\`sql\n${sideBySide(engines, question, compileFilteredOut)}\n\`\`\``]),
  ]);
  const ofOnePeriod =
    (name: 'lines' | 'names' | 'callers' | 'usages'): typeof compileRows =>
    (question, [tables], dialect) => {
      if (tables === undefined) throw new Error('no period');
      return compileCompared(question, tables, SETTLED, dialect)[name] ?? 'nothing is asked of them';
    };
  const parts = {
    'lines that are compared': ofOnePeriod('lines'),
    'the names of their callers': ofOnePeriod('names'),
    'their callers': ofOnePeriod('callers'),
    'their usages': ofOnePeriod('usages'),
  };
  for (const [name, question] of [...questions(PERIODS), ...allocatedQuestions(PERIODS)]) {
    if (!OF_CHANGES.includes(name)) continue;
    for (const [what, compile] of Object.entries(parts)) {
      pages.push(`## ${what}: ${name}\n\n\`\`\`sql\n${sideBySide(engines, question, compile)}\n\`\`\``);
    }
  }
  await engine.close();
  const head = `# Every question in both dialects

Made by test/engines/questions.test.ts (\`npx vitest run test/engines -u\`). A line that both engines run alike stands once;
where they differ, each has its own.`;
  await expect(`${head}\n\n${pages.join('\n\n')}\n`).toMatchFileSnapshot('../golden/questions.md');
});

function sideBySide(
  engines: Record<string, [Dialect, Relation]>,
  question: Question,
  compile: typeof compileRows,
): string {
  const texts = Object.values(engines).map(([dialect, relation]) => {
    const tables = question.periods.map(
      (period): PeriodTables => ({
        of: (table) => relation({ period, id: '…' }, table),
        allocation: needsCallers(question)
          ? { relation: '"caller_allocation"', cuts: CUTS, marks: null, numbered: false }
          : null,
        coarse: null,
        filteredOut: null,
        lines: null,
      }),
    );
    return inLines(compile(question, tables, dialect));
  });
  const names = Object.keys(engines);
  const width = Math.max(...names.map((name) => name.length));
  const [first = []] = texts;
  expect(texts.map((lines) => lines.length)).toEqual(texts.map(() => first.length));
  return first
    .flatMap((line, index) => {
      if (texts.every((lines) => lines[index] === line)) return [`${' '.repeat(width)} | ${line}`];
      return names.map((name, which) => `${name.padEnd(width)} | ${texts[which]?.[index]}`);
    })
    .join('\n');
}

/** A clause a line; what differs between engines stays within one. */
function inLines(sql: string): string[] {
  const bare = sql.replaceAll(/\s+/g, ' ');
  return bare
    .replaceAll(
      / (?=(?:FROM \(SELECT time|FROM (?!bursar|"bursar)|JOIN |UNION ALL|GROUP BY|ORDER BY|WHERE (?!period = )))/g,
      '\n',
    )
    .replaceAll(/, (?=CASE |sum\()/g, ',\n  ')
    .split('\n');
}
