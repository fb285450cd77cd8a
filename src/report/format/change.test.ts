import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../domain/comparison.ts';
import { DRIVERS } from '../../domain/driver.ts';
import { changes } from '../change.ts';
import { anyCells, type CellText, cellOf, comparisonOf } from '../drivers/cells.fixture.ts';
import { changeText } from './change.ts';
import { inCents } from './change-cents.ts';
import { changeCsv, changeJson } from './change-data.ts';

const opus: CellText = { model: 'Claude Opus 4.6', usageType: 'USE1-Claude4.6Opus-input-tokens' };
const cell = (team: string | null, millions: number, cost: number, more: CellText = {}) =>
  cellOf({ team, quantity: String(millions * 1e6), cost: String(cost), ...more });
const tax = (cost: string) => cellOf({ team: null, adjustment: 'Tax', corrects: true, cost, quantity: '1' });

/** A month with every driver but a restatement, amounts that round, and a name that is hostile. */
const MONTHS: Comparison = comparisonOf(
  [
    cell('backend', 1500, 4500.005),
    cell('backend', 400, 2000.005, opus),
    cell('data', 800, 2400),
    cell('data', 100, 300, { caller: 'leo' }),
    cell('frontend', 10, 30.004),
    cell('\x1b[31mred\u202e', 0.001, 0.004),
    tax('730.25'),
  ],
  [
    cell('backend', 1600, 4800.004),
    cell('backend', 700, 3500.004, opus),
    cell('data', 500, 1500),
    cell('data', 300, 90, { tokenKind: 'cache-read' }),
    cell('data', 40, 210, { service: 'priority, in-region, us-east-1' }),
    cell('frontend', 10, 33.0049),
    cell('frontend', 20, 60, { caller: 'mia' }),
    cell('frontend', 20, 60, { caller: 'noah' }),
    cell('frontend', 1, 7.5, { tokenKind: null, unit: null }),
    cell('\x1b[31mred\u202e', 0.002, 0.0081),
    tax('801.5'),
  ],
);

describe('printed', () => {
  test.each([160, 100, 80, 60, null])('on a terminal of %s columns', async (width) => {
    await expect(changeText(MONTHS, null, width)).toMatchFileSnapshot(`./change-${width ?? 'piped'}.golden.txt`);
  });

  test('the greatest change and the rest', async () => {
    await expect(changeText(MONTHS, 1, 100)).toMatchFileSnapshot('./change-top.golden.txt');
  });

  test('nothing moved', () => {
    const { before } = MONTHS.cells;
    expect(changeText(comparisonOf(before, before), null, 80)).toMatch(
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
    fc.property(anyCells, anyCells, fc.nat(4), (before, now, top) => {
      const { rows, total, unmoved } = inCents(changes(comparisonOf(before, now), top));
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
    fc.property(anyCells, anyCells, (before, now) => {
      const report = changes(comparisonOf(before, now), null);
      for (const [index, { parts }] of inCents(report).rows.entries()) {
        for (const driver of DRIVERS) {
          if (report.rows[index]?.drivers.parts[driver] === 0n) expect(parts[driver]).toBe(0n);
        }
      }
    }),
  );
});
