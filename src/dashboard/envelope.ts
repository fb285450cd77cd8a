import type { z } from 'zod';
import type { AnswerHead } from '../domain/answer.ts';
import { divideHalfUp, formatMoney, formatUnits, type Money } from '../domain/money.ts';
import { shortDecimal, TOKEN_DIGITS, TOKEN_FIELDS } from '../report/format/fields.ts';
import { jsonLines } from '../report/format/json.ts';
import { RATIO_DIGITS, type SpendRow, TOKEN_KINDS } from '../report/spend.ts';
import type * as schema from './api/schema.ts';
import type { Before } from './asked.ts';

type EnvelopeShape = typeof schema.envelope;
export type Envelope = { [Name in keyof EnvelopeShape]: z.input<EnvelopeShape[Name]> };

/** All that bursar report --format json says of an answer besides its rows. */
export function envelopeOf(answer: AnswerHead): Envelope {
  const { rows: _, ...envelope } = JSON.parse([...jsonLines({ ...answer, rows: [] })].join(''));
  return envelope;
}

/** @param answer to the question of the time before; `null` where there is none */
export function beforeText(before: Before, answer: AnswerHead | null): z.input<typeof schema.before> {
  if (before.kind === 'nothing') return { kind: 'nothing', why: before.why };
  if (answer === null) throw new Error('a time before has an answer');
  const { period, total, source } = answer;
  const snapshot = source.snapshots.map(({ period, id }) => `${period}@${id}`).join(',');
  return { kind: 'time', ...period, total: formatMoney(total), snapshot };
}

type Rates = Pick<SpendRow, 'costPerMillionTokens' | 'cacheHitRate'> & { readonly tokens: SpendRow['row']['tokens'] };

export function ratesText({ tokens, costPerMillionTokens, cacheHitRate }: Rates) {
  const counts = Object.fromEntries(
    TOKEN_KINDS.map((kind) => [TOKEN_FIELDS[kind], shortDecimal(tokens[kind], TOKEN_DIGITS)]),
  ) as z.input<typeof schema.tokens>;
  return {
    tokens: counts,
    costPerMillionTokens: costPerMillionTokens === null ? null : formatMoney(costPerMillionTokens),
    cacheHitRate: ratioText(cacheHitRate),
  };
}

/** Ratios are whole numbers of 1e-6, which a JSON number holds exactly enough. */
export function ratioText(ratio: bigint | null): number | null {
  return ratio === null ? null : Number(shortDecimal(ratio, RATIO_DIGITS));
}

/** Part of a whole, in 1e-6, half up; `null` of nothing. */
export function ratioOf(part: Money, whole: Money): bigint | null {
  return whole === 0n ? null : divideHalfUp(part * 10n ** BigInt(RATIO_DIGITS), whole);
}

export const centsText = (units: bigint): string => formatUnits(units, 2);
