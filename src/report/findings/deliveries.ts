import type { Check } from '../../domain/finding.ts';
import type { Duplicates, FailedPeriod, Health } from '../../domain/health.ts';
import { counted, evidence, exceeds, percentOf, shell, shortened, skipped } from '../../domain/judgement.ts';
import { sum } from '../../domain/money.ts';
import { describePeriods, type Period, periodsBetween } from '../../domain/period.ts';
import { copyAgain, dollars } from './measured.ts';

export const deliveries: Check<Health> = {
  name: 'deliveries',
  asks: 'Can every month be read, and is none missing in between?',
  warns: 'a month is missing between the first and the last, or has no manifest',
  fails: 'a month cannot be read',
  judge: (health) => {
    const { known, failed } = health;
    const gaps = missingBetween([...known, ...failed].map(({ period }) => period));
    const unlisted = known.filter(({ listed }) => !listed).map(({ period }) => period);
    const said = [
      ...(failed.length === 0 ? [] : [`cannot be read: ${describePeriods(failed.map(({ period }) => period))}`]),
      ...(gaps.length === 0 ? [] : [`missing: ${describePeriods(gaps)}`]),
      ...(unlisted.length === 0 ? [] : [`without a manifest: ${describePeriods(unlisted)}`]),
    ];
    return {
      verdict: failed.length > 0 ? 'fail' : said.length > 0 ? 'warn' : 'ok',
      summary:
        said.length > 0
          ? said.join('; ')
          : `${counted(known.length, 'month')} read: ${describePeriods(known.map(({ period }) => period))}`,
      evidence: failed.map(({ period, code, message }) => evidence(`${code}: ${message}`, { period })),
      remedies: [
        ...failed.map(({ period, hint }: FailedPeriod) => shell(`${period}: ${hint}`)),
        ...(gaps.length === 0
          ? []
          : [
              copyAgain(
                health,
                'Bring the missing months too. An export begins with the month it was made in: AWS Support can have earlier ones delivered.',
              ),
            ]),
        ...(unlisted.length === 0
          ? []
          : [
              copyAgain(
                health,
                'Without a manifest every data file in the folder counts, also one that AWS left behind. Bring metadata/ beside data/.',
              ),
            ]),
      ],
    };
  },
};

function missingBetween(periods: readonly Period[]): Period[] {
  const there = periods.toSorted();
  const [first, last] = [there[0], there.at(-1)];
  return first === undefined || last === undefined
    ? []
    : periodsBetween(first, last).filter((period) => !there.includes(period));
}

/** More than a line or two that a correction may write again. */
const TWICE_FAIL = 1n;

export const duplicates: Check<Health> = {
  name: 'duplicates',
  asks: 'Is any Bedrock line there twice?',
  warns: 'any line that is there again: the same id, payer, account, usage, principal, tags, time and cost',
  fails: `such lines cost more than ${TWICE_FAIL} % of the Bedrock lines`,
  judge: (health) => {
    const read = health.examined.flatMap(({ period, raw, unblended }) =>
      raw === null || raw.duplicates === null ? [] : [{ period, unblended, ...raw.duplicates }],
    );
    if (read.length === 0) return skipped('the lines have no ids (identity_line_item_id), or were not read');
    const twice = read.filter(({ repeated }) => repeated.lines > 0);
    const cost = sum(twice.map(({ repeated }) => repeated.cost));
    const all = sum(read.map(({ unblended }) => unblended));
    const failed = twice.some(
      ({ repeated, unblended, lines }) => exceeds(repeated.cost, unblended, TWICE_FAIL) || isWhole({ repeated, lines }),
    );
    const lines = twice.reduce((count, { repeated }) => count + repeated.lines, 0);
    return {
      verdict: failed ? 'fail' : twice.length > 0 ? 'warn' : 'ok',
      summary:
        twice.length > 0
          ? `${counted(lines, 'Bedrock line')} more than once, ${percentOf(cost, all)} of their cost: ${dollars(cost, health)}`
          : 'no Bedrock line is there twice',
      evidence: read.flatMap(({ period, unblended, ...found }) => twiceEvidence(found, period, unblended)),
      remedies:
        twice.length > 0
          ? [
              copyAgain(
                health,
                'A data file was copied under a second name, or two deliveries lie in one folder: bring the folder to what the bucket has. If the bucket has it so too, open a case with AWS Support.',
              ),
            ]
          : [],
    };
  },
};

/** Every line twice: whole files. */
function isWhole({ repeated, lines }: Pick<Duplicates, 'repeated' | 'lines'>): boolean {
  return lines > 0 && repeated.lines * 2 >= lines;
}

function twiceEvidence(
  { repeated, lines, sameId, examples, equalFiles }: Duplicates,
  period: Period,
  of: Health['examined'][number]['unblended'],
) {
  const again = evidence(isWhole({ repeated, lines }) ? 'every Bedrock line is there twice' : 'lines there again', {
    period,
    ...repeated,
    of,
  });
  return [
    ...(repeated.lines === 0 ? [] : [again]),
    ...examples.map(({ first, second }) => evidence(`${first} = ${withoutFolder(second, first)}`, { period })),
    ...shortened(
      equalFiles.map((file) => evidence(`as long as another file: ${file}`, { period })),
      'file',
    ),
    ...(sameId === 0
      ? []
      : [evidence('lines with one id that differ: ids are unique within one file only', { period, lines: sameId })]),
  ];
}

/** The place of a line without the folder that it shares with another one. */
function withoutFolder(place: string, other: string): string {
  const folder = place.slice(0, place.lastIndexOf('/') + 1);
  return other.startsWith(folder) ? place.slice(folder.length) : place;
}
