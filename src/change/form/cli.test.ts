import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quote } from './cli.ts';

test('a word is one word for a shell, whatever is in it', () => {
  const word = fc.string({ unit: fc.constantFrom(...`ab '"\\$\`!*?~#&|;<>()[]{}\n\té€=`) });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const script = `printf '%s\\0' ${words.map(quote).join(' ')}`;
      const out = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
      expect(out).toBe(words.length === 0 ? '\0' : words.map((one) => `${one}\0`).join(''));
    }),
    { numRuns: 30 },
  );
});
