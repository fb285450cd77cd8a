import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Line, USAGE, writePeriod } from '../fixtures/export.ts';
import { useWorkspace } from '../fixtures/workspace.ts';

const STS = 'arn:aws:sts::000000000002:assumed-role';
const MIA = `${STS}/AWSReservedSSO_DataScience_Sandbox_0123456789abcdef/Mia@Example.com`;
const MIA_AT_WORK = `${STS}/BedrockFederated/mia@example.com`;
const BEN = `${STS}/AWSReservedSSO_PowerUser_0123456789abcdef/ben`;
const GATEWAY = `${STS}/llm-gateway/gateway`;
const KEY = 'arn:aws:iam::000000000002:user/BedrockAPIKey-7k2m';

const on = (day: number, principal: string | null, cost: number, more: Line = {}): Line => ({
  ...USAGE,
  line_item_iam_principal: principal,
  line_item_unblended_cost: cost,
  line_item_usage_start_date: `2026-10-${String(day).padStart(2, '0')} 10:00:00`,
  line_item_usage_end_date: `2026-10-${String(day).padStart(2, '0')} 11:00:00`,
  tags: {},
  ...more,
});

const LINES: Line[] = [
  on(2, MIA, 10),
  on(20, MIA, 20),
  on(3, MIA_AT_WORK, 5),
  on(4, BEN, 7),
  on(5, GATEWAY, 100),
  on(5, GATEWAY, 40, { tags: { 'iamPrincipal/team': 'web' } }),
  on(6, KEY, 3),
  on(7, `${STS}/checkout-api/i-04fc2e2aa12f47b8f`, 11),
  on(8, null, 2),
  on(1, null, 4, { line_item_line_item_type: 'Tax' }),
];

const CONFIG = `cur: cur
people: people.csv
dimensions:
  team:
    tags: [resourceTags/Team, iamPrincipal/team]
    values: { frontend: [web] }
  cost-center: {}
rules:
  - name: gateway
    match: { role: llm-gateway }
    shared: true
  - match: { permission-set: DataScience_* }
    to: 2026-10-14
    set: { team: data, cost-center: "4200" }
`;

const PEOPLE = `session;person;team;from;to
MIA@example.com;Mia Keller;research;2026-10-01;2026-10-31
BedrockAPIKey-7k2m;Mia Keller;;;
`;

const work = useWorkspace();

beforeEach(async () => {
  await writePeriod(work.cur, '2026-10', [{ lines: LINES }]);
  write(CONFIG, PEOPLE);
});

function write(config: string, people: string): void {
  writeFileSync(join(work.path, 'bursar.yaml'), config);
  writeFileSync(join(work.path, 'people.csv'), people);
}

interface Json {
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  readonly allocation: Readonly<Record<string, string>> | null;
  readonly notes: readonly string[];
}

