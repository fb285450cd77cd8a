import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { useWorkspace } from '../fixtures/workspace.ts';

const work = useWorkspace();

const write = (name: string, text: string | Buffer): void => writeFileSync(join(work.path, name), text);
const people = (): string => readFileSync(join(work.path, 'people.csv'), 'utf8');

const STAFF = `Email;Full name;Department;Active
mia@example.com;Mia Keller;Data Platform;true
ben@example.com;Ben Lind;Web;true
old@example.com;Olga Dietz;Web;false
`;

const CONFIG = `cur: cur
people:
  from: staff.csv
  columns: { session: Email, person: Full name, team: Department, status: Active }
dimensions:
  team: { tags: [iamPrincipal/team], values: { data: [Data Platform], web: [Web] } }
`;

const HEAD = 'session,person,team,from,to,imported-by\n';
const IMPORTED = `${HEAD}ben@example.com,Ben Lind,web,,,csv
mia@example.com,Mia Keller,data,,,csv
old@example.com,Olga Dietz,web,,2026-11-10,csv
`;

async function imported(day: string, ...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await work.bursar('people', 'import', '--effective', day, ...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const on = (period: string, day: string, session: string, cost: number, more: Line = {}): Line => ({
  ...USAGE,
  bill_billing_period_start_date: `${period}-01 00:00:00`,
  line_item_iam_principal: `arn:aws:sts::000000000002:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/${session}`,
  line_item_unblended_cost: cost,
  line_item_usage_start_date: `${period}-${day} 10:00:00`,
  line_item_usage_end_date: `${period}-${day} 11:00:00`,
  tags: {},
  ...more,
});

describe('from a CSV file, as bursar.yaml says', () => {
  test('a file is made; again is nothing; who moves and who leaves keep what was', async () => {
    write('bursar.yaml', CONFIG);
    write('staff.csv', STAFF);
    const first = await imported('2026-11-10');
    expect(people()).toBe(IMPORTED);
    expect(first).toContain('staff.csv: 3 people, 1 of them has left · as of 2026-11-10\n');
    expect(first).toContain('2 sessions added\n  ben@example.com (Ben Lind): team web\n');
    expect(first).toContain('1 session left\n  old@example.com (Olga Dietz)\n');
    const { mtimeMs } = statSync(join(work.path, 'people.csv'));
    expect(await imported('2026-11-11')).toContain('people.csv says all of it already');
    expect(statSync(join(work.path, 'people.csv')).mtimeMs).toBe(mtimeMs);
    write('staff.csv', STAFF.replace('Mia Keller;Data Platform', 'Mia Huber;Web').replace(/ben.*\n/, ''));
    const later = await imported('2026-12-01');
    expect(later).toContain('1 session moved\n  mia@example.com (Mia Keller): team data → web\n');
    expect(later).toContain('1 session left\n  ben@example.com (Ben Lind)\n');
    expect(later).toContain('Mia Keller is Mia Huber in the source');
    expect(people()).toBe(`${HEAD}ben@example.com,Ben Lind,web,,2026-12-01,csv
mia@example.com,Mia Keller,data,,2026-11-30,csv
mia@example.com,Mia Keller,web,2026-12-01,,csv
old@example.com,Olga Dietz,web,,2026-11-10,csv
`);
    expect(readdirSync(work.path).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a dry run writes nothing, and says what would be covered', async () => {
    await writePeriod(work.cur, '2026-10', [{ lines: [on('2026-10', '05', 'Mia@example.com', 8)] }]);
    write('bursar.yaml', CONFIG);
    write('staff.csv', STAFF);
    const text = await imported('2026-11-10', '--dry-run');
    expect(existsSync(join(work.path, 'people.csv'))).toBe(false);
    expect(text).toContain('Nothing was written');
    expect(text).toMatch(/^2026-10 +\$8\.00 +100\.0 % +\$0\.00 +\$0\.00 +\$8\.00$/m);
  });

  test('the file stays where it is and as it may be read: a link, and its mode', async () => {
    write('bursar.yaml', CONFIG);
    write('staff.csv', STAFF);
    write('real.csv', `${HEAD}mia@example.com,Mia,web,,,\n`);
    chmodSync(join(work.path, 'real.csv'), 0o640);
    symlinkSync('real.csv', join(work.path, 'people.csv'));
    await imported('2026-11-10');
    expect(lstatSync(join(work.path, 'people.csv')).isSymbolicLink()).toBe(true);
    expect(statSync(join(work.path, 'real.csv')).mode & 0o777).toBe(0o640);
    expect(people()).toContain('mia@example.com,Mia,data,2026-11-10,,csv\n');
  });
});

describe('which dollars the file covers', () => {
  test('by billing period: people in it, people who are not, and what is no person', async () => {
    const lines = (period: string) => [
      on(period, '05', 'MIA@example.com', 8),
      on(period, '06', 'old@example.com', 4),
      on(period, '07', 'ghost@example.com', 2),
      on(period, '07', 'x', 16, { line_item_iam_principal: 'arn:aws:iam::000000000002:user/ci' }),
      on(period, '07', 'x', 32, { line_item_iam_principal: null, line_item_line_item_type: 'Tax' }),
    ];
    for (const period of ['2026-08', '2026-09', '2026-10', '2026-11']) {
      await writePeriod(work.cur, period, [{ lines: lines(period) }]);
    }
    write('bursar.yaml', CONFIG);
    write('staff.csv', STAFF);
    // The file ends the day of somebody before the last calls.
    const { coverage } = JSON.parse(await imported('2026-10-31', '--format', 'json'));
    const period = { covered: '12.0000000000', uncovered: '2.0000000000' };
    const rest = { notPeople: '16.0000000000', adjustments: '32.0000000000' };
    expect(coverage).toEqual({
      currency: 'USD',
      periods: [
        { period: '2026-09', ...period, ...rest },
        { period: '2026-10', ...period, ...rest },
        { period: '2026-11', covered: '8.0000000000', uncovered: '6.0000000000', ...rest },
      ],
      uncovered: [
        { session: 'ghost@example.com', cost: '6.0000000000' },
        { session: 'old@example.com', cost: '4.0000000000' },
      ],
      people: 3,
      idle: 1,
    });
    const text = await imported('2026-10-31');
    expect(text).toMatch(/^2026-10 +\$12\.00 +40\.0 % +\$2\.00 +\$16\.00 +\$30\.00$/m);
    expect(text).toMatch(/\nghost@example\.com +\$6\.00\nold@example\.com +\$4\.00\n/);
    expect(text).toContain('1 of 3 people in the file spent nothing in these periods.\n');
  });

  test('without an export, or with a broken one, the import is done all the same', async () => {
    write('staff.csv', STAFF);
    const columns = ['--columns', 'session=Email,person=Full name,team=Department,status=Active'];
    const text = await imported('2026-11-10', '--from', 'staff.csv', ...columns);
    expect(text).toContain('Note: nothing says where the export is');
    expect(text).toContain(
      `Note: reports do not read it yet: write the line "people: people.csv" into ${join(work.path, 'bursar.yaml')}.`,
    );
    expect(people()).toContain('mia@example.com,Mia Keller,Data Platform,,,csv\n');
    const again = await imported('2026-11-10', '--from', 'staff.csv', ...columns, '--cur', 'nowhere');
    expect(again).toContain('Note: which dollars the file covers is not known: CUR_FOLDER_MISSING: ');
  });
});

describe('what is refused leaves the file as it is', () => {
  const MANY = Array.from({ length: 20 }, (_, index) => `p${index}@example.com;P${index};Web;true\n`);

  test('more than half gone: more likely half a source', async () => {
    write('bursar.yaml', CONFIG);
    write('staff.csv', STAFF + MANY.join(''));
    await imported('2026-11-10');
    const before = people();
    write('staff.csv', STAFF);
    const { code, stderr } = await work.bursar('people', 'import', '--effective', '2026-11-11');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /PEOPLE_MOST_LEFT: of 22 sessions that were imported before, .*staff\.csv no longer has 20;/,
    );
    expect(people()).toBe(before);
    expect(await imported('2026-11-11', '--accept-leavers')).toContain('20 sessions left\n');
    expect(people()).toContain('p3@example.com,P3,web,,2026-11-11,csv\n');
  });

  test.each<[string, string[], string, RegExp]>([
    ['a source that names nobody', [], STAFF.split('\n')[0] ?? '', /PEOPLE_SOURCE_INVALID: .* names nobody/],
    [
      'somebody twice',
      [],
      `${STAFF}MIA@example.com;M;Web;true\n`,
      /PEOPLE_SOURCE_INVALID: staff\.csv: line 5: MIA@example.com stands on line 2 too/,
    ],
    [
      'Windows-1252',
      [],
      `${STAFF}j;J\u00f6rg;Web;true\n`,
      /line 5: the file is not in UTF-8.*\n.*--encoding or people\.encoding/,
    ],
    ['a day that is none', ['--effective', '10.11.2026'], STAFF, /OPTION_INVALID: --effective 10\.11\.2026/],
    ['a dimension that is none', ['--columns', 'session=Email,taem=Department'], STAFF, /taem\n.*Did you mean team\?/],
    ['a group without a dimension', ['--group', 'aws-data'], STAFF, /PATTERN=DIM:VALUE/],
    ['a file that is not there', ['--from', 'gone.csv'], STAFF, /FILE_UNREACHABLE/],
  ])('%s', async (_, args, staff, message) => {
    write('bursar.yaml', CONFIG);
    write('staff.csv', Buffer.from(staff, 'latin1'));
    write('people.csv', IMPORTED);
    const { code, stderr } = await work.bursar('people', 'import', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(people()).toBe(IMPORTED);
  });

  test.each<[string, string, RegExp]>([
    [
      'a group of no dimension',
      'groups: { web: { taem: x } }',
      /line 2, column \d+: people\.groups: there is no dimension taem; did you mean team\?/,
    ],
    [
      'a star without one',
      'groups: { web: { team: "*" } }',
      /line 2, column \d+: people\.groups: the \* of \* stands for/,
    ],
    [
      'a column of nothing',
      'columns: { taem: x }',
      /line 2, column \d+: people\.columns: there is nothing called taem; did you mean team\?/,
    ],
    ['a word that is none', 'grups: {}', /line 2, column \d+: people\.grups/],
  ])('%s in bursar.yaml', async (_, line, message) => {
    write('bursar.yaml', `people:\n  ${line}\n`);
    const { code, stderr } = await work.bursar('people', 'import', '--from', 'staff.csv');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('a day before that of an earlier import', async () => {
    write('bursar.yaml', CONFIG);
    write('staff.csv', STAFF);
    write('people.csv', `${HEAD}mia@example.com,Mia,ops,,2026-10-15,csv\nmia@example.com,Mia,web,2026-10-16,,csv\n`);
    const { code, stderr } = await work.bursar('people', 'import', '--effective', '2026-10-15');
    expect(code).toBe(2);
    expect(stderr).toContain('--effective 2026-10-15 lies before 2026-10-16, from which day on rows were imported');
  });

  test('nothing says from where', async () => {
    const { code, stderr } = await work.bursar('people', 'import');
    expect(code).toBe(2);
    expect(stderr).toContain('Add --from identity-center or --from FILE.csv');
  });

  test('a people file with mistakes', async () => {
    write('bursar.yaml', CONFIG);
    write('staff.csv', STAFF);
    write('people.csv', 'session,taem\nmia,data\n');
    const { code, stderr } = await work.bursar('people', 'import');
    expect(code).toBe(2);
    expect(stderr).toContain('PEOPLE_FILE_INVALID');
  });
});

test('a section without from is a people file like any other', async () => {
  await writePeriod(work.cur, '2026-10', [{ lines: [on('2026-10', '05', 'mia@example.com', 8)] }]);
  write('bursar.yaml', 'cur: cur\npeople: { file: hr/people.csv }\n');
  const { stderr } = await work.bursar('report', '--by', 'team');
  expect(stderr).toMatch(/PEOPLE_FILE_INVALID: .*hr\/people\.csv cannot be read.*\n.*bursar people import makes one/);
});
