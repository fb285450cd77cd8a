import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { END_OF_DAYS, FIRST_DAY, foldedName } from '../domain/allocation.ts';
import type { Member, Membership } from '../domain/people.ts';
import { type Day, nextDay } from '../domain/period.ts';
import { parsePeopleFile } from './file.ts';
import { refreshPeople } from './refresh.ts';
import { NO_TABLE } from './table.ts';

const DIMENSIONS = ['team', 'cost-center'];

interface Said {
  readonly sessions: readonly [string, ...string[]];
  readonly name?: string;
  readonly team?: string;
  readonly left?: boolean;
  readonly from?: string;
  /** included */
  readonly to?: string;
}

function member({ sessions, name = '', team = '', left = false, from, to }: Said): Member {
  const days = { from: (from ?? FIRST_DAY) as Day, to: to === undefined ? END_OF_DAYS : nextDay(to as Day) };
  const values = new Map(team === '' ? [] : [['team', team]]);
  return { sessions, name, left, spans: [{ ...days, values }], place: sessions[0] };
}

function says(said: readonly Said[], tellsEnds = false): Membership {
  return { members: said.map(member), dimensions: ['team'], tellsEnds };
}

const held = (text: string | null) =>
  text === null || text === ''
    ? { people: [], table: NO_TABLE }
    : parsePeopleFile('people.csv', Buffer.from(text), DIMENSIONS);

const refresh = (text: string | null, membership: Membership, day: string, name = 'ic') =>
  refreshPeople(held(text), membership, name, day as Day);

const imported = (text: string | null, membership: Membership, day: string, name?: string): string =>
  refresh(text, membership, day, name).text ?? text ?? '';

const HEAD = 'session,person,team,from,to,imported-by\n';
const MIA = { sessions: ['mia'], name: 'Mia Keller', team: 'data' } as const;
const TODAY = '2026-11-10';

