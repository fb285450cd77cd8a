import type { Check } from '../../domain/finding.ts';
import type { Health, KnownPeriod } from '../../domain/health.ts';
import { evidence, type Judgement, shell, skipped } from '../../domain/judgement.ts';
import { type Day, daysBetween, describePeriods, firstDay, type Period } from '../../domain/period.ts';

/** AWS records who called from this day on (CUR 2.0 dictionary, line_item_iam_principal). */
const RECORDED_SINCE = '2026-04-08' as Day;

/**
 * Calls through bedrock-mantle name nobody before this day.
 * Source: https://aws.amazon.com/about-aws/whats-new/2026/08/amazon-bedrock-expands-iam-principal-cost-allocation-bedrock-mantle/
 */
const MANTLE_SINCE = '2026-08-11' as Day;

/** A month may well begin with days on which nobody but a batch job called. */
const QUIET_DAYS = 3;

const EXPORT = [
  shell(
    'Make a CUR 2.0 export with INCLUDE_IAM_PRINCIPAL_DATA = TRUE beside the one you have, and name both in cur: docs/guides/own-export.md. Nothing of before gets principals.',
    'aws bcm-data-exports create-export --region us-east-1 --export file://export.json',
  ),
];

export const identity: Check<Health> = {
  name: 'identity',
  asks: 'Do the lines name who called, and since when?',
  warns: `the newest month has the column of principals in some files only, or is the first that names anybody and begins to later than on day ${QUIET_DAYS + 1}`,
  fails: 'the newest month names nobody',
  judge: (health) => {
    const withLines = health.known.filter((period) => period.firstDay !== null);
    const newest = withLines.at(-1);
    if (newest === undefined) return skipped('no Bedrock line to look at');
    const days = withLines.flatMap(({ identity: { firstDay: day } }) => day ?? []).toSorted();
    return { ...judgeNewest(newest, days[0] ?? null), evidence: history(withLines) };
  },
};

function judgeNewest(
  { period, firstDay: first, identity: { column, firstDay: named } }: KnownPeriod,
  since: Day | null,
) {
  const told = (verdict: Judgement['verdict'], summary: string, remedies: Judgement['remedies'] = []) => ({
    verdict,
    summary,
    remedies,
  });
  if (lastDayOf(period) < RECORDED_SINCE) {
    return told('ok', `${period} is over before ${RECORDED_SINCE}, when AWS began to record principals`);
  }
  if (column === 'none') return told('fail', `${period} has no column of principals: nobody can be named`, EXPORT);
  if (named === null) return told('fail', `${period} has the column of principals, but no line names one`, EXPORT);
  if (column === 'some') {
    const what = 'Copy the whole month again; a file without the column was delivered before the export had it.';
    return told('warn', `some files of ${period} have no column of principals`, [shell(what)]);
  }
  const start = first !== null && first > RECORDED_SINCE ? first : RECORDED_SINCE;
  if (named === since && daysBetween(start, named) > QUIET_DAYS) {
    const what =
      'Lines of before stay without a name: rules with kind: none can go by account (docs/guides/allocation.md).';
    return told('warn', `the first line of ${period} with a principal is of ${named}`, [shell(what)]);
  }
  return told('ok', `the lines name who called since ${since ?? named}`);
}

/** Text: a month that ends on the 30th is over before the 31st all the same. */
function lastDayOf(period: Period): string {
  return `${period}-31`;
}

function history(periods: readonly KnownPeriod[]) {
  const nameless = periods.filter(({ identity: { firstDay: day } }) => day === null).map(({ period }) => period);
  const mantle = periods.filter(({ period }) => firstDay(period) < MANTLE_SINCE).map(({ period }) => period);
  const partly = periods.filter(({ identity: { column } }) => column === 'some').map(({ period }) => period);
  return [
    ...(nameless.length === 0 ? [] : [evidence(`no line names a principal: ${describePeriods(nameless)}`)]),
    ...(partly.length === 0 ? [] : [evidence(`some files without the column: ${describePeriods(partly)}`)]),
    ...(mantle.length === 0
      ? []
      : [evidence(`calls through bedrock-mantle name nobody before ${MANTLE_SINCE}: ${describePeriods(mantle)}`)]),
  ];
}
