import { expect, test } from 'vitest';
import type { Change } from '../domain/change.ts';
import { inOrder } from './plan.ts';

const change = (id: string, ...dependsOn: string[]): Change => ({
  id,
  kind: 'create-bucket',
  account: '111122223333',
  region: null,
  resource: id,
  before: {},
  after: {},
  dependsOn,
  managedBy: null,
});
const ids = (...changes: Change[]): string[] => inOrder(changes).map(({ id }) => id);

test('each after what it depends on, else as given', () => {
  expect(ids(change('a'), change('b'), change('c'))).toEqual(['a', 'b', 'c']);
  expect(ids(change('c', 'b'), change('x'), change('b', 'a'), change('a'))).toEqual(['a', 'b', 'c', 'x']);
  expect(ids(change('a', 'elsewhere'))).toEqual(['a']);
});

test('a circle, or an id twice, is a bug', () => {
  expect(() => ids(change('a', 'b'), change('b', 'a'))).toThrow('depend on each other');
  expect(() => ids(change('a'), change('a'))).toThrow('one id');
});