describe('what becomes of the rows', () => {
  test.each<[string, string | null, readonly Said[], string, string]>([
    [
      'the first import: every session of somebody, from the beginning',
      null,
      [
        { ...MIA, sessions: ['mia', 'mia@x.org'] },
        { sessions: ['Ben'], team: 'web' },
      ],
      `${HEAD}Ben,Ben,web,,,ic\nmia,Mia Keller,data,,,ic\nmia@x.org,Mia Keller,data,,,ic\n`,
      'added added added',
    ],
    [
      'who moves: the old row ends the day before',
      `${HEAD}mia,Mia Keller,data,,,ic\n`,
      [{ ...MIA, team: 'web' }],
      `${HEAD}mia,Mia Keller,data,,2026-11-09,ic\nmia,Mia Keller,web,2026-11-10,,ic\n`,
      'moved',
    ],
    [
      'who is in no team any more',
      `${HEAD}mia,Mia Keller,data,2026-05-01,,ic\n`,
      [{ ...MIA, team: '' }],
      `${HEAD}mia,Mia Keller,data,2026-05-01,2026-11-09,ic\nmia,Mia Keller,,2026-11-10,,ic\n`,
      'moved',
    ],
    [
      'who moves twice on a day: the second move counts',
      `${HEAD}mia,Mia Keller,data,,2026-11-09,ic\nmia,Mia Keller,web,2026-11-10,,ic\n`,
      [{ ...MIA, team: 'ops' }],
      `${HEAD}mia,Mia Keller,data,,2026-11-09,ic\nmia,Mia Keller,ops,2026-11-10,,ic\n`,
      'moved',
    ],
    [
      'who is gone: today is the last day, and the row stays',
      `${HEAD}mia,Mia Keller,data,2026-05-01,,ic\nben,Ben,web,,,ic\n`,
      [{ sessions: ['ben'], name: 'Ben', team: 'web' }],
      `${HEAD}mia,Mia Keller,data,2026-05-01,2026-11-10,ic\nben,Ben,web,,,ic\n`,
      'left',
    ],
    [
      'who is disabled, known and unknown to the file: may have spent until today',
      `${HEAD}mia,Mia Keller,data,,,ic\n`,
      [
        { ...MIA, left: true },
        { sessions: ['ben'], team: 'web', left: true },
      ],
      `${HEAD}mia,Mia Keller,data,,2026-11-10,ic\nben,ben,web,,2026-11-10,ic\n`,
      'left left',
    ],
    [
      'who is back: a row from today on, the gap stays',
      `${HEAD}mia,Mia Keller,data,,2026-08-31,ic\n`,
      [MIA],
      `${HEAD}mia,Mia Keller,data,,2026-08-31,ic\nmia,Mia Keller,data,2026-11-10,,ic\n`,
      'returned',
    ],
    [
      'who left and came back on one day: the row goes on',
      `${HEAD}mia,Mia Keller,data,,2026-11-10,ic\n`,
      [MIA],
      `${HEAD}mia,Mia Keller,data,,,ic\n`,
      'returned',
    ],
    [
      'an end that somebody wrote into a row stays',
      `${HEAD}mia,Mia Keller,data,,2026-12-31,ic\n`,
      [MIA],
      `${HEAD}mia,Mia Keller,data,,2026-12-31,ic\n`,
      '',
    ],
    [
      'another name is the same person',
      `${HEAD}mia,Mia Keller,data,,,ic\n`,
      [{ sessions: ['mia', 'mia.huber@x.org'], name: 'Mia Huber', team: 'web' }],
      `${HEAD}mia,Mia Keller,data,,2026-11-09,ic\nmia,Mia Keller,web,2026-11-10,,ic\nmia.huber@x.org,Mia Keller,web,,,ic\n`,
      'moved added',
    ],
    [
      'people of one name are told apart, whom the file knows keeps it',
      `${HEAD}tom1,Tom Ott,data,,,ic\n`,
      ['tom1', 'tom2'].map((session) => ({ sessions: [session], name: 'Tom Ott', team: 'data' }) as const),
      `${HEAD}tom1,Tom Ott,data,,,ic\ntom2,Tom Ott (tom2),data,,,ic\n`,
      'added',
    ],
    [
      'rows of sessions that the source does not know, written by hand',
      `${HEAD}BedrockAPIKey-7k2m,Mia Keller,,,,\n"arn:x,y",Job,ops,2026-01-01,,\nold,Old,ops,,,okta\n`,
      [MIA],
      `${HEAD}BedrockAPIKey-7k2m,Mia Keller,,,,\n"arn:x,y",Job,ops,2026-01-01,,\nold,Old,ops,,,okta\nmia,Mia Keller,data,,,ic\n`,
      'added',
    ],
    [
      'rows written by hand that the source agrees with, also where they say more',
      'session,person,team,cost-center\nMIA,Mia K.,data,4200\nben,Ben,web,\n',
      [MIA, { sessions: ['ben'], name: 'Ben' }],
      'session,person,team,cost-center\nMIA,Mia K.,data,4200\nben,Ben,web,\n',
      '',
    ],
    [
      'a row written by hand that the source contradicts; what it knows nothing of is carried on, columns come at the end',
      'session;person;cost-center;team\r\nMIA;Mia K.;4200;ops\r\n\r\nben;Ben;;web',
      [MIA],
      'session;person;cost-center;team;from;to;imported-by\r\nMIA;Mia K.;4200;ops;;2026-11-09;\r\nMIA;Mia K.;4200;data;2026-11-10;;ic\r\n\r\nben;Ben;;web;;;\r\n',
      'moved',
    ],
    [
      'a row that another import looks after',
      `${HEAD}mia,Mia Keller,ops,,,okta\n`,
      [MIA],
      `${HEAD}mia,Mia Keller,ops,,,okta\n`,
      '',
    ],
    [
      'a row that somebody planned: it is not met',
      `${HEAD}mia,Mia Keller,ops,,2026-12-31,ic\nmia,Mia Keller,web,2027-01-01,,\n`,
      [MIA],
      `${HEAD}mia,Mia Keller,ops,,2026-11-09,ic\nmia,Mia Keller,data,2026-11-10,2026-12-31,ic\nmia,Mia Keller,web,2027-01-01,,\n`,
      'moved',
    ],
    [
      'a source that plans: what stands, stands until then',
      `${HEAD}mia,Mia Keller,ops,,,ic\n`,
      [{ ...MIA, from: '2027-01-01', to: '2027-06-30' }],
      `${HEAD}mia,Mia Keller,ops,,2026-12-31,ic\nmia,Mia Keller,data,2027-01-01,2027-06-30,ic\n`,
      'moved',
    ],
    [
      'days of the source are taken where the file knows nothing',
      null,
      [{ ...MIA, from: '2026-03-01', to: '2026-08-31' }],
      `${HEAD}mia,Mia Keller,data,2026-03-01,2026-08-31,ic\n`,
      'added',
    ],
  ])('%s', (_, before, said, expected, kinds) => {
    const { text, plan } = refresh(before, says(said), TODAY);
    expect(text ?? before).toBe(expected);
    expect(plan.changes.map(({ kind }) => kind).join(' ')).toBe(kinds);
  });

  test('a source that knows ends sets them and takes them away', () => {
    const open = `${HEAD}mia,Mia Keller,data,,,ic\n`;
    const closed = `${HEAD}mia,Mia Keller,data,,2026-12-31,ic\n`;
    expect(imported(open, says([{ ...MIA, to: '2026-12-31' }], true), TODAY)).toBe(closed);
    expect(imported(closed, says([MIA], true), TODAY)).toBe(open);
  });

  test('a byte order mark, empty lines and odd spacing stay', () => {
    const text = `\ufeff\n${HEAD.replace('team', ' Team ')} mia , "Mia Keller",data,,,\n\n"b ""q""",B,ops,,,\n`;
    expect(imported(text, says([MIA]), TODAY)).toBe(text);
    expect(imported(text, says([MIA, { sessions: ['neu'] }]), TODAY)).toBe(`${text}neu,neu,,,,ic\n`);
  });

  test('rows that were pasted without the last cell stay, and are filled up where a column is added', () => {
    const text = 'session,person,from,to,imported-by\nben,Ben,,\nmia,Mia,,,ic\n';
    expect(imported(text, says([{ ...MIA, team: '' }]), TODAY)).toBe(text);
    expect(imported(text, says([MIA]), TODAY)).toBe(
      'session,person,from,to,imported-by,team\nben,Ben,,,,\nmia,Mia,,2026-11-09,ic,\nmia,Mia,2026-11-10,,ic,data\n',
    );
  });

  test('the plan counts what stays', () => {
    const text = `${HEAD}mia,Mia Keller,data,,,ic\nben,Ben,web,,,\ncarl,Carl,web,,,okta\nkey,Mia Keller,,,,\n`;
    const { plan } = refresh(
      text,
      says([{ ...MIA, name: 'Mia Huber' }, { sessions: ['ben'] }, { sessions: ['carl'] }]),
      TODAY,
    );
    expect(plan).toEqual({
      changes: [],
      unchanged: 1,
      byHand: 2,
      others: new Map([['okta', 1]]),
      renamed: [{ person: 'Mia Keller', name: 'Mia Huber' }],
      withdrawn: [],
    });
  });
});

