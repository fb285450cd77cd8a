import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';

const moto = inject('moto');
const folder = temporaryFolder();
afterAll(() => folder.remove());

const ENTRY = join(import.meta.dirname, '../../../bin/bursar.mjs');
const MODEL = 'Claude Haiku 4.5 (Amazon Bedrock Edition)';

/** One day of an answer, as Cost Explorer writes it. */
function result(groups: readonly (readonly [keys: readonly string[], cost: string, amount: string])[]) {
  const metrics = (cost: string, amount: string) => ({
    UnblendedCost: { Amount: cost, Unit: 'USD' },
    NetUnblendedCost: { Amount: cost, Unit: 'USD' },
    UsageQuantity: { Amount: amount, Unit: 'Units' },
  });
  return {
    ResultsByTime: [
      {
        TimePeriod: { Start: '2026-10-01', End: '2026-10-02' },
        Total: {},
        Groups: groups.map(([Keys, cost, amount]) => ({ Keys, Metrics: metrics(cost, amount) })),
        Estimated: false,
      },
    ],
    DimensionValueAttributes: [],
  };
}

/** The server gives these, one after the other, to the questions that it has not been asked yet. */
async function queue(results: readonly object[]): Promise<void> {
  const { status } = await fetch(`${moto.endpoint}/moto-api/static/ce/cost-and-usage-results`, {
    method: 'POST',
    body: JSON.stringify({ results }),
  });
  expect(status).toBe(201);
}

beforeAll(() =>
  queue([
    result([
      [[MODEL, 'Usage'], '1.0101516483', '0'],
      [['AWS Lambda', 'Usage'], '7.5', '0'],
    ]),
    result([
      [[MODEL, 'USE1-MP:USE1_InputTokenCount-Units'], '1.0101516483', '1.5'],
      [['AWS Lambda', 'Request'], '7.5', '1000'],
    ]),
    result([
      [['iamPrincipal/team$data', 'USE1-MP:USE1_InputTokenCount-Units'], '1.0101516480', '1.4'],
      [['iamPrincipal/team$', 'USE1-MP:USE1_InputTokenCount-Units'], '0.0000000003', '0.1'],
      [['iamPrincipal/team$', 'Request'], '7.5', '1000'],
    ]),
  ]),
);

function environment(name: string): Record<string, string> {
  return { ...moto.env, BURSAR_LEDGER: join(folder.path, name) };
}

function report(name: string, ...args: string[]): Promise<Run> {
  const asked = ['report', '--source', 'ce', '--period', '2026-10', '--by', 'team,model', '--format', 'csv', ...args];
  return runBursar(asked, { cwd: folder.path, env: environment(name) });
}

describe('Cost Explorer as moto has it', () => {
  test('is asked from any region, and its digits are kept', async () => {
    const run = await report('any', '--yes', '--region', 'eu-central-1');
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('account 123456789012, tag iamPrincipal/team'),
    });
    const rows = run.stdout.trim().split('\n');
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatch(/^data,Claude Haiku 4\.5,,,1\.0101516480,USD,1,1400000,/);
    expect(rows[2]).toMatch(/^,Claude Haiku 4\.5,,,0\.0000000003,USD,0,100000,/);
  });

  test('without anything to tell', async () => {
    const run = await report('nothing', '--yes', '--period', '2026-09');
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('PERIOD_WITHOUT_DATA') });
  });
});

/** Runs the command on a terminal of its own; everything that it prints comes back as one text. */
function onTerminal(name: string, reply: string): Promise<{ code: number; text: string }> {
  const script = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  const asked = ['report', '--source', 'ce', '--period', '2026-10', '--by', 'team'];
  const env = { PATH: process.env.PATH ?? '', TERM: 'dumb', ...environment(name) };
  return new Promise((done) => {
    const child = execFile(
      'python3',
      ['-c', script, process.execPath, ENTRY, ...asked],
      { cwd: folder.path, env },
      (error, stdout) => done({ code: error === null ? 0 : Number(error.code), text: stdout }),
    );
    child.stdout?.on('data', (text: string) => {
      if (text.includes('Ask? [y/N]')) child.stdin?.end(`${reply}\n`);
    });
  });
}

describe('on a terminal', () => {
  test.each(['n', ''])('nothing is asked unless somebody says yes: %j', async (reply) => {
    const { code, text } = await onTerminal('no', reply);
    expect({ code, text }).toEqual({
      code: 2,
      text: expect.stringContaining('the price was not agreed to; nothing was asked'),
    });
    expect(text).not.toContain('asked 3 pages');
  });

  test('and then it goes on', async () => {
    const { code, text } = await onTerminal('yes', 'y');
    expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining('asked 3 pages, $0.03') });
    expect(text).toMatch(/data +1\.01/);
  });
});
