import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CostDay, CostGroup } from '../../aws/read/cost-explorer.ts';
import { formatMoney, type Money } from '../../domain/money.ts';
import type { Day } from '../../domain/period.ts';
import type { CostLine } from './cost-line.ts';
import { type Answers, split } from './split.ts';
import { sharedUsageTypes } from './split-usage-type.ts';

const TAG = 'iamPrincipal/team';
const SONNET = 'Claude Sonnet 4.6 (Amazon Bedrock Edition)';
const OPUS = 'Claude Opus 5 (Amazon Bedrock Edition)';
const DAY = '2026-10-05' as Day;
const INPUT = 'USE1-MP:USE1_InputTokenCount-Units';

/** What somebody used, as nobody outside AWS sees it. */
interface Used {
  readonly day: Day;
  readonly service: string;
  readonly recordType: string;
  readonly usageType: string;
  readonly team: string;
  readonly cents: number;
}

function used(service: string, usageType: string, team: string, cents: number, recordType = 'Usage'): Used {
  return { day: DAY, service, recordType, usageType, team, cents };
}

type Key = 'service' | 'recordType' | 'usageType' | 'team';

/** Adds up as Cost Explorer does. */
function answer(bill: readonly Used[], keys: readonly [Key, Key]): CostDay[] {
  return [...Map.groupBy(bill, ({ day }) => day)].map(([day, own]) => ({
    day,
    estimated: false,
    groups: [...Map.groupBy(own, (one) => JSON.stringify(keys.map((key) => one[key])))].map(
      ([key, group]): CostGroup => {
        const cents = group.reduce((sum, one) => sum + one.cents, 0);
        const text = formatMoney((BigInt(cents) * 100_000_000n) as Money);
        return {
          keys: JSON.parse(key) as [string, string],
          unblended: text,
          net: text,
          amount: text,
          unit: 'Units',
          currency: 'USD',
        };
      },
    ),
  }));
}

function answersOn(bill: readonly Used[], shared: readonly string[] = []): Answers {
  const usage = bill.filter(({ recordType }) => recordType === 'Usage');
  return {
    wholeBill: answer(bill, ['service', 'recordType']),
    byService: answer(usage, ['service', 'usageType']),
    byTag: answer(usage, ['team', 'usageType']),
    shared: new Map(
      shared.map((type) => [
        type,
        answer(
          usage.filter(({ usageType }) => usageType === type),
          ['team', 'service'],
        ),
      ]),
    ),
  };
}

function sharedOf(bill: readonly Used[]): string[] {
  const { byService, byTag } = answersOn(bill);
  return sharedUsageTypes(byService, byTag);
}

/** Bedrock's lines as `service usage-type team: cents`. */
function bedrock({ lines }: { lines: readonly CostLine[] }): string[] {
  return lines
    .filter(({ bedrockBy }) => bedrockBy !== null)
    .map(
      ({ service, usageType, lineItemType, tagValue, amounts }) =>
        `${service} ${usageType || lineItemType} ${tagValue || '-'}: ${amounts.unblended / 100_000_000n}`,
    )
    .sort();
}

