import type { Dialect } from '../../src/engine/dialect/dialect.ts';
import { duckdbDialect } from '../../src/engine/dialect/duckdb.ts';
import { trinoDialect } from '../../src/engine/dialect/trino.ts';

/** One use of each word of a dialect. A word that is missing here does not compile. */
const WORDS: Readonly<Record<keyof Dialect, readonly [what: string, use: (dialect: Dialect) => string]>> = {
  identifier: ['a name, quoted', (d) => d.identifier('a "name"')],
  text: ['a text', (d) => d.text("it's")],
  date: ['a day', (d) => d.date('2026-10-01')],
  toMoney: ['a double as money', (d) => d.toMoney('x', 'DOUBLE')],
  toAddend: ['a double to be added up', (d) => d.toAddend('x', 'DOUBLE')],
  sumAddends: ['the sum of these', (d) => d.sumAddends('x')],
  toQuantity: ['a double as a usage amount', (d) => d.toQuantity('x', 'DOUBLE')],
  isMoney: ['whether a double is an amount of money', (d) => d.isMoney('x', 'DOUBLE')],
  toTimestamp: ['a text as a UTC timestamp', (d) => d.toTimestamp('x', 'VARCHAR')],
  mapValue: ['the value of a tag', (d) => d.mapValue('tags', 'iamPrincipal/team')],
  mapText: ['a map as text', (d) => d.mapText('tags')],
  textMap: ['that text as a map', (d) => d.textMap('x')],
  mapKeys: ['the tags that occur', (d) => d.mapKeys('tags', 'lines')],
};

const DIALECTS = { DuckDB: duckdbDialect, Trino: trinoDialect };

/** The words of both dialects, one below the other. */
export function dialectWords(): string {
  return Object.values(WORDS)
    .map(([what, use]) => {
      const spelled = Object.entries(DIALECTS).map(([name, dialect]) => `-- ${name}\n${use(dialect)}`);
      return `### ${what.charAt(0).toUpperCase()}${what.slice(1)}\n\n\`\`\`sql\n${spelled.join('\n')}\n\`\`\``;
    })
    .join('\n\n');
}
