import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFilter } from '../../src/cli/options.ts';
import { readAddress, START, writeAddress } from '../../src/dashboard/browser/state/address.ts';
import { commandText } from '../../src/dashboard/browser/state/copy.ts';
import { readFilter, writeFilter } from '../../src/dashboard/browser/state/filter-text.ts';

const anyValue = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    '(none)',
    '(shared)',
    'a,b',
    'a=b',
    '\\',
    'a\\,b',
    "it's",
    '$(rm -rf /)',
    '`x`',
    '!=',
    ' ',
    'ü\u202e',
  ),
);

test('a filter that the page writes is the one that the command line and the page read', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(fc.option(anyValue), { minLength: 1, maxLength: 4 }), (negated, values) => {
      const text = writeFilter({ dimension: 'team', negated, values });
      const own = { team: { tagKeys: ['iamPrincipal/team'], spellings: {}, byCaller: false } };
      const { dimension, ...read } = parseFilter(text, own);
      expect({ dimension: dimension.name, ...read }).toEqual({ dimension: 'team', negated, values });
      expect(readFilter(text)).toEqual({ dimension: 'team', negated, values });
    }),
  );
});

test('an address that is written is read as it was', () => {
  fc.assert(
    fc.property(fc.array(anyValue), fc.option(anyValue), (where, period) => {
      const address = { ...START, where, period, sort: 'tokens' as const, order: 'asc' as const, page: 3 };
      expect(readAddress(writeAddress(address))).toEqual(address);
    }),
  );
  expect(writeAddress(START)).toBe('');
});

test('a shell takes the copied command for the words that it means', () => {
  const shellText = anyValue.filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(shellText, shellText, (place, filter) => {
      const command = commandText({ ...START, where: [filter] }, ['team', 'model'], {
        engine: 'duckdb',
        exports: [place],
      });
      const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
        .split('\0')
        .slice(0, -1);
      expect(words).toEqual(['bursar', 'report', '--cur', place, '--by', 'team,model', '--where', filter]);
    }),
    { numRuns: 50 },
  );
});
