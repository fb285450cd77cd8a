import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Compared,
  type ComparedCaller,
  type ComparedPeriod,
  type ComparedRow,
  DRIVERS,
  type Driver,
} from '../../domain/driver.ts';
import { formatMoney } from '../../domain/money.ts';
import { changes } from '../change.ts';
import { atOnce } from '../steps.ts';
import { driversInSteps } from './drivers.ts';
import { KnownParties } from './known-parties.ts';
import { anyCells, type CellText, cellOf, comparedOf, comparisonOf, type UsageCell } from './lines.fixture.ts';

type Cells = readonly UsageCell[];

const keyOf = ({ values, adjustment }: ComparedRow): string => JSON.stringify([values, adjustment]);

/** By row. */
function drivers(before: Cells, now: Cells) {
  return new Map(comparisonOf(before, now).rows.map((row) => [keyOf(row), row.drivers]));
}

/** The parts of backend's change that are not 0. */
function parts(before: Cells, now: Cells) {
  const all = drivers(before, now).get(JSON.stringify([['backend'], null]))?.parts;
  const moved = DRIVERS.flatMap((driver): [Driver, string][] => {
    const part = all?.[driver] ?? 0n;
    return part === 0n ? [] : [[driver, formatMoney(part).replace(/\.?0+$/, '')]];
  });
  return Object.fromEntries(moved);
}

/** Tokens of a million, with their price of a million. */
const tokens = (millions: number, price: number, more: CellText = {}): UsageCell =>
  cellOf({ quantity: String(millions * 1e6), cost: String(millions * price), ...more });
const output: CellText = { tokenKind: 'output', usageType: 'USE1-Claude4.6Sonnet-output-tokens' };
const read: CellText = { tokenKind: 'cache-read' };
const write: CellText = { tokenKind: 'cache-write', cacheTtl: '5m' };
const opus: CellText = { model: 'Claude Opus 4.6' };
const ben: CellText = { caller: 'ben' };
const image: CellText = { tokenKind: null, usageType: 'NovaCanvas-T2I-1024-Standard', unit: 'images' };

/** A caller's month: input, cached input and output, of two models and two ways to call them. */
const MONTH = [
  tokens(7, 3),
  tokens(13, 0.3, read),
  tokens(1.1, 15, output),
  tokens(3, 5, opus),
  tokens(2, 6, { service: 'priority' }),
];
const times =
  (factor: number) =>
  (cell: UsageCell): UsageCell => ({
    ...cell,
    cost: (cell.cost * BigInt(factor)) as UsageCell['cost'],
    quantity: cell.quantity * BigInt(factor),
  });
const total = (cells: readonly UsageCell[]): string =>
  formatMoney(cells.reduce((sum, { cost }) => sum + cost, 0n) as UsageCell['cost']).replace(/\.?0+$/, '');

