import type { Check } from '../../domain/finding.ts';
import type { Health, KnownPeriod } from '../../domain/health.ts';
import { evidence, shell, shortened, skipped } from '../../domain/judgement.ts';
import { subtract } from '../../domain/money.ts';
import { describePeriods, type Period } from '../../domain/period.ts';
import { copyAgain, DAY, dollars, endOf } from './measured.ts';

/** An invoice is made within days of the end of a month (AWS Billing, when is my bill final). */
const OPEN_TOO_LONG = 30 * DAY;

export const states: Check<Health> = {
  name: 'states',
  asks: 'How final is each month?',
  warns: `a month was changed after its invoice, or has no invoice ${OPEN_TOO_LONG / DAY} days after its end`,
  fails: 'never',
  judge: (health) => {
    const { known } = health;
    if (known.length === 0) return skipped('no month can be read');
    const restated = known.filter(({ state }) => state.kind === 'restated');
    const clock = Math.max(0, ...known.map(({ delivered }) => delivered ?? 0));
    const overdue = known.filter(
      ({ state, period, usage }) => state.kind === 'open' && usage.lines > 0 && clock - endOf(period) > OPEN_TOO_LONG,
    );
    const names = (of: readonly KnownPeriod[]): string => describePeriods(of.map(({ period }) => period));
    const said = [
      ...(restated.length === 0 ? [] : [`changed after the invoice: ${names(restated)}`]),
      ...(overdue.length === 0 ? [] : [`long over and without an invoice: ${names(overdue)}`]),
    ];
    return {
      verdict: said.length > 0 ? 'warn' : 'ok',
      summary: said.length > 0 ? said.join('; ') : statesText(known),
      evidence: shortened(
        known
          .toReversed()
          .map((period) => evidence(stateText(period, health), { period: period.period, cost: period.unblended })),
        'month',
      ),
      remedies: [
        ...restated
          .slice(-1)
          .map(({ period }) =>
            shell(
              'See what moved, and hand the new figures on.',
              `bursar report --by team --period ${period} --changed-since previous`,
            ),
          ),
        ...(overdue.length === 0
          ? []
          : [copyAgain(health, 'The months may have been delivered anew with their invoice since they were copied.')]),
      ],
    };
  },
};

function statesText(known: readonly KnownPeriod[]): string {
  return [...Map.groupBy(known, ({ state }) => state.kind)]
    .map(([kind, own]) => `${kind}: ${describePeriods(own.map(({ period }) => period))}`)
    .join('; ');
}

function stateText({ state, unblended }: KnownPeriod, health: Health): string {
  if (state.kind !== 'restated') return `${state.kind}, unblended`;
  return `restated, unblended; it was ${dollars(state.invoicedAs, health)} on the invoice, ${dollars(subtract(unblended, state.invoicedAs), health)} moved`;
}

export const costBasis: Check<Health> = {
  name: 'cost-basis',
  asks: 'Is every payer and month shown in the same cost?',
  warns: 'some payers or months are shown in net unblended cost and others in unblended cost',
  fails: 'never',
  judge: ({ examined }) => {
    const all = examined.flatMap(({ period, netBasis }) => netBasis.map((one) => ({ period, ...one })));
    if (all.length === 0) return skipped('no line to look at');
    const bases = [...new Set(all.map(({ cost }) => cost))];
    const groups = Map.groupBy(
      all,
      ({ payer, cost, why }) => `payer ${payer}: ${cost === 'net' ? 'net unblended' : 'unblended'} cost, since ${why}`,
    );
    const mixed = bases.length > 1;
    return {
      verdict: mixed ? 'warn' : 'ok',
      summary: mixed
        ? 'some payers or months are shown in net unblended cost, others in unblended cost'
        : `all in ${bases[0] === 'net' ? 'net unblended' : 'unblended'} cost`,
      evidence: [...groups].map(([what, own]) =>
        evidence(`${what} (${describePeriods(own.map(({ period }) => period))})`),
      ),
      remedies: mixed
        ? [
            shell(
              'To compare them, ask in one cost. An export needs line_item_net_unblended_cost: docs/guides/own-export.md.',
              'bursar report --by payer-account --cost unblended',
            ),
          ]
        : [],
    };
  },
};

export const currency: Check<Health> = {
  name: 'currency',
  asks: 'Is the whole bill in one currency?',
  warns: 'never',
  fails: 'months are in different currencies, or one month in two: they are never added up',
  judge: ({ known, failed }) => {
    const refused = failed.filter(({ code }) => code === 'CUR_SEVERAL_CURRENCIES');
    const groups = Map.groupBy(
      known.filter(({ firstDay }) => firstDay !== null),
      (one) => one.currency,
    );
    if (groups.size + refused.length === 0) return skipped('no Bedrock line to look at');
    const several = groups.size > 1 || refused.length > 0;
    const spans = [...groups].map(([name, own]) => ({ name, periods: own.map(({ period }): Period => period) }));
    return {
      verdict: several ? 'fail' : 'ok',
      summary: several ? 'the bill is in more than one currency' : `all in ${spans[0]?.name ?? ''}`,
      evidence: [
        ...(several ? spans.map(({ name, periods }) => evidence(`${name}: ${describePeriods(periods)}`)) : []),
        ...refused.map(({ period, message }) => evidence(message, { period })),
      ],
      remedies: several
        ? [
            shell(
              'Ask for months of one currency at a time; a payer with another one needs an export of its own.',
              'bursar report --period YYYY-MM..YYYY-MM',
            ),
          ]
        : [],
    };
  },
};