async function report(...args: string[]): Promise<Json> {
  const { stdout, stderr, code } = await work.bursar('report', '--format', 'json', ...args);
  expect({ code, stderr: stderr.replace(/^2026-10 {2}ingested.*\nLedger.*\n/, '') }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Json;
}

const brief = ({ rows }: Json, ...dimensions: string[]): string[] =>
  rows.map((row) =>
    [
      ...dimensions.map((name) => row[name] ?? '(none)'),
      String(Number(row.cost)),
      ...(row.adjustment ? [row.adjustment] : []),
    ].join(' '),
  );

const allocations = (): string[] =>
  (readdirSync(work.ledger, { recursive: true }) as string[]).filter((name) => name.includes('allocation-'));

describe('who spent what, by tags, rules and people', () => {
  test.each<[string, string[], string[], string[]]>([
    [
      'a team: tags first, in their canonical spelling, then rules while they are valid, then people',
      ['--by', 'team'],
      ['team'],
      ['(shared) 100', 'frontend 40', 'research 25', '(none) 23', 'data 10', '(none) 4 Tax'],
    ],
    [
      'a cost centre that no tag knows',
      ['--by', 'cost-center'],
      ['cost-center'],
      ['(shared) 140', '(none) 48', '4200 10', '(none) 4 Tax'],
    ],
    [
      'one person over roles and keys',
      ['--by', 'person'],
      ['person'],
      ['(none) 153', 'Mia Keller 38', 'ben 7', '(none) 4 Tax'],
    ],
    [
      'shared dollars, by what they were spent on',
      ['--by', 'session', '--where', 'team=(shared)'],
      ['session'],
      ['gateway 100'],
    ],
    [
      'neither nobody nor shared',
      ['--by', 'team', '--where', 'team!=(shared),(none)'],
      ['team'],
      ['frontend 40', 'research 25', 'data 10'],
    ],
    [
      'the greatest team: nobody and shared stand apart',
      ['--by', 'team', '--top', '1'],
      ['team'],
      ['(shared) 100', 'frontend 40', '(none) 23', '(none) 35', '(none) 4 Tax'],
    ],
  ])('%s', async (_, args, dimensions, expected) => {
    const answer = await report(...args);
    expect(brief(answer, ...dimensions)).toEqual(expected);
    expect(answer.notes).toEqual([
      '2026-10: payer 000000000001 is shown in unblended cost, since its Bedrock usage carries no net values.',
    ]);
  });

  test('every answer says what is allocated, shared, unallocated and adjustment', async () => {
    const parts = {
      dimension: 'team',
      allocated: '75.0000000000',
      shared: '100.0000000000',
      unallocated: '23.0000000000',
      adjustments: '4.0000000000',
      total: '202.0000000000',
    };
    expect((await report('--by', 'team')).allocation).toEqual(parts);
    expect((await report('--by', 'model,team', '--top', '1', '--grain', 'day')).allocation).toEqual(parts);
    expect((await report('--by', 'model')).allocation).toBeNull();
    const { stdout } = await work.bursar('report', '--by', 'team');
    expect(stdout).toContain(
      '\nBy team: allocated $75.00 (37.1 %) + shared $100.00 + unallocated $23.00 + adjustments $4.00 = $202.00\nCheck: ',
    );
    const { stderr } = await work.bursar('report', '--by', 'team', '--format', 'csv');
    expect(stderr).toContain('By team: allocated $75.00 (37.1 %)');
  });

  test('verify proves allocated dimensions and person too', async () => {
    const { stdout, code } = await work.bursar('verify');
    expect(code).toBe(0);
    expect(stdout).toMatch(/the parts of each of 25 dimensions\. ✓/);
  });
});

describe('what is kept', () => {
  test('an allocation is worked out once, and anew when rules change; two stay', async () => {
    await report('--by', 'model');
    expect(allocations()).toEqual([]);
    await report('--by', 'team');
    const [first] = allocations();
    await report('--by', 'person');
    expect(allocations()).toEqual([first]);
    write(CONFIG.replace('4200', '4300'), PEOPLE);
    expect(brief(await report('--by', 'cost-center'), 'cost-center')).toContain('4300 10');
    expect(allocations()).toHaveLength(2);
    write(CONFIG.replace('4200', '4400'), PEOPLE);
    expect(brief(await report('--by', 'cost-center'), 'cost-center')).toContain('4400 10');
    expect(allocations()).toHaveLength(2);
    expect(allocations()).not.toContain(first);
  });

  test('one that is broken is named', async () => {
    await report('--by', 'team');
    const [file = ''] = allocations();
    writeFileSync(join(work.ledger, file), 'PAR1');
    const { stderr, code } = await work.bursar('report', '--by', 'team');
    expect(code).toBe(2);
    expect(stderr).toMatch(/LEDGER_DAMAGED: .*allocation-/);
  });
});

describe('what is wrong is said', () => {
  test('two rules that contest a caller', async () => {
    write(`${CONFIG}  - match: { session: gateway }\n    set: { team: web }\n`, PEOPLE);
    const { stderr, code } = await work.bursar('report', '--by', 'team');
    expect(code).toBe(2);
    expect(stderr).toContain(
      `error ALLOCATION_OVERLAP: ${GATEWAY} is matched by two rules that disagree on team: rule gateway (bursar.yaml line 9) says (shared), rule (bursar.yaml line 15) says web\n`,
    );
    expect((await work.bursar('report', '--by', 'model')).code).toBe(0);
  });

  test('a people file that names nobody, and rules that match nobody; not those of other days', async () => {
    const rules = [
      '  - match: { role: llm-gatway }\n    set: { team: a }\n',
      '  - match: { role: old }\n    to: 2025-12-31\n    set: { team: a }\n',
    ];
    write(CONFIG + rules.join(''), 'session,team\nmia@example.org,data\nben@example.org,data\n');
    expect((await report('--by', 'team')).notes.slice(1)).toEqual([
      'people.csv names nobody of the bill (mia@example.org, ben@example.org): session must be the role session name, user name or ARN.',
      'A rule matches no caller of the periods asked for: rule (bursar.yaml line 15).',
    ]);
  });

  test('a people file with mistakes', async () => {
    write(CONFIG, 'session,taem\nmia,data\n');
    const { stderr, code } = await work.bursar('report', '--by', 'team');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error PEOPLE_FILE_INVALID: .*people\.csv: line 1: there is no column "taem"; did you mean team\?/,
    );
  });
});

