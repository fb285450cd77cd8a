import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../domain/finding.ts';
import { parseMoney } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import { findingsJson, findingsText } from './findings.ts';

const PERIOD = '2026-10' as Period;
const about = { periods: [PERIOD], currency: 'USD' };
const none = { period: null, cost: null, of: null, lines: null };

const FINDINGS: readonly Finding[] = [
  {
    check: 'currency',
    verdict: 'ok',
    summary: 'all in USD',
    evidence: [{ ...none, what: 'seen with --all only' }],
    remedies: [],
  },
  { check: 'exports', verdict: 'skipped', summary: 'there is one export', evidence: [], remedies: [] },
  {
    check: 'attribution',
    verdict: 'warn',
    summary: '9.0 % of the usage of 2026-10 names no principal: $1,234.57 of $13,717.44',
    evidence: [
      {
        what: 'usage without a principal',
        period: PERIOD,
        lines: 1204,
        cost: parseMoney('1234.565'),
        of: parseMoney('13717.44'),
      },
      { ...none, what: 'adjustments, which never have one', period: PERIOD, lines: 1, cost: parseMoney('-5') },
      { ...none, what: 'a sentence without numbers that is too long for any terminal that is as narrow as this one' },
    ],
    remedies: [
      { what: 'See which charges they are.', where: 'shell', paste: ["bursar explain 'principal=(none)'"] },
      { what: 'Or say whose they are.', where: 'bursar.yaml', paste: ['rules:', '  - match: { kind: none }'] },
    ],
  },
  {
    check: 'not-counted',
    verdict: 'fail',
    summary: 'a product\x1b[31m that looks\nlike it',
    evidence: [{ ...none, what: `${'long-name-'.repeat(20)}\x1b[2J`, cost: parseMoney('9'), lines: 3 }],
    remedies: [{ what: 'Open an issue.', where: null, paste: [] }],
  },
];

describe('for people', () => {
  test.each([null, 80, 120])('in %s columns', async (width) => {
    const text = findingsText(FINDINGS, about, { width, colour: false, all: false });
    await expect(text).toMatchFileSnapshot(`./findings-${width ?? 'piped'}.golden.txt`);
    if (width !== null)
      expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
  });

  test('the worst first; --all shows what was measured where all is well', () => {
    const text = findingsText(FINDINGS, about, { width: null, colour: false, all: true });
    const names = [...text.matchAll(/^\S (?:FAIL|WARN|skipped|ok) +(\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual(['not-counted', 'attribution', 'exports', 'currency']);
    expect(text).toMatch(/\n {4}seen with --all only\n/);
  });

  test('colours are around words, and no escape of the data is left', () => {
    const escapes = (colour: boolean): string[] =>
      findingsText(FINDINGS, about, { width: 80, colour, all: true }).match(/\x1b\[\d*[A-Za-z]/g) ?? [];
    expect(escapes(false)).toEqual([]);
    expect(new Set(escapes(true))).toEqual(
      new Set(['\x1b[0m', '\x1b[1m', '\x1b[2m', '\x1b[31m', '\x1b[32m', '\x1b[33m']),
    );
  });
});

test('for programs: a finding a line, in the order of the checks, money as decimal text', () => {
  const text = findingsJson(FINDINGS, about);
  const json = JSON.parse(text) as { findings: readonly unknown[] };
  expect(json).toMatchObject({
    verdict: 'fail',
    counts: { ok: 1, skipped: 1, warn: 1, fail: 1 },
    periods: ['2026-10'],
    currency: 'USD',
  });
  expect(json.findings[2]).toEqual({
    check: 'attribution',
    verdict: 'warn',
    summary: FINDINGS[2]?.summary,
    evidence: [
      {
        what: 'usage without a principal',
        period: '2026-10',
        lines: 1204,
        cost: '1234.5650000000',
        of: '13717.4400000000',
      },
      { what: 'adjustments, which never have one', period: '2026-10', lines: 1, cost: '-5.0000000000', of: null },
      { what: FINDINGS[2]?.evidence[2]?.what, period: null, lines: null, cost: null, of: null },
    ],
    remedies: FINDINGS[2]?.remedies,
  });
  expect(text.split('\n').filter((line) => line.startsWith('{"check"'))).toHaveLength(FINDINGS.length);
  expect(text).not.toMatch(/\x1b/);
});

test('no finding is no trouble', () => {
  expect(findingsText([], { ...about, periods: [] }, { width: null, colour: false, all: false })).toBe(
    'Doctor · no lines read · costs in USD\n\n0 checks: 0 ok, 0 warn, 0 fail\n',
  );
});
