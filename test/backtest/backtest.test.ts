import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/run.ts';
import { type Score, score } from './backtest.ts';
import { sampleCases } from './sample.ts';
import { shapeCases, youngCases } from './shapes.ts';

const GUIDE = join(import.meta.dirname, '../../docs/guides/what-changed.md');
const BLOCK = /(<!-- backtest: [^\n]*-->\n)([\s\S]*?)(<!-- end -->)/;

const folder = temporaryFolder();
let sample: Score;
let shapes: Score[];

beforeAll(async () => {
  const [one, ...others] = score(await sampleCases(folder.path));
  if (one === undefined || others.length > 0) throw new Error('the sample organisations are one score');
  sample = one;
  shapes = score([...shapeCases([1, 2]), ...youngCases([1, 2, 3, 4])]);
  // Half a minute of work; a busy machine takes several times as long.
}, 600_000);
afterAll(() => folder.remove());

test('on 12 months of sample organisations the forecast beats the run rate, and its range holds 7 to 9 times in 10', () => {
  expect(sample.error).toBeLessThan(sample.runRateError);
  expect(sample.ranged).toBe(sample.forecasts);
  expect(sample.held).toBeGreaterThanOrEqual(70);
  expect(sample.held).toBeLessThanOrEqual(90);
});

test('so it does on months of every shape', () => {
  for (const { name, error, runRateError, held } of shapes) {
    expect([name, error < runRateError]).toEqual([name, true]);
    // A range that spikes have made wide holds on most months, which have none.
    expect([name, held >= 70 && held <= 95]).toEqual([name, true]);
  }
  const ranged = shapes.reduce((all, score) => all + score.ranged, 0);
  const held = shapes.reduce((all, score) => all + score.held * score.ranged, 0) / ranged;
  expect(held).toBeGreaterThanOrEqual(70);
  expect(held).toBeLessThanOrEqual(90);
});

test('the guide says so (BURSAR_UPDATE_BACKTEST=1 writes it)', () => {
  const lines = [sample, ...shapes].map(
    ({ name, forecasts, error, runRateError, held, width }) =>
      `| ${name} | ${forecasts} | ${error.toFixed(1)} % | ${runRateError.toFixed(1)} % | ${Math.round(held)} % | ${width.toFixed(0)} % |`,
  );
  const table = [
    '| months | forecasts | error | run rate’s error | range held | its width |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
  const guide = readFileSync(GUIDE, 'utf8');
  if (process.env.BURSAR_UPDATE_BACKTEST === '1') {
    writeFileSync(
      GUIDE,
      guide.replace(BLOCK, (_, head: string, __, foot: string) => head + table + foot),
    );
    return;
  }
  expect(BLOCK.exec(guide)?.[2]).toBe(table);
});