describe('one cause is one driver, and the whole change', () => {
  const cases: [cause: string, before: UsageCell[], now: UsageCell[], expected: Partial<Record<Driver, string>>][] = [
    ['twice the volume of everything', MONTH, MONTH.map(times(2)), { volume: total(MONTH) }],
    ['a third of it', MONTH.map(times(3)), MONTH, { volume: `-${total(MONTH.map(times(2)))}` }],
    [
      'more output alone',
      [tokens(7, 3), tokens(1, 15, output)],
      [tokens(7, 3), tokens(2, 15, output)],
      { volume: '15' },
    ],
    ['output where there was none', [tokens(7, 3)], [tokens(7, 3), tokens(2, 15, output)], { volume: '30' }],
    [
      'another model',
      [tokens(7, 3), tokens(1, 15, output)],
      [tokens(7, 5, opus), tokens(1, 25, { ...output, ...opus })],
      { modelMix: '24' },
    ],
    [
      'a part of it to another model',
      [tokens(6, 3), tokens(2, 5, opus)],
      [tokens(3, 3), tokens(5, 5, opus)],
      { modelMix: '6' },
    ],
    ['another tier', [tokens(7, 3)], [tokens(7, 5.25, { service: 'priority' })], { tierRouting: '15.75' }],
    [
      'a part of it to another routing',
      [tokens(6, 3), tokens(1, 15, output)],
      [tokens(2, 3), tokens(4, 2.7, { service: 'global' }), tokens(1, 15, output)],
      { tierRouting: '-1.2' },
    ],
    [
      'another usage type of the same tier: long contexts',
      [tokens(6, 3)],
      [tokens(6, 6, { usageType: 'USE1-Claude4.6Sonnet-input-tokens-long-context' })],
      { tierRouting: '18' },
    ],
    [
      'input to the cache',
      [tokens(10, 3), tokens(1, 15, output)],
      [tokens(2, 3), tokens(7, 0.3, read), tokens(1, 3.75, write), tokens(1, 15, output)],
      { cache: '-18.15' },
    ],
    [
      'a longer cache',
      [tokens(1, 3.75, write), tokens(9, 0.3, read)],
      [tokens(1, 6, { ...write, cacheTtl: '1h' }), tokens(9, 0.3, read)],
      { cache: '2.25' },
    ],
    [
      'higher prices',
      MONTH,
      MONTH.map((cell) => ({ ...times(2)(cell), quantity: cell.quantity })),
      { price: total(MONTH) },
    ],
    ['free tokens cost something', [tokens(4, 0)], [tokens(4, 3)], { price: '12' }],
    [
      'somebody came',
      MONTH,
      [...MONTH, tokens(5, 3, ben), tokens(1, 1, { ...ben, ...image })],
      { newPrincipals: '16' },
    ],
    ['somebody went', [...MONTH, tokens(5, 3, ben)], MONTH, { gonePrincipals: '-15' }],
    [
      'somebody changed the team',
      [tokens(5, 3, { ...ben, team: 'data' })],
      [tokens(5, 3, ben)],
      { newPrincipals: '15' },
    ],
    [
      'nobody can be named any more or less',
      MONTH,
      [...MONTH, tokens(5, 3, { caller: '0002', named: false })],
      { volume: '15' },
    ],
    [
      'a day was restated',
      [...MONTH, tokens(5, 3, { settled: true })],
      [...MONTH, tokens(5, 2, { settled: true })],
      { restatement: '-5' },
    ],
    [
      'a day that was restated brings somebody',
      MONTH,
      [...MONTH, tokens(5, 2, { ...ben, settled: true })],
      { restatement: '10' },
    ],
    [
      'new days beside settled ones',
      [tokens(5, 3, { settled: true })],
      [tokens(5, 3, { settled: true }), tokens(3, 3)],
      { volume: '9' },
    ],
    [
      'a discount that names a principal',
      MONTH,
      [...MONTH, tokens(0, 0, { correction: 'Credit', cost: '-2', quantity: '1' })],
      { adjustments: '-2' },
    ],
    ['more images', [tokens(3, 4, image)], [tokens(5, 4, image)], { volume: '8' }],
    ['dearer images', [tokens(3, 4, image)], [tokens(3, 5, image)], { price: '3' }],
    [
      'an amount without a unit',
      [tokens(3, 4, { ...image, unit: null })],
      [tokens(5, 4, { ...image, unit: null })],
      { rest: '8' },
    ],
    [
      'an amount that nobody can read',
      [cellOf({ cost: '3' })],
      [cellOf({ cost: '3' }), cellOf({ cost: '2', quantity: '0', read: false })],
      { rest: '2' },
    ],
    ['a correction that makes an amount negative', [tokens(3, 4)], [tokens(-3, 4)], { rest: '-24' }],
    ['nothing', MONTH, MONTH, {}],
  ];
  test.each(cases)('%s', (_, before, now, expected) => {
    expect(parts(before, now)).toEqual(expected);
  });

  test('adjustments are rows of their own, and theirs is one part', () => {
    const tax = (cost: string) => cellOf({ team: null, caller: '000000000002', named: false, correction: 'Tax', cost });
    expect(comparisonOf([tax('3')], [tax('4')]).rows[0]?.adjustment).toBe('Tax');
    const [row] = changes(comparisonOf([tax('3')], [tax('4')]), null).rows;
    expect(row?.drivers.parts).toMatchObject({ adjustments: row?.change });
  });
});

describe('several causes at once', () => {
  test('volume and price part what they do together evenly', () => {
    expect(parts([tokens(1, 10)], [tokens(3, 20)])).toEqual({ volume: '30', price: '20' });
  });

  test('of whoever stays, using another model is a shift; a new one does not shift anybody', () => {
    const before = [tokens(4, 3), tokens(4, 3, ben)];
    const now = [tokens(4, 5, opus), tokens(4, 3, ben), tokens(10, 5, { ...opus, caller: 'carla' })];
    expect(parts(before, now)).toEqual({ modelMix: '8', newPrincipals: '50' });
  });

  test('someone who moves to another model is not new in its row', () => {
    const { rows } = comparisonOf([tokens(4, 3)], [tokens(4, 5, opus)], 'model');
    const volumes = rows.map((row) => row.drivers.parts.volume);
    expect(volumes.sort((a, b) => Number(a - b))).toEqual([-120000000000n, 200000000000n]);
  });
});

