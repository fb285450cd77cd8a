import type { Check } from '../../domain/finding.ts';
import type { Health, UnreadUsage } from '../../domain/health.ts';
import { counted, evidence, exceeds, percentOf, shell, shortened, skipped } from '../../domain/judgement.ts';
import { sum } from '../../domain/money.ts';
import { addedUp, dearestFirst, dollars } from './measured.ts';

/** From here on prices of a token and cache hit rates are about too little of the usage to be compared. */
const UNREAD_FAIL = 5n;

export const usageTypes: Check<Health> = {
  name: 'usage-types',
  asks: 'Does Bursar know every usage type and unit?',
  warns: 'any usage whose type or unit is not known, or whose amount is no number: its cost counts, its tokens do not',
  fails: `more than ${UNREAD_FAIL} % of usage is of such types`,
  judge: (health) => {
    if (health.examined.length === 0) return skipped('no line to look at');
    const usage = sum(health.examined.map((period) => period.usage.cost));
    const unread = merged(health);
    const cost = sum(unread.map((one) => one.cost));
    const amounts = health.examined.reduce((lines, { amountsUnread }) => lines + amountsUnread, 0);
    const verdict = exceeds(cost, usage, UNREAD_FAIL) ? 'fail' : unread.length + amounts > 0 ? 'warn' : 'ok';
    return {
      verdict,
      summary:
        unread.length > 0
          ? `${unread.length === 1 ? '1 usage type or unit is' : `${unread.length} usage types or units are`} not known, on ${percentOf(cost, usage)} of usage: ${dollars(cost, health)}`
          : amounts > 0
            ? `${counted(amounts, 'usage line')} without a readable amount`
            : 'every usage type and unit is known',
      evidence: [
        ...shortened(
          unread.map((one) => evidence(unreadText(one), { cost: one.cost, of: usage, lines: one.lines })),
          'type',
        ),
        ...(amounts === 0 ? [] : [evidence('usage lines whose amount is no number', { lines: amounts })]),
      ],
      remedies:
        verdict === 'ok'
          ? []
          : [
              shell(
                'A newer Bursar may know them. Else open an issue with product code, usage type and unit as they stand here: they name nobody.',
              ),
            ],
    };
  },
};

function merged({ examined }: Health): UnreadUsage[] {
  const all = addedUp(
    examined.flatMap(({ unread }) => unread),
    ({ what, productCode, usageType, unit }) => JSON.stringify([what, productCode, usageType, unit]),
  );
  return all.sort((a, b) => dearestFirst(a, b) || (a.usageType < b.usageType ? -1 : 1));
}

function unreadText({ what, productCode, usageType, unit }: UnreadUsage): string {
  const about = what === 'unit' ? `unit ${unit || '(none)'} of ` : '';
  return `${about}${usageType || '(no usage type)'} (${productCode || 'no product code'})`;
}