describe('explain', () => {
  async function explained(...args: string[]): Promise<string> {
    const { stdout, code } = await work.bursar('explain', ...args);
    expect(code).toBe(0);
    return stdout;
  }

  test.each(['team=(none)', 'team=(shared)', 'person=Mia Keller', GATEWAY])('%s', async (what) => {
    const by = what === 'person=Mia Keller' ? ['--by', 'team,person'] : [];
    const name = what
      .replaceAll(/[^a-z]+/gi, '-')
      .replace(/^.*assumed-role-/, '')
      .replace(/-$/, '');
    const text = (await explained(what, ...by))
      .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, '20261124T090000Z-1a2b3c')
      .replaceAll(/\S*\/(?=cur\/)/g, '…/');
    await expect(text).toMatchFileSnapshot(`../golden/explain-${name}.txt`);
  });

  test('its usage is the row of the report, whatever the row', async () => {
    for (const dimension of ['team', 'cost-center', 'person', 'role']) {
      for (const row of (await report('--by', dimension)).rows) {
        const value = row[dimension] ?? '(none)';
        const { usage, adjustments } = JSON.parse(await explained(`${dimension}=${value}`, '--format', 'json'));
        expect(row.adjustment ? adjustments : usage).toBe(row.cost);
      }
    }
  });

  test('what it says to paste leaves no usage that belongs to nobody', async () => {
    const { remedies } = JSON.parse(await explained('team=(none)', '--format', 'json')) as {
      remedies: { where: string | null; paste: string[] }[];
    };
    const pasted = (where: string): string[] =>
      remedies.filter((remedy) => remedy.where === where).flatMap(({ paste }) => paste);
    const rules = pasted('bursar.yaml').filter((line) => line !== 'rules:');
    const people = [...pasted('people file'), 'mia@example.com,Mia Keller,research,,'];
    write(`${CONFIG}${rules.join('\n')}\n`, people.join('\n'));
    expect((await report('--by', 'team')).allocation?.unallocated).toBe('0.0000000000');
  });

  test.each([
    ['team=nowhere', 2, /PERIOD_WITHOUT_DATA: no line of the bill has team=nowhere/],
    ['arn:aws:iam::000000000002:role/llm-gateway', 2, /bursar explain role=llm-gateway/],
    ['team!=data', 2, /OPTION_INVALID/],
    ['taem=data', 2, /Did you mean team\?/],
  ])('%s is refused', async (what, code, message) => {
    const run = await work.bursar('explain', what);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(message);
  });
});