describe('who used what', () => {
  test.each<[string, Used[], string[]]>([
    [
      "a usage type of one service is that service's, by tag, and the rest is without the tag",
      [
        used('Amazon Bedrock', 'USE1-NovaLite-input-tokens', 'data', 30),
        used('Amazon Bedrock', 'USE1-NovaLite-input-tokens', '', 12),
        used('Amazon EC2', 'BoxUsage', '', 500),
      ],
      ['Amazon Bedrock USE1-NovaLite-input-tokens -: 12', 'Amazon Bedrock USE1-NovaLite-input-tokens data: 30'],
    ],
    [
      'models that share a usage type stay apart while one tag value has it all',
      [used(SONNET, INPUT, 'data', 5), used(OPUS, INPUT, 'data', 7)],
      [`${OPUS} ${INPUT} data: 7`, `${SONNET} ${INPUT} data: 5`],
    ],
    [
      'else their dollars show no model',
      [used(SONNET, INPUT, 'data', 5), used(OPUS, INPUT, 'web', 7), used(OPUS, INPUT, '', 1)],
      [`null ${INPUT} -: 1`, `null ${INPUT} data: 5`, `null ${INPUT} web: 7`],
    ],
    [
      'a usage type that another service has too: the tag tells',
      [used(SONNET, INPUT, 'data', 5), used(SONNET, INPUT, '', 3), used('Some Model (SageMaker)', INPUT, '', 90)],
      [`${SONNET} ${INPUT} -: 3`, `${SONNET} ${INPUT} data: 5`],
    ],
    [
      'adjustments are told by record type; tax is a service of its own',
      [
        used(SONNET, INPUT, '', 100),
        used(SONNET, INPUT, '', -10, 'Refund'),
        used('Amazon Bedrock', 'x', '', -5, 'Enterprise Discount Program Discount'),
        used('Tax', '', '', 19, 'Tax'),
      ],
      [`${SONNET} ${INPUT} -: 100`, `${SONNET} Refund -: -10`, 'Amazon Bedrock EdpDiscount -: -5'].sort(),
    ],
    [
      'a service that is not known, with the tag that only Bedrock has',
      [used('Brand New Thing', 'USE1-new', 'data', 8), used('Brand New Thing', 'USE1-new', '', 2)],
      ['null USE1-new data: 8'],
    ],
  ])('%s', (_, bill, expected) => {
    expect(bedrock(split(answersOn(bill), TAG))).toEqual(expected);
  });

  test('asked for by themselves, shared usage types show each model', () => {
    const bill = [used(SONNET, INPUT, 'data', 5), used(OPUS, INPUT, 'web', 7), used(OPUS, INPUT, '', 1)];
    expect(sharedOf(bill)).toEqual([INPUT]);
    expect(bedrock(split(answersOn(bill, [INPUT]), TAG))).toEqual([
      `${OPUS} ${INPUT} -: 1`,
      `${OPUS} ${INPUT} web: 7`,
      `${SONNET} ${INPUT} data: 5`,
    ]);
  });

  test('a tag that other services have too does not decide', () => {
    const bill = [used(SONNET, INPUT, 'data', 5), used('Some Model (SageMaker)', INPUT, 'web', 90)];
    const { findings, ...rest } = split(answersOn(bill), 'Project');
    expect(bedrock(rest)).toEqual([`${SONNET} ${INPUT} -: 5`]);
    expect(findings.tagUndecided).toBe(95n * 100_000_000n);
  });

  test('what came in between two answers is a line without usage type, and is said', () => {
    const before = [used('Amazon Bedrock', 'USE1-NovaLite-input-tokens', 'data', 30)];
    const after = [...before, used('Amazon Bedrock', 'USE1-NovaLite-output-tokens', 'data', 4)];
    const mixed = { ...answersOn(after), wholeBill: answersOn(before).wholeBill };
    const { lines, findings } = split(mixed, TAG);
    expect(bedrock({ lines })).toContain('Amazon Bedrock Usage -: -4');
    expect(findings.moved).toBe(4n * 100_000_000n);
    expect(total(lines)).toBe(30);
  });
});

function total(lines: readonly CostLine[]): number {
  return Number(lines.reduce((sum, { amounts }) => sum + amounts.unblended, 0n) / 100_000_000n);
}

describe('whatever was used', () => {
  const bills = fc.array(
    fc.record({
      day: fc.constantFrom(DAY, '2026-10-06' as Day),
      service: fc.constantFrom('Amazon Bedrock', SONNET, OPUS, 'Amazon EC2', 'Brand New Thing', 'Tax'),
      recordType: fc.constantFrom('Usage', 'Usage', 'Usage', 'Credit', 'Refund', 'Tax'),
      usageType: fc.constantFrom(INPUT, 'USE1-NovaLite-input-tokens', ''),
      team: fc.constantFrom('', 'data', 'web'),
      cents: fc.integer({ min: -50, max: 500 }),
    }),
    { maxLength: 40 },
  );

  test('every dollar is on one line, on its day', () => {
    fc.assert(
      fc.property(bills, fc.boolean(), fc.constantFrom(TAG, 'Project'), (bill, asked, tag) => {
        const answers = answersOn(bill, asked ? sharedOf(bill) : []);
        for (const day of new Set(bill.map((one) => one.day))) {
          const own = split(answers, tag).lines.filter((line) => line.day === day);
          expect(total(own)).toBe(bill.filter((one) => one.day === day).reduce((sum, { cents }) => sum + cents, 0));
        }
      }),
    );
  });

  test('with all questions asked, the lines are what was used', () => {
    const known = bills.map((bill) =>
      bill.filter(({ service, team }) => service !== 'Brand New Thing' && (team === '' || isBedrock(service))),
    );
    fc.assert(
      fc.property(known, (bill) => {
        const asked = [...new Set(bill.map(({ usageType }) => usageType))];
        const lines = split(answersOn(bill, asked), TAG).lines.filter(({ bedrockBy }) => bedrockBy !== null);
        const truth = bill.filter(({ service, recordType }) => isBedrock(service) && recordType === 'Usage');
        expect(sums(lines.filter(({ lineItemType }) => lineItemType === 'Usage').map(asUsed))).toEqual(sums(truth));
      }),
    );
  });
});

function isBedrock(service: string): boolean {
  return ['Amazon Bedrock', SONNET, OPUS].includes(service);
}

function asUsed({ day, service, usageType, tagValue, amounts }: CostLine): Omit<Used, 'recordType'> {
  const cents = Number(amounts.unblended / 100_000_000n);
  return { day, service: String(service), usageType, team: tagValue, cents };
}

function sums(all: readonly Omit<Used, 'recordType'>[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { day, service, usageType, team, cents } of all) {
    const key = [day, service, usageType, team].join(' | ');
    found[key] = (found[key] ?? 0) + cents;
  }
  return Object.fromEntries(Object.entries(found).filter(([, cents]) => cents !== 0));
}
