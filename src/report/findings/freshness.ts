import { type Check, type Evidence, type Verdict, worst } from '../../domain/finding.ts';
import type { ExaminedPeriod, Health } from '../../domain/health.ts';
import { evidence, shell, skipped } from '../../domain/judgement.ts';
import { nextPeriod } from '../../domain/period.ts';
import { copyAgain, DAY, endOf, HOUR, instantText, lastFullAndNewest, spanText } from './measured.ts';

/** AWS delivers usage one to two days late, sellers of Marketplace at times a day later. */
const LATE = 72 * HOUR;

/** AWS delivers at least once a day (Data Exports, delivery); some days may be weekends of those who copy. */
const OLD = 3 * DAY;

/** By then a month that is over is delivered whole. */
const SETTLED = 3 * DAY;

export const freshness: Check<Health> = {
  name: 'freshness',
  asks: 'How far does the data reach, by seller?',
  warns: `a seller’s usage ends more than ${LATE / HOUR} hours before its delivery (or the end of the month); the newest delivery is older than ${OLD / DAY} days, or the month after it is missing`,
  fails: `the usage of all services ends more than ${LATE / HOUR} hours before the end of a month that was delivered ${SETTLED / DAY} days or more after it`,
  judge: (health) => {
    const periods = lastFullAndNewest(health).filter(({ dataThrough }) => dataThrough.length > 0);
    const newest = periods.at(-1);
    if (newest === undefined) return skipped('no usage to look at');
    const told = [ageOf(newest, health), ...periods.map(reachOf)];
    const verdict = worst(told.map((one) => one.verdict));
    const [first] = told.filter((one) => one.verdict === verdict);
    return {
      verdict,
      summary: first?.summary ?? '',
      evidence: told.flatMap((one) => one.evidence),
      remedies:
        verdict === 'ok'
          ? []
          : [...(health.copied ? [copyAgain(health, 'Bring the newest delivery.')] : []), executions],
    };
  },
};

const executions = shell(
  'If there is nothing newer in the bucket, look at what AWS says of the deliveries. A seller may also have had no usage: then nothing is wrong.',
  'aws bcm-data-exports list-exports --region us-east-1',
  'aws bcm-data-exports list-executions --region us-east-1 --export-arn EXPORT-ARN',
);

interface Told {
  readonly verdict: Verdict;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
}

/** How old the newest delivery is, and whether the month after it should be there by now. Older months are as old as they are. */
function ageOf({ period, delivered, dataThrough }: ExaminedPeriod, { now, newest }: Health): Told {
  const through = Math.max(...dataThrough.map((one) => one.through));
  const reaches = `the data of ${period} reaches ${instantText(through)}`;
  if (delivered === null) return { verdict: 'ok', summary: reaches, evidence: [] };
  const what = `newest data file of ${instantText(delivered)}, ${spanText(now - delivered)} ago; newest usage until ${instantText(through)}, ${spanText(now - through)} ago`;
  const told = (verdict: Verdict, summary: string): Told => ({
    verdict,
    summary,
    evidence: [evidence(what, { period })],
  });
  if (period !== newest) return told('ok', reaches);
  if (now - delivered > OLD) return told('warn', `the newest delivery is ${spanText(now - delivered)} old`);
  if (delivered - endOf(period) <= OLD) return told('ok', reaches);
  const late = spanText(delivered - endOf(period));
  return told('warn', `${period} was delivered ${late} after its end, and there is no ${nextPeriod(period)}`);
}

/** How far each seller’s usage reaches, measured by when it was delivered: an old copy is no late seller. */
function reachOf({ period, delivered, dataThrough, raw }: ExaminedPeriod): Told {
  const end = endOf(period);
  const expected = Math.min(end, delivered ?? end);
  const what = expected === end ? 'the end of the month' : 'its delivery';
  const behind = (through: number): string =>
    expected <= through ? '' : `, ${spanText(expected - through)} before ${what}`;
  const sellers = dataThrough.map(({ seller, through }) =>
    evidence(`${seller || '(no seller)'}: until ${instantText(through)}${behind(through)}`, { period }),
  );
  const all = Math.max(raw?.through ?? 0, ...dataThrough.map(({ through }) => through));
  const everything =
    raw?.through == null ? [] : [evidence(`all services: until ${instantText(all)}${behind(all)}`, { period })];
  const isSettled = delivered !== null && delivered - end >= SETTLED;
  const late = dataThrough.filter(({ through }) => expected - through > LATE);
  const told = (verdict: Verdict, summary: string): Told => ({
    verdict,
    summary,
    evidence: [...everything, ...sellers],
  });
  if (isSettled && raw?.through != null && end - all > LATE) {
    return told('fail', `${period} ends ${spanText(end - all)} early: its last delivery is not whole`);
  }
  const [latest] = late;
  if (latest === undefined) return told('ok', `${period}: every seller’s usage reaches ${what}`);
  return told(
    'warn',
    `${period}: the usage of ${latest.seller || '(no seller)'} ends ${spanText(expected - latest.through)} before ${what}`,
  );
}
