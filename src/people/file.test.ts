import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPeopleFile } from './file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-people-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(content: string | Buffer) {
  const path = join(folder, 'people.csv');
  writeFileSync(path, content);
  return readPeopleFile(path, ['team', 'cost-center']);
}

const BOM = '\ufeff';
const HEAD = 'session,person,team,from,to';

describe('what is taken', () => {
  test.each<[string, string]>([
    ['commas', `${HEAD}\nMia@x.org,Mia,data,2026-01-01,2026-01-31\n`],
    [
      'semicolons, as Excel writes where commas part decimals',
      'session;person;team;from;to\r\nMia@x.org;Mia;data;2026-01-01;2026-01-31\r\n',
    ],
    ['tabs', 'session\tperson\tteam\tfrom\tto\nMia@x.org\tMia\tdata\t2026-01-01\t2026-01-31'],
    ['a byte order mark', `${BOM}${HEAD}\nMia@x.org,Mia,data,2026-01-01,2026-01-31\n`],
    [
      'quotes, spaces and another order',
      'to, team ,SESSION,person,from\n2026-01-31,"data",mia@X.org , Mia,2026-01-01\n',
    ],
    ['empty lines', `${HEAD}\n\nmia@x.org,Mia,data,2026-01-01,2026-01-31\n,,,,\n\n`],
  ])('%s', async (_, text) => {
    const { people, columns } = await read(text);
    expect(columns).toEqual(['team']);
    expect(people.map(({ values, ...row }) => ({ ...row, values: Object.fromEntries(values) }))).toEqual([
      {
        place: expect.stringMatching(/^people\.csv line [23]$/),
        session: 'mia@x.org',
        from: '2026-01-01',
        to: '2026-02-01',
        values: { person: 'Mia', team: 'data' },
      },
    ]);
  });

  test('what is empty says nothing; without days a row is for ever; an e-mail address is one person', async () => {
    const { people } = await read('session,person,team\nalice,Alice@X.org,\n"bob\nthe second",,data\ncarl,,\n');
    expect(people.map(({ place, session, values, from, to }) => [place, session, [...values], from, to])).toEqual([
      ['people.csv line 2', 'alice', [['person', 'alice@x.org']], '0001-01-01', '9999-12-31'],
      ['people.csv line 3', 'bob\nthe second', [['team', 'data']], '0001-01-01', '9999-12-31'],
      ['people.csv line 5', 'carl', [], '0001-01-01', '9999-12-31'],
    ]);
  });

  test('who imported a row says nothing of dollars, and may be left out at its end', async () => {
    const { people, columns } = await read('session,team,imported-by\nmia,a,identity-center\nben,b\n');
    expect(columns).toEqual(['team']);
    expect(people.map(({ session, values }) => [session, ...values.values()])).toEqual([
      ['mia', 'a'],
      ['ben', 'b'],
    ]);
  });

  test('a session may stand again for other days', async () => {
    expect((await read('session,team,from,to\nm,a,,2026-01-31\nm,b,2026-02-01,\n')).people).toHaveLength(2);
  });
});

const UTF16 = Buffer.from(`${BOM}session,team\nm,a\n`, 'utf16le');

test.each<[string, string | Buffer, RegExp | string]>([
  [
    'an unknown column',
    'session,taem\nm,a\n',
    'line 1: there is no column "taem"; did you mean team? There are: session, person, team, cost-center, from, to',
  ],
  ['a column twice', 'session,team,team\nm,a,b\n', 'line 1: the column team stands twice'],
  ['no session', 'person,team\nm,a\n', /line 1: the column session is missing/],
  ['nothing at all', '', /line 1: the column session is missing/],
  ['too few cells', 'session,team\nm\n', 'line 2: 1 cells, but the header has 2'],
  ['too many cells', 'session,team\nm,a,b\n', 'line 2: 3 cells, but the header has 2'],
  ['an empty session', 'session,team\n,a\n', 'line 2: the cell session is empty'],
  [
    'a day that does not exist',
    'session,from\nm,2026-02-30\n',
    'line 2: from: 2026-02-30 is no day: write one such as 2026-01-31',
  ],
  [
    'a day as Excel likes it',
    'session,from\nm,31/01/2026\n',
    'line 2: from: 31/01/2026 is no day: write one such as 2026-01-31',
  ],
  ['to before from', 'session,from,to\nm,2026-02-02,2026-02-01\n', 'line 2: to: 2026-02-01 is before from: 2026-02-02'],
  [
    'a word of ours',
    'session,team\nm,(shared)\n',
    "line 2: team: (shared) is a word of Bursar's own: leave the cell empty",
  ],
  [
    'somebody twice',
    'session,team\nm,a\nn,b\nM,c\n',
    'm stands twice for the same days: people.csv line 2 and people.csv line 4',
  ],
  [
    'somebody twice on a day',
    'session,from,to\nm,,2026-01-31\nm,2026-01-10,2026-01-12\nm,2026-01-20,2026-01-25\n',
    /\n.*line 2 and people\.csv line 3\n.*line 2 and people\.csv line 4$/,
  ],
  ['several problems', 'session,team\nm\n,a\n', /:\n {2}line 2: 1 cells.*\n {2}line 3: the cell/],
  ['very many', `session,team\n${'m\n'.repeat(30)}`, /line 11: .*\n {2}and 20 more$/],
  ['an open quote', 'session,team\n"m,a\n', /[Qq]uot/],
  ['UTF-16', UTF16, /line 1: the file is in UTF-16/],
  ['UTF-16 without a mark', UTF16.subarray(2), /line 1: the file is in UTF-16/],
  [
    'Windows-1252',
    Buffer.from([...Buffer.from('session,team\nm,a '), 0x93, 0x80, 0x94, 0x0a]),
    /line 2: the file is in Latin-1/,
  ],
  ['Latin-1', Buffer.from('session,team\nm,a\nj\u00f6rg,b\n', 'latin1'), /line 3: the file is in Latin-1/],
])('%s is refused', async (_, content, message) => {
  const error = await read(content).then(
    () => null,
    (error: { code: string; message: string }) => error,
  );
  expect(error?.code).toBe('PEOPLE_FILE_INVALID');
  if (typeof message === 'string') expect(error?.message).toBe(`${join(folder, 'people.csv')}: ${message}`);
  else expect(error?.message.replace(/^.*people\.csv[:,]/, ':')).toMatch(message);
});
