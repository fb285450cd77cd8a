import type { Check, Evidence } from '../../domain/finding.ts';
import type { ExaminedPeriod, Health, RoleUse } from '../../domain/health.ts';
import { counted, evidence, exceeds, percentOf, shell, shortened, skipped, yaml } from '../../domain/judgement.ts';
import { type Money, subtract, sum } from '../../domain/money.ts';
import { dollars } from './measured.ts';

/** AWS writes a line for each caller, model and hour: far above the people and applications of any organisation. */
const CALLERS_WARN = 50_000;

/** So many sessions of one role are named by something that changes with every start or call. */
const SESSIONS_SHOWN = 1_000;

export const sessions: Check<Health> = {
  name: 'sessions',
  asks: 'How many callers are there, and do sessions make the export explode?',
  warns: `more than ${CALLERS_WARN.toLocaleString('en')} callers in a month`,
  fails: 'never',
  judge: ({ examined }) => {
    const newest = examined.at(-1);
    if (newest === undefined || newest.callers.length === 0) return skipped('nobody called');
    const counts = examined.map((period) => ({ period, count: callersIn(period) }));
    const most = counts.toSorted((a, b) => b.count - a.count)[0];
    const warned = most !== undefined && most.count > CALLERS_WARN;
    return {
      verdict: warned ? 'warn' : 'ok',
      summary: warned
        ? `${counted(most.count, 'caller')} in ${most.period.period}`
        : `${counted(callersIn(newest), 'caller')} in ${newest.period}`,
      evidence: [
        ...counts.map(({ period, count }) =>
          evidence(counted(count, 'caller'), { period: period.period, cost: period.usage.cost }),
        ),
        ...agentSessions(newest),
        ...newest.roles.filter((role) => role.sessions > SESSIONS_SHOWN).map((role) => roleEvidence(role, newest)),
      ],
      remedies: warned
        ? [
            shell(
              'Give role sessions a name that stays: the application or the person, not an id of the call. AgentCore names a session for each agent session; group them by role (--by role). docs/guides/reading-doctor.md.',
            ),
          ]
        : [],
    };
  },
};

function callersIn({ callers }: ExaminedPeriod): number {
  return callers.filter(({ kind }) => kind !== 'none').reduce((count, one) => count + one.callers, 0);
}

function agentSessions({ period, callers, usage }: ExaminedPeriod): Evidence[] {
  return callers
    .filter(({ kind }) => kind === 'agentcore')
    .map((one) =>
      evidence(`${counted(one.callers, 'session')} of AgentCore`, { period, cost: one.cost, of: usage.cost }),
    );
}

function roleEvidence({ role, account, sessions: count, cost }: RoleUse, { period, usage }: ExaminedPeriod): Evidence {
  return evidence(`role ${role} (${account}): ${counted(count, 'session')}`, { period, cost, of: usage.cost });
}

/** One role of so few sessions with so much of the spend speaks for many who are not on the bill. */
const GATEWAY = { percent: 20n, sessions: 5 } as const;

/** Nobody signs in to these as a person. */
const APPLICATION_KINDS: readonly string[] = ['assumed-role', 'iam-role'];

export const gateways: Check<Health> = {
  name: 'gateways',
  asks: 'Does one role stand for many callers?',
  warns: `an application’s role with ${GATEWAY.sessions} sessions at most has more than ${GATEWAY.percent} % of usage that belongs to nobody`,
  fails: 'never',
  judge: (health) => {
    const newest = health.examined.at(-1);
    if (newest === undefined || newest.usage.cost <= 0n) return skipped('no usage to look at');
    const large = newest.roles.filter(
      ({ kind, sessions: count, cost }) =>
        APPLICATION_KINDS.includes(kind) &&
        count <= GATEWAY.sessions &&
        exceeds(cost, newest.usage.cost, GATEWAY.percent),
    );
    const unsettled = large.filter((role) => exceeds(openPart(role), newest.usage.cost, GATEWAY.percent));
    const [first] = unsettled;
    return {
      verdict: first === undefined ? 'ok' : 'warn',
      summary:
        first === undefined
          ? large.length === 0
            ? `no role of few sessions has more than ${GATEWAY.percent} % of usage`
            : `${counted(large.length, 'role')} with a large part of usage, which belongs to somebody`
          : `the role ${first.role} has ${percentOf(first.cost, newest.usage.cost)} of usage in ${counted(first.sessions, 'session')}: ${dollars(openPart(first), health)} of nobody`,
      evidence: large.map((role) => roleEvidence(role, newest)),
      remedies:
        first === undefined
          ? []
          : [
              yaml(
                'If it is a gateway, say so; and let it assume a session for each of its users (sts:TagSession), so that the bill names them: docs/guides/allocation.md.',
                'rules:',
                `  - match: { role: ${JSON.stringify(first.role)} }`,
                '    shared: true',
              ),
              yaml(
                'If it is one application, say whose it is.',
                'rules:',
                `  - match: { role: ${JSON.stringify(first.role)} }`,
                '    set: { team: TEAM }',
              ),
            ],
    };
  },
};

function openPart({ cost, settled }: RoleUse): Money {
  return subtract(cost, settled);
}

/** Above this keys are a way of working, not an exception. */
const KEYS_WARN = 10n;

export const apiKeys: Check<Health> = {
  name: 'api-keys',
  asks: 'How much goes through long-term API keys?',
  warns: `more than ${KEYS_WARN} % of the usage of the newest month`,
  fails: 'never',
  judge: (health) => {
    const newest = health.examined.at(-1);
    if (newest === undefined || newest.usage.cost <= 0n) return skipped('no usage to look at');
    const keys = newest.callers.filter(({ kind }) => kind === 'api-key');
    const cost = sum(keys.map((one) => one.cost));
    const warned = exceeds(cost, newest.usage.cost, KEYS_WARN);
    const count = keys.reduce((all, one) => all + one.callers, 0);
    return {
      verdict: warned ? 'warn' : 'ok',
      summary: `${percentOf(cost, newest.usage.cost)} of the usage of ${newest.period} goes through ${counted(count, 'API key')}: ${dollars(cost, health)}`,
      evidence: shortened(
        keys.map((one) =>
          evidence(counted(one.callers, 'key'), { period: newest.period, cost: one.cost, of: newest.usage.cost }),
        ),
        'kind',
      ),
      remedies: warned
        ? [
            shell(
              'A key is an IAM user that anybody may hold: it carries no session name, and no tag of a role. Say in the people file who holds which (docs/guides/allocation.md), or let people sign in.',
              `bursar report --by principal --where principal-kind=api-key --period ${newest.period}`,
            ),
          ]
        : [],
    };
  },
};
