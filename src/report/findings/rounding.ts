import type { Check } from '../../domain/finding.ts';
import type { Health, Rounding } from '../../domain/health.ts';
import { evidence, shell, skipped } from '../../domain/judgement.ts';
import { formatUnits } from '../../domain/money.ts';

/** Units of 1e-30, as the roundings are measured in. */
const UNIT_DIGITS = 30;
/** Half of the last of ten digits: rounding loses no more. */
const HALF = 5n * 10n ** 19n;
const CENT = 10n ** 28n;

export const rounding: Check<Health> = {
  name: 'rounding',
  asks: 'What do ten digits lose of the export’s numbers?',
  warns: 'the sum of a cost is off by a cent or more in a month',
  fails: 'a single line is off by more than half of the tenth digit: its cost was read wrongly',
  judge: ({ examined }) => {
    const all = examined.flatMap(({ period, raw }) => (raw?.rounding ?? []).map((one) => ({ period, ...one })));
    if (all.length === 0) return skipped('the lines of the export were not read');
    const wrong = all.find(({ most }) => most > HALF);
    const off = all.find(({ lost }) => abs(lost) >= CENT);
    const most = all.toSorted((a, b) => Number(abs(b.lost) - abs(a.lost)))[0];
    const summary =
      wrong !== undefined
        ? `a line of ${wrong.period} is off by ${wide(wrong.most)} in ${wrong.cost} cost`
        : all.every(({ long }) => long === 0)
          ? 'no cost has more than ten digits'
          : `the sum of no month is off by more than ${wide(abs(most?.lost ?? 0n))}`;
    return {
      verdict: wrong !== undefined ? 'fail' : off !== undefined ? 'warn' : 'ok',
      summary,
      evidence: all
        .filter(({ long }) => long > 0)
        .map((one) => evidence(roundingText(one), { period: one.period, lines: one.long })),
      remedies:
        wrong !== undefined
          ? [
              shell(
                'This is a bug of Bursar or of the engine: open an issue. bursar verify says which sums differ.',
                'bursar verify',
              ),
            ]
          : off !== undefined
            ? [
                shell(
                  'AWS rounds on the invoice, not on the lines: the cents are the residual between both. Nothing need be done.',
                ),
              ]
            : [],
    };
  },
};

function roundingText({ cost, lost, lines }: Rounding): string {
  const bound = `exact to ${formatUnits(BigInt(lines), UNIT_DIGITS).replace(/0+$/, '')}`;
  return `${cost} cost: lines with more than ten digits; the export’s sum is ${lost < 0n ? 'less' : 'more'} by ${wide(abs(lost))}, ${bound}`;
}

/** As many digits as say something. */
function wide(units: bigint): string {
  const text = formatUnits(units, UNIT_DIGITS).replace(/0+$/, '');
  return text.endsWith('.') ? `${text}0` : text;
}

function abs(units: bigint): bigint {
  return units < 0n ? -units : units;
}
