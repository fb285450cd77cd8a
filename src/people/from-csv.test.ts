import { describe, expect, test } from 'vitest';
import type { OperatingError } from '../domain/errors.ts';
import { membersOfCsv } from './from-csv.ts';

const NAMED = { session: ['Email', 'Login'], person: ['Full name'], team: ['Cost centre'] };
const HEAD = 'Email,Login,Full name,Cost centre';

function read(
  content: string | Buffer,
  named: Readonly<Record<string, readonly string[]>> = NAMED,
  encoding: string | null = null,
) {
  const asked = { named: new Map(Object.entries(named)), dimensions: ['team', 'region'] };
  return membersOfCsv('hr/staff.csv', Buffer.from(content), asked, encoding, (dimension, value) =>
    dimension === 'team' && value === 'Web Team' ? 'web' : value,
  );
}

const briefly = (...args: Parameters<typeof read>) =>
  read(...args).members.map(({ sessions, name, spans, left }) =>
    [
      sessions.join(' '),
      name,
      ...spans.map(({ from, to, values }) => [from, to, ...values].join(' ')),
      ...(left ? ['left'] : []),
    ].join('; '),
  );

const FOR_EVER = '0001-01-01 9999-12-31';
const JOERG = [`joerg@x.org jk; Jörg Köhler; ${FOR_EVER} team,Vertrieb`];
const LINE = 'joerg@x.org,jk,Jörg Köhler,Vertrieb\r\n';
const latin1 = Buffer.from(`${HEAD}\r\n${LINE}`, 'latin1');
const utf16be = Buffer.from(`\ufeff${HEAD}\r\n${LINE}`, 'utf16le').swap16();

describe('what is taken', () => {
  test.each<[string, string | Buffer, string | null]>([
    ['UTF-8', `${HEAD}\n${LINE}`, null],
    ['UTF-8 with a mark', `\ufeff${HEAD}\n${LINE}`, null],
    ['UTF-16, little end first', Buffer.from(`\ufeff${HEAD}\r\n${LINE}`, 'utf16le'), null],
    ['UTF-16, big end first', utf16be, null],
    ['UTF-16 without a mark, told', Buffer.from(`${HEAD}\r\n${LINE}`, 'utf16le'), 'utf-16le'],
    ['Windows-1252, told', latin1, 'windows-1252'],
    ['semicolons', `${HEAD}\n${LINE}`.replaceAll(',', ';'), null],
    [
      'commas in quoted names of columns',
      `Email;Login;"Full name";Cost centre;"a, b, c, d, e, f"\njoerg@x.org;jk;Jörg Köhler;Vertrieb;`,
      null,
    ],
    ['tabs, spaces and case', `EMAIL\tlogin\t full NAME\tCost Centre\n joerg@x.org\tjk\tJörg  Köhler\tVertrieb`, null],
  ])('%s', (_, content, encoding) => {
    expect(briefly(content, NAMED, encoding)).toEqual(JOERG);
  });

  test('columns of our own names need no map, and other spellings of a value are one', () => {
    const { members, dimensions, tellsEnds } = read(
      'session,team,from,to\nmia,Web Team,2026-01-01,2026-01-31T00:00:00Z\n',
      {},
    );
    expect(members[0]?.spans).toEqual([{ from: '2026-01-01', to: '2026-02-01', values: new Map([['team', 'web']]) }]);
    expect({ dimensions, tellsEnds }).toEqual({ dimensions: ['team'], tellsEnds: true });
  });

  test('several lines for one session are its history; the last one has its name', () => {
    const text = 'session,person,team,from,to\nMia,Mia Huber,web,2026-06-01,\nmia,Mia Keller,data,,2026-05-31\n';
    expect(briefly(text, {})).toEqual([
      'Mia; Mia Huber; 0001-01-01 2026-06-01 team,data; 2026-06-01 9999-12-31 team,web',
    ]);
  });

  test.each(['false', 'DEPROVISIONED', 'Inactive', '0', 'SUSPENDED'])('%s has left', (status) => {
    expect(briefly(`session,status\nmia,${status}\n`, {})).toEqual([`mia; ; ${FOR_EVER}; left`]);
  });

  test.each(['TRUE', 'ACTIVE', 'password expired', '', 'Enabled'])('%s has not', (status) => {
    expect(briefly(`session,status\nmia,${status}\n`, {})).toEqual([`mia; ; ${FOR_EVER}`]);
  });

  test('lines without a session are counted', () => {
    expect(read('session,team\n,web\nmia,data\n', {})).toMatchObject({ nameless: 1, members: [{ sessions: ['mia'] }] });
  });
});

test.each<[string, string | Buffer, Readonly<Record<string, readonly string[]>>, string | null, string | RegExp]>([
  [
    'Windows-1252',
    latin1,
    NAMED,
    null,
    'line 2: the file is not in UTF-8, more likely in Windows-1252 or a relative of it',
  ],
  ['UTF-16 without a mark', utf16be.subarray(2), NAMED, null, 'the file is in UTF-16, and nothing says in which order'],
  ['another encoding than told', latin1, NAMED, 'utf-8', 'the file is not in utf-8'],
  ['an encoding that is none', latin1, NAMED, 'latin-99', 'there is no encoding "latin-99"'],
  [
    'a column that is not there',
    'E-Mail,Team\na,b\n',
    { session: ['Email'], team: ['Team'] },
    null,
    'line 1: there is no column "Email"; did you mean E-Mail? There are: E-Mail, Team',
  ],
  ['a column that stands twice', 'session,team,Team\na,b,c\n', {}, null, /line 1: the column team stands 2 times/],
  ['no session', 'Mail,Team\na,b\n', {}, null, 'line 1: no column holds the session. There are: Mail, Team'],
  ['nothing', '', {}, null, /no column holds the session/],
  ['a short line', 'session,team\na\n', {}, null, 'line 2: 1 cells, but the header has 2'],
  [
    'somebody twice',
    'session,team\nmia,a\nben,b\nMia,c\n',
    {},
    null,
    'line 4: Mia stands on line 2 too, for the same days',
  ],
  [
    'two people with one session',
    'session,Login\nmia,x\nben,X\n',
    { session: ['session', 'Login'] },
    null,
    'X is named by line 2 and by line 3',
  ],
  [
    'a day that is none',
    'session,from\nmia,31.01.2026\n',
    {},
    null,
    'line 2: from: 31.01.2026 is no day: write one such as 2026-01-31',
  ],
  [
    'an end before the beginning',
    'session,from,to\nmia,2026-02-01,2026-01-01\n',
    {},
    null,
    'line 2: to: 2026-01-01 is before from: 2026-02-01',
  ],
  ['a status that nobody knows', 'session,status\nmia,maybe\n', {}, null, /line 2: status: maybe is not known/],
  [
    'a word of ours',
    'session,team\nmia,(shared)\n',
    {},
    null,
    "line 2: (shared) is a word of Bursar's own: leave the cell empty",
  ],
  ['an open quote', 'session,team\n"mia,a\n', {}, null, /[Qq]uot/],
  ['very many', `session,from\n${'m,x\n'.repeat(30)}`, {}, null, /\n {2}line 11: .*\n {2}and 20 more$/],
])('%s is refused', (_, content, named, encoding, message) => {
  let error: OperatingError | null = null;
  try {
    read(content, named, encoding);
  } catch (thrown) {
    error = thrown as OperatingError;
  }
  expect(error?.code).toBe('PEOPLE_SOURCE_INVALID');
  if (typeof message === 'string') expect(error?.message).toBe(`staff.csv: ${message}`);
  else expect(error?.message).toMatch(message);
});
