import { expect, test } from 'vitest';
import { ERRORS } from '../domain/errors.ts';
import { explainFailure, TrinoFailure } from './trino-failure.ts';

test.each([
  ['TABLE_NOT_FOUND', 'SELECT', 'TABLE_MISSING'],
  ['NOT_FOUND', 'CREATE', 'TABLE_MISSING'],
  ['PERMISSION_DENIED', 'SELECT', 'ENGINE_REFUSED'],
  ['EXCEEDED_SCAN_LIMIT', 'SELECT', 'ENGINE_LIMIT'],
  ['ADMINISTRATIVELY_KILLED', 'SELECT', 'ENGINE_STATEMENT_ENDED'],
  ['HIVE_WRITER_CLOSE_ERROR', 'INSERT', 'FOLDER_NOT_WRITABLE'],
  ['HIVE_FILESYSTEM_ERROR', 'INSERT', 'FOLDER_NOT_WRITABLE'],
  ['HIVE_FILESYSTEM_ERROR', ' SELECT', 'data'],
  ['HIVE_BAD_DATA', 'SELECT', 'data'],
  ['GENERIC_INTERNAL_ERROR', 'SELECT', 'unknown'],
  ['SYNTAX_ERROR', 'SELECT', 'unknown'],
])('%s of %s means %s', (errorName, sql, meaning) => {
  const failure = new TrinoFailure({ message: 'why', errorName, errorType: '' }, 'q1', sql);
  const error = explainFailure('h:1', failure);
  const kind =
    meaning in ERRORS ? { code: meaning, message: `Trino at h:1: why (${errorName}, query q1)` } : { why: meaning };
  expect(error).toMatchObject({ ...kind, cause: failure });
});

test.each(['GENERIC_INTERNAL_ERROR', 'NOT_SUPPORTED'])(
  '%s that comes out of the Parquet reader is one of the file',
  (errorName) => {
    const stack = ['io.airlift.compress.X.decompress(X.java:1)', 'io.trino.parquet.Y.decompress(Y.java:2)'];
    const error = { message: '', errorName, errorType: '', failureInfo: { stack } };
    expect(explainFailure('h:1', new TrinoFailure(error, 'q1', 'SELECT'))).toMatchObject({ why: 'data' });
  },
);
