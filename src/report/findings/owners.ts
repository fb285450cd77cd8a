import type { Check, Evidence, Remedy } from '../../domain/finding.ts';
import type { AllocatedUsage, ExaminedPeriod, Health } from '../../domain/health.ts';
import { evidence, exceeds, percentOf, shell, skipped } from '../../domain/judgement.ts';
import { type Money, sum } from '../../domain/money.ts';
import { dollars, lastFullAndNewest } from './measured.ts';

/**
 * Guardrails, AgentCore compute, provisioned throughput and the like are not said to name a principal (facts: no source
 * says who is recorded), so a small part without one is normal.
 */
const NAMELESS_WARN = 5n;

/** More dollars of nobody than of somebody: whoever is named says little. */
const MOST = 50n;

/** What a chargeback may leave over (OptimNow's FinOps practice: hard chargeback needs less than 10 % unallocated). */
const NOBODY_WARN = 10n;

export const attribution: Check<Health> = {
  name: 'attribution',
  asks: 'How much usage names no principal?',
  warns: `more than ${NAMELESS_WARN} % of the usage of the last full or the newest month`,
  fails: `more than ${MOST} % of it`,
  judge: (health) => {
    const periods = lastFullAndNewest(health).filter(({ usage }) => usage.cost > 0n);
    const [worst] = periods.toSorted((a, b) =>
      byShare(b.unattributed.cost, b.usage.cost, a.unattributed.cost, a.usage.cost),
    );
    if (worst === undefined) return skipped('no usage to look at');
    const { unattributed, usage, period } = worst;
    const above = (percent: bigint): boolean => exceeds(unattributed.cost, usage.cost, percent);
    const verdict = above(MOST) ? 'fail' : above(NAMELESS_WARN) ? 'warn' : 'ok';
    return {
      verdict,
      summary: `${percentOf(unattributed.cost, usage.cost)} of the usage of ${period} names no principal: ${dollars(unattributed.cost, health)} of ${dollars(usage.cost, health)}`,
      evidence: periods.flatMap(namelessParts),
      remedies: verdict === 'ok' ? [] : namelessRemedies(worst),
    };
  },
};

function namelessParts({ period, unattributed, usage, adjustments }: ExaminedPeriod): Evidence[] {
  return [
    evidence('usage without a principal', { period, ...unattributed, of: usage.cost }),
    ...(adjustments.lines === 0 ? [] : [evidence('adjustments, which never have one', { period, ...adjustments })]),
  ];
}

function namelessRemedies({ period }: ExaminedPeriod): Remedy[] {
  return [
    shell('See which charges and accounts they are.', `bursar explain 'principal=(none)' --period ${period}`),
    {
      what: 'Features that record nobody can go by account: docs/guides/allocation.md.',
      where: 'bursar.yaml',
      paste: ['rules:', '  - match: { account: "ACCOUNT", kind: none }', '    set: { team: TEAM }'],
    },
  ];
}

export const allocation: Check<Health> = {
  name: 'allocation',
  asks: 'How much usage belongs to nobody in your dimensions?',
  warns: `more than ${NOBODY_WARN} % of the usage of the last full or the newest month, in any dimension of bursar.yaml (without one: in team)`,
  fails: `more than ${MOST} % in the dimension that tells most`,
  judge: (health) => {
    const parts = lastFullAndNewest(health).flatMap(({ period, allocations }) =>
      allocations.map((one) => ({ period, ...one, usage: usageOf(one) })).filter(({ usage }) => usage > 0n),
    );
    const [worst] = parts.toSorted((a, b) => byShare(b.unallocated, b.usage, a.unallocated, a.usage));
    if (worst === undefined) return skipped('no usage, or no dimension that says to whom it belongs');
    const best = [...Map.groupBy(parts, ({ period }) => period).values()].map((own) => leastUnallocated(own));
    const failed = best.some((one) => one !== undefined && exceeds(one.unallocated, one.usage, MOST));
    const warned = exceeds(worst.unallocated, worst.usage, NOBODY_WARN);
    return {
      verdict: failed ? 'fail' : warned ? 'warn' : 'ok',
      summary: `${percentOf(worst.unallocated, worst.usage)} of the usage of ${worst.period} has no ${worst.dimension}: ${dollars(worst.unallocated, health)} of ${dollars(worst.usage, health)}`,
      evidence: parts.flatMap(({ period, dimension, unallocated, shared, usage }) => [
        evidence(`no ${dimension}`, { period, cost: unallocated, of: usage }),
        ...(shared === 0n ? [] : [evidence(`shared, by ${dimension}`, { period, cost: shared, of: usage })]),
      ]),
      remedies:
        failed || warned
          ? [
              shell(
                'See whose calls they are, with rules and rows of the people file to paste: docs/guides/allocation.md.',
                `bursar explain '${worst.dimension}=(none)' --period ${worst.period}`,
              ),
            ]
          : [],
    };
  },
};

function usageOf({ allocated, shared, unallocated }: AllocatedUsage): Money {
  return sum([allocated, shared, unallocated]);
}

interface Part {
  readonly unallocated: Money;
  readonly usage: Money;
}

function leastUnallocated(parts: readonly Part[]): Part | undefined {
  return parts.toSorted((a, b) => byShare(a.unallocated, a.usage, b.unallocated, b.usage))[0];
}

/** Compares `a` of `wholeA` with `b` of `wholeB`, both wholes above 0. */
function byShare(a: bigint, wholeA: bigint, b: bigint, wholeB: bigint): number {
  const difference = a * wholeB - b * wholeA;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
