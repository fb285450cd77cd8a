import { measureHealth } from '../../query/measure.ts';
import { DATA_CHECKS, judge, LEDGER_CHECKS } from '../../report/findings/checks.ts';
import { findingsJson } from '../../report/format/findings.ts';
import { findingsBody, findingsQuery } from '../api/findings.ts';
import { stateOf } from '../page.ts';
import { route } from '../route.ts';

const DOCTOR_ALONE = DATA_CHECKS.filter((check) => !LEDGER_CHECKS.includes(check)).map(({ name, asks }) => ({
  check: name,
  asks,
}));

export const findings = route({
  path: '/api/findings',
  summary: 'The checks of bursar doctor that the ledger answers, as bursar doctor --format json tells them.',
  query: findingsQuery,
  body: findingsBody,
  answer: async (page, { period }, signal) => {
    const { periods } = page.grammar.time(period === undefined ? {} : { period });
    const outcomes = await page.current();
    return page.workOut(['findings', outcomes.map(stateOf), periods], signal, async (engine) => {
      const { own: dimensions, rules } = page;
      const health = await measureHealth(engine, page.ledger, { outcomes, periods, dimensions, rules });
      const about = { periods: health.examined.map((examined) => examined.period), currency: health.currency };
      return { ...JSON.parse(findingsJson(judge(LEDGER_CHECKS, health), about)), doctorAlone: DOCTOR_ALONE };
    });
  },
});
