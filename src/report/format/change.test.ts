import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../domain/comparison.ts';
import { DRIVERS } from '../../domain/driver.ts';
import { changes } from '../change.ts';
import { anyComparison, comparisonOf, type MovedText } from '../comparison.fixture.ts';
import { changeText } from './change.ts';
import { inCents } from './change-cents.ts';
import { changeCsv, changeJson } from './change-data.ts';

const TEAMS: readonly MovedText[] = [
  {
    team: 'backend',
    before: '6500.01',
    parts: { volume: '1405.9514050343', modelMix: '394.0515629291', price: '-0.0049679634' },
    models: {
      'Claude Opus 4.6': { cost: 292.6, quantity: 197_025_171.6 },
      'Claude Sonnet 4.6': { cost: 101.4, quantity: -197_025_171.6 },
    },
  },
  {
    team: 'data',
    before: '2700',
    parts: {
      volume: '102.8571428571',
      tierRouting: '112.2619047619',
      cache: '-815.119047619',
      gonePrincipals: '-300',
    },
    went: 1,
    services: {
      'priority, in-region, us-east-1': { cost: 108.1, quantity: 49_894_179.9 },
      'standard, in-region, us-east-1': { cost: 4.2, quantity: -49_894_179.9 },
    },
  },
  { team: 'frontend', before: '30.004', parts: { price: '3.0009', newPrincipals: '120', rest: '7.5' }, came: 2 },
  { team: '\x1b[31mred\u202e', before: '0.004', parts: { volume: '0.004025', price: '0.000075' } },
  { team: null, adjustment: 'Tax', before: '730.25', parts: { adjustments: '71.25' } },
];

/** A month with every driver but a restatement, amounts that round, and a name that is hostile. */
const MONTHS: Comparison = comparisonOf(TEAMS);

describe('printed', () => {
  test.each([160, 100, 80, 60, null])('on a terminal of %s columns', async (width) => {
    await expect(changeText(MONTHS, null, width)).toMatchFileSnapshot(`./change-${width ?? 'piped'}.golden.txt`);
  });

  test('the greatest change and the rest', async () => {
    await expect(changeText(MONTHS, 1, 100)).toMatchFileSnapshot('./change-top.golden.txt');
  });

  test('nothing moved', () => {
    const still = TEAMS.map(({ team, before }) => ({ team, before }));
    expect(changeText(comparisonOf(still), null, 80)).toMatch(
      /Nothing moved\.\nTotal .* 0\.00 .*\nOf both sums, 9,960\.27 did not move\./,
    );
  });

  test('as JSON, which is JSON, and as CSV', async () => {
    const json = [...changeJson(MONTHS, null)].join('');
    await expect(json).toMatchFileSnapshot('./change.golden.json');
    const { rows, drivers } = JSON.parse(json);
    expect(rows).toHaveLength(5);
    expect(Object.keys(drivers)).toEqual(DRIVERS);
    await expect([...changeCsv(MONTHS, null)].join('')).toMatchFileSnapshot('./change.golden.csv');
  });
});

test('what is printed adds up: down every column, and along every row', () => {
  fc.assert(
    fc.property(anyComparison, fc.nat(4), (comparison, top) => {
      const { rows, total, unmoved } = inCents(changes(comparison, top));
      const down = (of: (row: (typeof rows)[number]) => bigint) => rows.reduce((sum, row) => sum + of(row), 0n);
      expect(down((row) => row.before) + unmoved).toBe(total.before);
      expect(down((row) => row.now) + unmoved).toBe(total.now);
      expect(down((row) => row.change)).toBe(total.change);
      for (const driver of DRIVERS) expect(down(({ parts }) => parts[driver])).toBe(total.parts[driver]);
      for (const row of [...rows, total]) {
        expect(row.now - row.before).toBe(row.change);
        expect(DRIVERS.reduce((sum, driver) => sum + row.parts[driver], 0n)).toBe(row.change);
      }
    }),
  );
});

test('a driver that did nothing is printed as nothing, whatever is rounded', () => {
  fc.assert(
    fc.property(anyComparison, (comparison) => {
      const report = changes(comparison, null);
      for (const [index, { parts }] of inCents(report).rows.entries()) {
        for (const driver of DRIVERS) {
          if (report.rows[index]?.drivers.parts[driver] === 0n) expect(parts[driver]).toBe(0n);
        }
      }
    }),
  );
});
