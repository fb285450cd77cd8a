import type { Answer, AnswerHead, Check } from '../../domain/answer.ts';
import type { Money } from '../../domain/money.ts';
import { RATIO_DIGITS, type SpendRow, shownCost, spend, TOKEN_KINDS } from '../spend.ts';
import { inChunks } from './chunks.ts';
import { shortDecimal, TOKEN_DIGITS, TOKEN_FIELDS } from './fields.ts';
import { listText, moneyText, objectText, textOrNull, textsOf } from './json-text.ts';
import { jsonString } from './visible-text.ts';

/**
 * The answer as JSON, in chunks of whole lines, one row a line. Amounts of money have all 10 digits (except an exact 0
 * of the check), token counts are decimals as long as they must be; both are strings.
 */
export function jsonLines(answer: Answer): Iterable<string> {
  return inChunks(lines(answer));
}

function* lines(answer: Answer): Generator<string> {
  const { period, check, notes } = answer;
  yield `{"source":${sourceText(answer)},\n`;
  yield `"period":${objectText({ from: jsonString(period.from), to: jsonString(period.to) })},\n`;
  yield `"cost":${jsonString(shownCost(answer))},\n"currency":${jsonString(answer.currency)},\n`;
  yield `"costByPayer":${listText(answer.costs.map(({ period, payer, cost, why }) => textsOf({ period, payer, cost, why })))},\n`;
  yield '"rows":[';
  const rowText = rowWriter(answer);
  let separator = '\n';
  for (const row of spend(answer).rows) {
    yield separator + rowText(row);
    separator = ',\n';
  }
  yield '\n],\n';
  yield `"total":${moneyText(answer.total)},\n"allocation":${allocationText(answer)},\n"check":${checkText(check)},\n`;
  yield `"notes":${listText(notes.map(jsonString))}}\n`;
}

export function sourceText({ source }: AnswerHead): string {
  const { basis, engine, origin, snapshots, dataThrough } = source;
  const earliest = dataThrough[0]?.through;
  return objectText({
    basis: jsonString(basis),
    engine: jsonString(engine),
    ...(origin === undefined ? {} : { origin: jsonString(origin) }),
    periods: listText(snapshots.map(({ period, state }) => textsOf({ period, state }))),
    snapshot: jsonString(snapshots.map(({ period, id }) => `${period}@${id}`).join(',')),
    dataThrough: earliest === undefined ? 'null' : jsonString(earliest),
    dataThroughBySeller: listText(dataThrough.map(({ seller, through }) => textsOf({ seller, through }))),
  });
}

function rowWriter({ question }: Answer): (row: SpendRow) => string {
  const { grain } = question;
  const keys = question.by.map(({ name }) => jsonString(name));
  return ({ row, share, costPerMillionTokens, cacheHitRate }) => {
    const group = keys.map((key, index) => `${key}:${textOrNull(row.values[index] ?? null)}`);
    if (grain !== null) group.unshift(`"${grain}":${textOrNull(row.time)}`);
    if (row.adjustment !== null) group.push(`"adjustment":${jsonString(row.adjustment)}`);
    if (row.other) group.push('"other":true');
    const tokens = TOKEN_KINDS.map(
      (kind) => `"${TOKEN_FIELDS[kind]}":"${shortDecimal(row.tokens[kind], TOKEN_DIGITS)}"`,
    );
    return `{${[
      ...group,
      `"cost":${moneyText(row.cost)}`,
      `"share":${ratioText(share)}`,
      `"tokens":{${tokens.join(',')}}`,
      `"costPerMillionTokens":${costPerMillionTokens === null ? 'null' : moneyText(costPerMillionTokens)}`,
      `"cacheHitRate":${ratioText(cacheHitRate)}`,
    ].join(',')}}`;
  };
}

function allocationText({ allocation, total }: Answer): string {
  if (allocation === null) return 'null';
  const { dimension, allocated, shared, unallocated, adjustments } = allocation;
  return objectText({
    dimension: jsonString(dimension),
    allocated: moneyText(allocated),
    shared: moneyText(shared),
    unallocated: moneyText(unallocated),
    adjustments: moneyText(adjustments),
    total: moneyText(total),
  });
}

export function checkText({ bill, shown, filteredOut, difference }: Check): string {
  const orZero = (amount: Money) => (amount === 0n ? '"0"' : moneyText(amount));
  return objectText({
    bill: orZero(bill),
    shown: orZero(shown),
    filteredOut: orZero(filteredOut),
    difference: orZero(difference),
  });
}

function ratioText(ratio: bigint | null): string {
  return ratio === null ? 'null' : shortDecimal(ratio, RATIO_DIGITS);
}
