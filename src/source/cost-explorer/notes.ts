import { formatRounded } from '../../domain/money.ts';
import { looksLikeBedrock } from './bedrock-service.ts';
import type { Findings } from './cost-line.ts';
import type { AboutPeriod } from './export-files.ts';
import type { Month } from './questions.ts';
import type { Answers } from './split.ts';

/** What one must know of the period to trust its numbers, a sentence each. */
export function notesOn(
  { period, to }: Month,
  { wholeBill: days }: Answers,
  findings: Findings,
  { askedAt, currency, tag }: Pick<AboutPeriod, 'askedAt' | 'currency' | 'tag'>,
): string[] {
  const money = (units: bigint): string => `${currency} ${formatRounded(units, 2)}`;
  const estimated = days.filter((day) => day.estimated).map(({ day }) => day);
  const similar = [...new Set(days.flatMap(({ groups }) => groups.map(({ keys }) => keys[0])))].filter(
    looksLikeBedrock,
  );
  const { severalServices, tagUndecided, byTagAlone, moved } = findings;
  const when = `${askedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return [
    `${period}: Cost Explorer as asked at ${when}, days before ${to}${estimatedText(estimated, days.length)}.`,
    ...(severalServices === 0n
      ? []
      : [
          `${period}: ${money(severalServices)} are of usage types that several models share: they show no model. A question by model has them asked for.`,
        ]),
    ...(tagUndecided === 0n
      ? []
      : [
          `${period}: ${money(tagUndecided)} with the tag ${tag} may be another service's: Bedrock's part is shown without.`,
        ]),
    ...(byTagAlone === 0n ? [] : [`${period}: ${money(byTagAlone)} are taken for Bedrock's by the tag ${tag} alone.`]),
    ...(moved < MOVED_LEAST
      ? []
      : [`${period}: ${money(moved)} moved between two answers of Cost Explorer; --refresh asks anew.`]),
    ...similar.map(
      (service) =>
        `${period}: the service ${service} has Bedrock in its name, but is not known to be of Bedrock: not counted.`,
    ),
  ];
}

/** Below a hundredth of a cent it is the rounding of Cost Explorer's digits. */
const MOVED_LEAST = 1_000_000n;

function estimatedText(estimated: readonly string[], all: number): string {
  if (estimated.length === 0) return '';
  return estimated.length === all
    ? '; AWS calls all of them estimated'
    : `; AWS calls ${estimated.length} of them estimated`;
}
