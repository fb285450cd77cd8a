import { FILL_IN } from '../../domain/setup.ts';
import type { Found } from './found.ts';
import { otherPermissionSets } from './identity-section.ts';
import type { SeenGroup } from './seen-groups.ts';
import { inComment, off, prose, scalar } from './yaml-lines.ts';

/** More than these nobody fills in by hand; the first have most calls. */
const MOST_RULES = 100;
const MOST_PEOPLE = 20;

/** `rules:` for who was seen, and the people file; all switched off, as only the reader knows to whom they belong. */
export function ruleSection(found: Found, groups: readonly SeenGroup[], dimensions: readonly string[]): string[] {
  const called = groups.filter(({ calls }) => calls > 0);
  const set = dimensions.map((name) => `${name}: ${FILL_IN}`).join(', ');
  const shown = called.slice(0, MOST_RULES);
  const people = called.some(({ kind }) => kind === 'identity-center');
  return [
    ...prose(
      `Rules: to whom callers belong where no tag on the line says so. A rule matches by role, permission-set, session, account, arn or kind; * stands for any characters. Take the # away and fill in. bursar apply makes tags of those that name roles and users (setup.tag-principals).`,
    ),
    ...whoWasSeen(found, called),
    ...off(['rules:']),
    ...shown.flatMap((group) => [...prose(describe(group), '  '), ...off(ruleOf(group, set))]),
    ...(shown.length < called.length
      ? prose(`and ${called.length - shown.length} more callers, with fewer calls`, '  ')
      : []),
    ...otherPermissionSets(found, called),
    '',
    ...prose(
      `The people file says who is behind sessions and users: CSV with session, person and your dimensions. ${
        people
          ? 'People who sign in through Identity Center need it: their roles cannot be tagged. bursar people import --from identity-center writes it.'
          : 'bursar people import writes it from Identity Center or a CSV file.'
      }`,
    ),
    ...off(['people: people.csv']),
  ];
}

function whoWasSeen(found: Found, called: readonly SeenGroup[]): string[] {
  const regions = found.accounts.flatMap(({ seen }) => seen);
  if (called.length === 0) {
    return prose(
      `Nobody was seen to call a model in the last ${found.days} days. CloudTrail's event history has InvokeModel and Converse with their streams; calls through bedrock-mantle, agents and batch jobs are not in it.`,
    );
  }
  const partial = regions.some(({ complete }) => !complete);
  return prose(
    `Below is who called in the last ${found.days} days, as CloudTrail's event history tells (without bedrock-mantle, agents and batch jobs).${
      partial
        ? ' It was too long to be read wholly: counts are those of a sample over the whole time, and who calls seldom may be missing.'
        : ''
    }`,
  );
}

/** `1,204 calls, 2026-09-01 to 2026-11-26, eu-central-1; 3 sessions: anna, ben, i-0123` */
function describe({ calls, failed, first, last, regions, sessions, kind }: SeenGroup): string {
  const noun = kind === 'identity-center' ? ['person', 'people'] : ['session', 'sessions'];
  const names = sessions.slice(0, MOST_PEOPLE).map(({ name }) => inComment(name));
  const more = sessions.length > names.length ? ', …' : '';
  const who = `${sessions.length.toLocaleString('en')} ${sessions.length === 1 ? noun[0] : noun[1]}: ${names.join(', ')}${more}`;
  return [
    `${calls.toLocaleString('en')} ${calls === 1 ? 'call' : 'calls'}, ${span(first, last)}, ${regions.join(' ')}`,
    ...(failed === 0 ? [] : [`${failed.toLocaleString('en')} more failed`]),
    ...(sessions.length === 0 ? [] : [who]),
  ].join('; ');
}

export function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function span(first: number, last: number): string {
  const [from, to] = [dayOf(first), dayOf(last)];
  return from === to ? from : `${from} to ${to}`;
}

function ruleOf(group: SeenGroup, set: string): string[] {
  const match = Object.entries(matchOf(group)).map(([field, value]) => `${field}: ${scalar(value)}`);
  return [`  - match: { ${match.join(', ')} }`, `    set: { ${set} }`];
}

function matchOf({ kind, name, account, arn }: SeenGroup): Readonly<Record<string, string>> {
  switch (kind) {
    case 'assumed-role':
    case 'agentcore':
    case 'iam-role':
      return { role: name, account };
    case 'identity-center':
      return { 'permission-set': name, account };
    case 'federated-user':
      return { kind, session: name, account };
    default:
      // A pattern: what stands for any characters in it matches itself too.
      return { arn };
  }
}
