import { afterEach, describe, expect, test } from 'vitest';
import type { SampleOptions } from '../../src/demo/write.ts';
import { parseMoney } from '../../src/domain/money.ts';
import { COST_BASES } from '../../src/domain/question.ts';
import { runBursar } from '../fixtures/run.ts';
import { openSample, type SampleLedger, type TruthDimension } from '../fixtures/sample.ts';

let open: SampleLedger | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function sampleOf(options: Partial<SampleOptions>): Promise<SampleLedger> {
  open = await openSample(options);
  return open;
}

const QUESTIONS: readonly (readonly TruthDimension[])[] = [
  ['team', 'model', 'token-kind'],
  ['person', 'principal', 'cost-center'],
  ['payer-account', 'account', 'product-code'],
];

/** All that is asked agrees with the truth to the last decimal. */
async function expectTruth(sample: SampleLedger): Promise<void> {
  for (const cost of COST_BASES) {
    for (const names of QUESTIONS) {
      expect(await sample.answered(names, cost)).toEqual(await sample.known(names, cost));
    }
    expect(await sample.answeredAdjustments(cost)).toEqual(await sample.knownAdjustments(cost));
  }
  expect(sample.snapshots.flatMap(({ unread }) => unread)).toEqual([]);
}

/** The ledger agrees with the raw lines too, by the proof that users have. */
async function expectProof({ sample, ledgerPath }: SampleLedger): Promise<void> {
  const { stdout, code } = await runBursar(['verify', '--config', sample.configFile, '--ledger', ledgerPath]);
  expect({ stdout: stdout.slice(stdout.lastIndexOf('───')), code }).toMatchObject({ code: 0 });
}

const principals = async (sample: SampleLedger, period: string): Promise<string[]> =>
  (await sample.answered(['principal'], 'unblended')).filter((row) => row.startsWith(`${period} arn:`));

describe('the ledger tells the truth of', () => {
  test('a daily export', async () => {
    const sample = await sampleOf({ lines: 5_000, months: 2, granularity: 'daily' });
    await expectTruth(sample);
  });

  test('a CSV export', async () => {
    await expectTruth(await sampleOf({ lines: 3_000, months: 1, format: 'csv' }));
  });

  test('months before principals were recorded, and one in which only some parts have them', async () => {
    const sample = await sampleOf({ lines: 5_000, months: 3, lastMonth: '2026-05' });
    await expectTruth(sample);
    expect(await principals(sample, '2026-03')).toEqual([]);
    const april = await principals(sample, '2026-04');
    expect(april.length).toBeGreaterThan(10);
    expect((await principals(sample, '2026-05')).length).toBeGreaterThan(april.length);
  });

  test('two payers in CSV by the day, over the month in which principals begin', async () => {
    const parameters = { payers: 2, format: 'csv', granularity: 'daily', lastMonth: '2026-04' } as const;
    const sample = await sampleOf({ lines: 3_000, months: 1, ...parameters });
    await expectTruth(sample);
    await expectProof(sample);
  });

  test('sessions by the thousand, of a Lambda function and of AgentCore', async () => {
    const sample = await sampleOf({ lines: 30_000, months: 1, sessions: 6_000 });
    await expectTruth(sample);
    expect((await principals(sample, '2026-10')).length).toBeGreaterThan(3_000);
  });

  test('a large organisation', async () => {
    await expectTruth(await sampleOf({ lines: 12_000, months: 1, callers: 1_000, seed: 7 }));
  });
});

describe('months that are delivered again', () => {
  test('three times: each time the newest delivery counts, and parts that are left over do not', async () => {
    const sample = await sampleOf({ lines: 4_000, months: 2 });
    const totals: string[] = [];
    for (let delivery = 0; delivery < 3; delivery += 1) {
      if (delivery > 0) {
        for (const period of sample.sample.periods) await sample.restate(period);
        await sample.refresh();
      }
      await expectTruth(sample);
      totals.push(...(await sample.answered([], 'unblended')));
    }
    expect(new Set(totals).size).toBe(6);
    await expectProof(sample);
  });

  test('after the invoice: restated, and what moved is the difference of the truths', async () => {
    const sample = await sampleOf({ lines: 4_000, months: 2 });
    const before = costs(await sample.known(['team'], 'net'));
    const { id } = sample.snapshots[0] ?? { id: '' };
    await sample.restate('2026-09');
    await sample.refresh();
    const after = costs(await sample.known(['team'], 'net'));
    const asked = ['report', '--config', sample.sample.configFile, '--ledger', sample.ledgerPath, '--by', 'team'];

    const changed = await runBursar([...asked, '--changed-since', id, '--format', 'json']);
    const { rows } = JSON.parse(changed.stdout) as {
      rows: { team: string | null; adjustment?: string; change: string }[];
    };
    const usage = rows.filter(({ adjustment }) => adjustment === undefined);
    expect(usage.length).toBeGreaterThan(3);
    for (const { team, change } of usage) {
      const moved = (after.get(team ?? '') ?? 0n) - (before.get(team ?? '') ?? 0n);
      expect(parseMoney(change)).toBe(moved);
    }
    expect((await runBursar([...asked, '--period', '2026-09'])).stdout).toMatch(/2026-09 restated/);
  });
});

/** `2026-09 TEAM: COST TOKENS` -> cost by team. */
function costs(rows: readonly string[]): Map<string, bigint> {
  const september = rows.filter((row) => row.startsWith('2026-09 '));
  return new Map(september.map((row) => [row.slice(8, row.indexOf(':')), parseMoney(row.split(/: | /).at(-5) ?? '')]));
}
