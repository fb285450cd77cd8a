import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesPattern, patternsMeet } from './pattern.ts';

describe('a pattern and a text', () => {
  test.each<[pattern: string, text: string, matches: boolean]>([
    ['llm-gateway', 'llm-gateway', true],
    ['llm-gateway', 'llm-gateway-2', false],
    ['llm-gateway', 'LLM-gateway', false],
    ['*gateway*', 'llm-gateway-2', true],
    ['*gateway', 'llm-gateway-2', false],
    ['DataScience_*', 'DataScience_', true],
    ['DataScience_*', 'DataScience', false],
    ['app-?', 'app-1', true],
    ['app-?', 'app-12', false],
    ['app-?', 'app-', false],
    ['a*b*c', 'aXbXbc', true],
    ['a*b*c', 'aXcXb', false],
    ['a.c', 'abc', false],
    ['*', '', true],
    ['?', '', false],
    ['**', 'x', true],
    [`${'*a'.repeat(40)}b`, 'a'.repeat(2000), false],
  ])('%s and %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches);
  });
});

const anyPattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 });

/** Every text over two letters that a witness can need: no longer than what both patterns ask for. */
const TEXTS = Array.from({ length: 9 }, (_, length) =>
  Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (_, at) => ((bits >> at) & 1 ? 'a' : 'b')).join(''),
  ),
).flat();

test('two patterns meet exactly where a text is both of them', () => {
  fc.assert(
    fc.property(anyPattern, anyPattern, (a, b) => {
      const witness = TEXTS.some((text) => matchesPattern(a, text) && matchesPattern(b, text));
      expect(patternsMeet(a, b)).toBe(witness);
      expect(patternsMeet(b, a)).toBe(witness);
    }),
    { numRuns: 500 },
  );
});

test('a pattern says the same as the regular expression', () => {
  fc.assert(
    fc.property(anyPattern, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matchesPattern(pattern, text)).toBe(expression.test(text));
    }),
    { numRuns: 500 },
  );
});