const dayOf = (index: number): Day => new Date(Date.UTC(2026, 9, 1 + index)).toISOString().slice(0, 10) as Day;

const DAYS = 40;
const SESSIONS = ['a', 'b', 'c', 'd@x.org'];
const TEAMS = ['', 'data', 'web'];

/** People with one or two sessions each, of which no two have the same. */
const membership = fc
  .record({
    tellsEnds: fc.boolean(),
    people: fc.array(
      fc.record({
        session: fc.constantFrom(...SESSIONS),
        other: fc.option(fc.constantFrom(...SESSIONS)),
        name: fc.constantFrom('', 'Mia', 'Ben'),
        team: fc.constantFrom(...TEAMS),
        left: fc.boolean(),
        days: fc.option(fc.tuple(fc.nat(DAYS), fc.nat(DAYS))),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ tellsEnds, people }) => {
    const taken = new Set<string>();
    const said = people.flatMap(({ session, other, days, ...rest }): Said[] => {
      const sessions = [session, ...(other === null ? [] : [other])].filter((one) => !taken.has(one) && taken.add(one));
      const [first, ...more] = sessions;
      if (first === undefined) return [];
      const [from, to] = (days ?? []).toSorted((x, y) => x - y).map(dayOf);
      return [{ ...rest, sessions: [first, ...more], ...(from === undefined ? {} : { from, to }) }];
    });
    return says(said, tellsEnds);
  });

/** A file that people wrote: rows for one session on days that do not meet. */
const byHand = fc
  .array(
    fc.record({
      session: fc.constantFrom(...SESSIONS, 'key'),
      days: fc.tuple(fc.nat(DAYS), fc.nat(DAYS)),
      open: fc.boolean(),
      person: fc.constantFrom('', 'Mia', 'Tom'),
      team: fc.constantFrom(...TEAMS),
      importedBy: fc.constantFrom('', 'ic', 'okta'),
    }),
    { maxLength: 6 },
  )
  .map((rows) => {
    const ends = new Map<string, number>();
    const lines = rows.flatMap(({ session, days, open, person, team, importedBy }) => {
      const [first = 0, last = 0] = days.toSorted((x, y) => x - y);
      if (first <= (ends.get(session) ?? -1)) return [];
      ends.set(session, open ? DAYS * 2 : last);
      return [`${session},${person},${team},${dayOf(first)},${open ? '' : dayOf(last)},${importedBy}\n`];
    });
    return HEAD + lines.join('');
  });

/** What the file says of a session on a day; `null` = nothing. */
function answers(text: string): (session: string, day: Day) => string | null {
  const { people } = held(text);
  return (session, day) => {
    const row = people.find((one) => one.session === session && one.from <= day && day < one.to);
    return row === undefined ? null : [...row.values].sort().join();
  };
}

describe('whatever is imported', () => {
  test('twice is once, byte for byte', () => {
    fc.assert(
      fc.property(fc.option(byHand), membership, fc.nat(DAYS), (before, said, at) => {
        const once = imported(before, said, dayOf(at));
        expect(refresh(once, said, dayOf(at)).text).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test('what the file said of a day that is over, it says for ever; no rows meet', () => {
    fc.assert(
      fc.property(
        byHand,
        fc.array(fc.tuple(membership, fc.nat(10), fc.constantFrom('ic', 'okta')), { minLength: 1, maxLength: 5 }),
        (before, imports) => {
          let text = before;
          let at = 0;
          for (const [said, later, name] of imports) {
            at += later;
            // Reading refuses rows that meet.
            const next = imported(text, said, dayOf(at), name);
            const [then, now] = [answers(text), answers(next)];
            const known = held(text).people.filter(({ from }) => from <= dayOf(at));
            for (const { session } of known) {
              for (let day = 0; day < at; day++) expect(now(session, dayOf(day))).toBe(then(session, dayOf(day)));
            }
            text = next;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('from its day on the file says what the source says, where nobody else does', () => {
    fc.assert(
      fc.property(fc.array(membership, { minLength: 1, maxLength: 4 }), (imports) => {
        let text: string | null = null;
        for (const [at, said] of imports.entries()) {
          text = imported(text, said, dayOf(at));
          const told = new Map(said.members.flatMap((one) => one.sessions.map((session) => [session, one] as const)));
          const { people } = held(text);
          for (const session of SESSIONS) {
            const one = told.get(session);
            const [span] = one?.spans ?? [];
            const day = nextDay(dayOf(at));
            const there = one !== undefined && !one.left && span !== undefined && span.from <= day && day < span.to;
            const row = people.find(
              (each) => each.session === foldedName(session) && each.from <= day && day < each.to,
            );
            if (there) expect(row?.values.get('team') ?? '').toBe(span.values.get('team') ?? '');
            else if (one === undefined || one.left) expect(row).toBeUndefined();
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
