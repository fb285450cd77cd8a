import type { Check, Evidence } from '../../domain/finding.ts';
import type { ExportOfPayer, Health } from '../../domain/health.ts';
import { evidence, exceeds, shell, shortened, skipped } from '../../domain/judgement.ts';
import type { Money } from '../../domain/money.ts';
import { shell as quoted } from '../remedies.ts';
import { dollars } from './measured.ts';

/** Two exports of one payer and month hold the same bill; one that lacks more than this is not whole. */
const LACK_FAIL = 1n;

export const exports: Check<Health> = {
  name: 'exports',
  asks: 'Where several exports hold a payer’s month, which one counts, and do they agree?',
  warns: 'two exports come to different sums for a payer and month',
  fails: `the one that counts lacks more than ${LACK_FAIL} % of what another has`,
  judge: (health) => {
    const shares = health.known.flatMap(({ period, exports: own }) => own.map((one) => ({ period, ...one })));
    if (new Set(shares.map(({ place }) => place)).size < 2) return skipped('there is one export');
    const pairs = [...Map.groupBy(shares, ({ period, payer }) => `${period} ${payer}`).values()].flatMap(compared);
    const differing = pairs.filter(({ counting, other }) => counting.cost !== other.cost);
    const lacking = differing.filter(({ counting, other }) =>
      exceeds(other.cost - counting.cost, abs(other.cost), LACK_FAIL),
    );
    const [first] = [...lacking, ...differing];
    const verdict = lacking.length > 0 ? 'fail' : differing.length > 0 ? 'warn' : 'ok';
    return {
      verdict,
      summary:
        first === undefined
          ? pairs.length === 0
            ? 'each payer’s month is in one export'
            : 'where two exports hold a payer’s month, they agree'
          : `${first.counting.period}, payer ${first.counting.payer}: ${first.counting.place} counts with ${dollars(first.counting.cost, health)}, ${first.other.place} says ${dollars(first.other.cost, health)}`,
      evidence: shortened(shares.toReversed().map(shareEvidence), 'month'),
      remedies:
        verdict === 'ok'
          ? []
          : [
              shell(
                'An export that was made within a month may lack its beginning. Leave out of cur the export that is not whole, or ask for the month with the other alone: docs/guides/own-export.md.',
                `bursar report --cur ${quoted(first?.other.place ?? 'PLACE')} --period ${first?.counting.period ?? 'YYYY-MM'}`,
              ),
            ],
    };
  },
};

type Share = ExportOfPayer & { readonly period: Health['known'][number]['period'] };

function compared(own: readonly Share[]): { counting: Share; other: Share }[] {
  const counting = own.find(({ counts }) => counts);
  if (counting === undefined) return [];
  return own.filter(({ counts }) => !counts).map((other) => ({ counting, other }));
}

function shareEvidence({ period, place, payer, lines, identified, cost, counts }: Share): Evidence {
  const named = identified === 0 ? 'names nobody' : `${identified.toLocaleString('en')} lines name a principal`;
  return evidence(`payer ${payer}: ${place} ${counts ? 'counts' : 'does not count'}, ${named}`, {
    period,
    cost,
    lines,
  });
}

function abs(amount: Money): bigint {
  return amount < 0n ? -amount : amount;
}
