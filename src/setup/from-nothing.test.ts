import { expect, test } from 'vitest';
import { cloudformationFiles } from '../change/form/cloudformation.ts';
import type { FormInput } from '../change/form/forms.ts';
import { kindsOf } from '../change/kinds.ts';
import type { Change } from '../domain/change.ts';
import { EMPTY_PART } from '../domain/plan.ts';
import { planAthena } from './athena/plan.ts';
import { planExport } from './export/plan.ts';
import { REPORT_COLUMNS } from './export/query.ts';

const ACCOUNT = '111111111111';

/** Everything, in an account that has nothing. */
function changes(): readonly Change[] {
  const schema = [...REPORT_COLUMNS, 'line_item_iam_principal'].map((name) => ({ name, type: 'string' }));
  const made = planExport(
    {
      name: 'bursar',
      bucket: 'acme-billing',
      bucketRegion: 'eu-central-1',
      prefix: 'cur',
      granularity: 'daily',
      resources: false,
    },
    { account: ACCOUNT, payer: ACCOUNT, exports: [], choice: { used: null, others: [] }, bucket: null, schema },
  );
  const athena = planAthena(
    {
      database: 'bursar',
      table: 'cur',
      workgroup: 'bursar',
      results: 's3://acme-billing/athena-results/',
      scanBytes: 100_000_000_000,
    },
    {
      account: ACCOUNT,
      region: 'eu-central-1',
      folder: 's3://acme-billing/cur/bursar/',
      columns: { line_item_unblended_cost: 'double', tags: 'map<string,string>' },
      hasDatabase: false,
      table: null,
      workgroup: null,
      resultsBucket: { name: 'acme-billing', is: 'made' },
    },
  );
  return [...made.changes, ...athena.changes];
}

test('what each change says, and how other tools make it', async () => {
  const kinds = await kindsOf(changes());
  await expect(
    changes()
      .map((change) => shown(change, kinds))
      .join('\n'),
  ).toMatchFileSnapshot('./from-nothing.golden.txt');
});

test('templates of CloudFormation say which stack comes first', async () => {
  const kinds = await kindsOf(changes());
  const plan = { ...EMPTY_PART, accounts: [], changes: changes() };
  const files = cloudformationFiles({ plan, kinds, access: new Map() });
  const first = new Map(files.map(({ name, text }) => [name, /^# Deploy .*$/m.exec(text)?.[0] ?? null]));
  expect(first).toEqual(
    new Map([
      ['bursar-111111111111-eu-central-1.yaml', null],
      [
        'bursar-111111111111-us-east-1.yaml',
        '# Deploy bursar-111111111111-eu-central-1.yaml first, and wait for it: what is here needs it.',
      ],
    ]),
  );
});

function shown(change: Change, kinds: FormInput['kinds']): string {
  const kind = kinds.get(change.kind);
  if (kind === undefined) throw new Error(`no kind ${change.kind}`);
  const { does, effect, costs, undo } = kind.words(change);
  return [
    `## ${change.id}`,
    does,
    effect,
    `Costs: ${costs}.`,
    undo.possible ? `Undo: ${undo.how}.` : `No undo: ${undo.why}.`,
    '',
    ...kind.cli(change).map((command) => `aws ${command.join(' ')}`),
    '',
    kind.terraform(change),
    JSON.stringify(kind.cloudformation(change), null, 2),
    '',
  ].join('\n');
}
