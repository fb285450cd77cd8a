import { expect, test } from 'vitest';
import { amountOf, openAmounts } from '../domain/amounts.ts';
import { at, COLUMNS, page, serve, status } from './trino.fixture.ts';
import { openTrino } from './trino.ts';

const versioned = (version: string) => status(200, JSON.stringify({ nodeVersion: { version } }));

test.each(['476', '480-e.1', '476-amzn-0', '1000'])('version %s is new enough', async (version) => {
  const { port } = await serve(versioned(version));
  await (await openTrino(at(port))).close();
});

test.each(['475', '475-e.9', '0.289', 'dev'])('version %s is not', async (version) => {
  const { port } = await serve(versioned(version));
  await expect(openTrino(at(port))).rejects.toMatchObject({
    code: 'ENGINE_TOO_OLD',
    message: `Trino at 127.0.0.1:${port} is version ${version}`,
  });
});

test('an integer that JSON cannot carry is a bug, never another number', async () => {
  const columns = [{ name: 'n', type: 'bigint' }];
  const big = status(
    200,
    `{"id": "1", "stats": {}, "columns": ${JSON.stringify(columns)}, "data": [[9007199254740993]]}`,
  );
  const small = page(null, { columns, data: [[9007199254740991], [null]] });
  const { port } = await serve(versioned('476'), big, small);
  const engine = await openTrino(at(port));
  await expect(engine.rows('SELECT')).rejects.toThrow('rounded');
  expect(await engine.rows('SELECT')).toEqual([{ n: '9007199254740991' }, { n: null }]);
  await engine.close();
});

test('more rows than expected, or a name twice, are bugs', async () => {
  const twice = page(null, { columns: [...COLUMNS, ...COLUMNS], data: [[1, 2]] });
  const { port } = await serve(versioned('476'), page(null, { columns: COLUMNS, data: [[1], [2]] }), twice);
  const engine = await openTrino(at(port));
  await expect(engine.rows('SELECT', 1)).rejects.toThrow('more than 1 rows');
  await expect(engine.rows('SELECT')).rejects.toThrow('two columns of one name');
  await expect(engine.columns('x')).rejects.toThrow('two columns of one name');
  await engine.close();
});

test('numbers come as columns, in the pages in which they are sent', async () => {
  const columns = [
    { name: 'id', type: 'integer' },
    { name: 'n', type: 'bigint' },
    { name: 'day', type: 'date' },
    { name: 'amount', type: 'decimal(38,10)' },
  ];
  const data = [
    [7, 9, '1969-12-31', '-922337203685477.8000000001'],
    [-1, -2, '0001-01-01', null],
  ];
  const { port } = await serve(versioned('476'), page(null, { columns, data }));
  const engine = await openTrino(at(port));
  const [chunk, ...more] = await Array.fromAsync(engine.numbers('SELECT', { integers: 3, amounts: 1 }));
  expect(more).toEqual([]);
  expect(chunk?.rows).toBe(2);
  expect(chunk?.integers.map((column) => [...column])).toEqual([
    [7, -1],
    [9, -2],
    [-1, -719162],
  ]);
  const [amounts = openAmounts(0)] = chunk?.amounts ?? [];
  expect(amountOf(amounts, 0)).toBe(-9223372036854778000000001n);
  await engine.close();
});