test('tokens that are told by the thousand are as many tokens', () => {
  const inThousands = (millions: number, price: number): UsageCell => ({
    ...tokens(millions, price),
    quantity: tokens(millions, price).quantity / 1000n,
    perUnit: 1000,
  });
  const now = [tokens(9, 4)];
  expect(drivers([tokens(5, 3), inThousands(2, 3)], now)).toEqual(drivers([tokens(7, 3)], now));
  expect(drivers([inThousands(7, 3)], now)).toEqual(drivers([tokens(7, 3)], now));
  expect(drivers([inThousands(7, 3)], [inThousands(9, 4)])).toEqual(drivers([tokens(7, 3)], now));
});

describe('whatever the cells', () => {
  const OPPOSITE: Partial<Record<Driver, Driver>> = {
    newPrincipals: 'gonePrincipals',
    gonePrincipals: 'newPrincipals',
  };

  test('the parts add up to the change, of each row and of all', () => {
    fc.assert(
      fc.property(anyCells, anyCells, fc.nat(3), (before, now, top) => {
        // changes() itself compares each row's parts with its change.
        const report = changes(comparisonOf(before, now), top);
        const sum = DRIVERS.reduce((all, driver) => all + report.drivers.parts[driver], 0n);
        expect(sum).toBe(report.change);
        expect(report.rows.reduce((all, { change }) => all + change, 0n)).toBe(report.change);
      }),
    );
  });

  const settledOrNot = anyCells.chain((cells) =>
    fc
      .array(fc.boolean(), { minLength: cells.length, maxLength: cells.length })
      .map((flags) => cells.map((cell, index) => ({ ...cell, settled: flags[index] ?? false }))),
  );

  test('the same with settled days, of which each may be', () => {
    fc.assert(
      fc.property(settledOrNot, settledOrNot, (before, now) => {
        const { change, drivers: all } = changes(comparisonOf(before, now), null);
        expect(DRIVERS.reduce((sum, driver) => sum + all.parts[driver], 0n)).toBe(change);
      }),
    );
  });

  test('exchanging before and now negates every part', () => {
    fc.assert(
      fc.property(anyCells, anyCells, (before, now) => {
        const [there, back] = [drivers(before, now), drivers(now, before)];
        expect([...back.keys()].sort()).toEqual([...there.keys()].sort());
        for (const [key, { parts }] of there) {
          for (const driver of DRIVERS) {
            expect(-(back.get(key)?.parts[OPPOSITE[driver] ?? driver] ?? 0n)).toBe(parts[driver]);
          }
        }
      }),
    );
  });

  test('the order of the cells is irrelevant', () => {
    const shuffled = anyCells.chain((cells) =>
      fc.tuple(fc.constant(cells), fc.shuffledSubarray(cells, { minLength: cells.length })),
    );
    fc.assert(
      fc.property(shuffled, shuffled, ([before, before2], [now, now2]) => {
        expect(drivers(before2, now2)).toEqual(drivers(before, now));
      }),
    );
  });

  test('what callers have come to before is what they come to', () => {
    const known = new KnownParties();
    fc.assert(
      fc.property(settledOrNot, settledOrNot, (before, now) => {
        const byTeam = comparedOf(before, now);
        const named = (value: (caller: ComparedCaller) => string | null): Compared => {
          const period = (of: ComparedPeriod): ComparedPeriod => ({
            ...of,
            callers: of.callers.map((caller) => caller && { ...caller, values: [value(caller)] }),
          });
          return { before: byTeam.before.map(period), now: byTeam.now.map(period) };
        };
        const all = [byTeam, named(({ name }) => name), byTeam, named(() => null), comparedOf(before, now, 'model')];
        for (const compared of all) {
          expect(atOnce(driversInSteps(compared, known))).toEqual(atOnce(driversInSteps(compared)));
        }
        // Of the same lines, another settled day is another comparison.
        const unsettled = (period: ComparedPeriod): ComparedPeriod => ({
          ...period,
          usages: period.usages.map((usage) => usage && { ...usage, settledBefore: 0 }),
        });
        const other = { before: byTeam.before.map(unsettled), now: byTeam.now.map(unsettled) };
        expect(atOnce(driversInSteps(other, known))).toEqual(atOnce(driversInSteps(other)));
      }),
    );
  });

  test('lines that are kept are added up once, others every time', () => {
    const asked = (areKept: boolean) => {
      const known = new KnownParties();
      const { before, now } = comparedOf(MONTH, MONTH.map(times(2)));
      const compared = { before, now: now.map((period) => ({ ...period, areKept })) };
      const first = atOnce(driversInSteps(compared, known));
      for (const { lines } of compared.now) lines.cost.fill(0);
      return [first, atOnce(driversInSteps(compared, known))];
    };
    const [kept, found] = asked(true);
    expect(found).toEqual(kept);
    const [read, again] = asked(false);
    expect(again).not.toEqual(read);
  });
});
