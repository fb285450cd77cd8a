import type { AnswerHead } from '../../domain/answer.ts';
import type { AdjustmentBasis, Forecast } from '../../domain/forecast.ts';
import { formatMoney, formatUnits } from '../../domain/money.ts';
import { shownCost } from '../spend.ts';
import { textCell } from './csv-cell.ts';
import { checkText, sourceText } from './json.ts';
import { listText, moneyText, objectText, textOrNull } from './json-text.ts';
import { jsonString } from './visible-text.ts';

/** A forecast as JSON: `billed` are billed figures, `estimated…` are estimates, and `estimatedTotal` is the sum of both. */
export function forecastJson(now: AnswerHead, forecast: Forecast): string {
  const { period, through, daysLeft, total, range, history } = forecast;
  const fields = [
    `"source":${sourceText(now)}`,
    `"period":${jsonString(period)}`,
    `"cost":${jsonString(shownCost(now))}`,
    `"currency":${jsonString(now.currency)}`,
    `"through":${textOrNull(through)}`,
    `"daysLeft":${daysLeft}`,
    `"rows":[\n${rowsOf(forecast).map(rowText).join(',\n')}\n]`,
    `"billed":${moneyText(total.billed)}`,
    `"estimatedRest":${moneyText(total.rest)}`,
    `"estimatedTotal":${moneyText(total.total)}`,
    `"range80":${range === null ? 'null' : objectText({ low: moneyText(range.low), high: moneyText(range.high) })}`,
    `"history":${objectText({ days: String(history.days), corrections: String(history.corrections), forecasts: String(history.forecasts), daysAhead: String(history.daysAhead) })}`,
    `"check":${checkText(now.check)}`,
    `"notes":${listText(now.notes.map(jsonString))}`,
  ];
  return `{${fields.join(',\n')}}\n`;
}

interface Row {
  readonly charge: string;
  readonly basis: AdjustmentBasis | null;
  readonly amounts: Forecast['usage'];
}

function rowsOf({ usage, adjustments }: Forecast): Row[] {
  return [
    { charge: 'Usage', basis: null, amounts: usage },
    ...adjustments.map((adjustment) => ({ charge: adjustment.type, basis: adjustment.basis, amounts: adjustment })),
  ];
}

function rowText({ charge, basis, amounts }: Row): string {
  return objectText({
    charge: jsonString(charge),
    billed: moneyText(amounts.billed),
    estimatedRest: moneyText(amounts.rest),
    estimatedTotal: moneyText(amounts.total),
    basis: jsonString(basis?.kind ?? 'days'),
    ...(basis?.kind === 'share' ? { shareOfUsage: formatUnits(basis.share, 6) } : {}),
  });
}

/** The rows of a forecast as CSV (RFC 4180), with a header row; the range is that of the total. */
export function forecastCsv(now: AnswerHead, forecast: Forecast): string {
  const { total, range } = forecast;
  const heads = ['charge', 'billed', 'estimatedRest', 'estimatedTotal', 'basis', 'low80', 'high80', 'currency'];
  const line = (charge: string, { billed, rest, total }: Forecast['usage'], basis: string, edges: readonly string[]) =>
    [textCell(charge), ...[billed, rest, total].map(formatMoney), basis, ...edges, textCell(now.currency)].join(',');
  const lines = [
    ...rowsOf(forecast).map(({ charge, amounts, basis }) => line(charge, amounts, basis?.kind ?? 'days', ['', ''])),
    line('Total', total, '', range === null ? ['', ''] : [formatMoney(range.low), formatMoney(range.high)]),
  ];
  return [heads.join(','), ...lines].map((text) => `${text}\r\n`).join('');
}
