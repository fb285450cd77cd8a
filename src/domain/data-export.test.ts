import { expect, it } from 'vitest';
import { exportFolder, parseExportQuery } from './data-export.ts';

const queries: readonly [string, string, ReturnType<typeof parseExportQuery>][] = [
  ['plain', 'SELECT a, b FROM T', { table: 'T', columns: ['a', 'b'], filtered: false }],
  ['small letters, lines', 'select\n  a,\n  b\nfrom T\n', { table: 'T', columns: ['a', 'b'], filtered: false }],
  ['a condition', "SELECT a FROM T WHERE a = 'FROM b'", { table: 'T', columns: ['a'], filtered: true }],
  ['a limit', 'SELECT a FROM T LIMIT 5', { table: 'T', columns: ['a'], filtered: true }],
  ['what is in a map', 'SELECT a, product.region AS region FROM T', { table: 'T', columns: ['a'], filtered: false }],
  ['a semicolon', 'SELECT a FROM T;', { table: 'T', columns: ['a'], filtered: false }],
  ['no query', 'DROP TABLE T', null],
];
it.each(queries)('a query is read: %s', (_, query, expected) => {
  expect(parseExportQuery(query)).toEqual(expected);
});

it('an export without prefix lies at the root', () => {
  expect(exportFolder('b', 'a/c', 'n')).toBe('s3://b/a/c/n/');
  expect(exportFolder('b', '', 'n')).toBe('s3://b/n/');
});
