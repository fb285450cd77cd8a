import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bursarAs, populate, YAML } from './organisation-yaml.ts';
import { MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';
import { lintTemplate, parseTerraform } from './validators.ts';

const server = await accountServer();
const [SHOP] = MEMBERS;

let folder: string;
let bursar: ReturnType<typeof bursarAs>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-forms-'));
  writeFileSync(join(folder, 'bursar.yaml'), YAML);
  bursar = bursarAs(server, folder);
  await populate(server);
  await server.advance(25);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('Terraform: a file an account, which its own grammar reads', async () => {
  const made = await bursar('plan', '--as', 'terraform', '--out', 'tf');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const types: string[] = [];
  for (const name of readdirSync(join(folder, 'tf'))) {
    const { resource = [], provider } = (await parseTerraform(join(folder, 'tf', name))) as {
      resource?: Record<string, Record<string, { provider?: string }>>[];
      provider: unknown[];
    };
    expect(provider.length).toBeGreaterThan(0);
    types.push(...resource.flatMap((one) => Object.keys(one)).map((type) => type.replaceAll('"', '')));
  }
  expect([...new Set(types)].sort()).toEqual([
    'aws_athena_workgroup',
    'aws_bcmdataexports_export',
    'aws_ce_cost_allocation_tag',
    'aws_glue_catalog_database',
    'aws_glue_catalog_table',
    'aws_s3_bucket',
    'aws_s3_bucket_policy',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_ssoadmin_instance_access_control_attributes',
  ]);
  const payer = readFileSync(join(folder, 'tf', `bursar-${PAYER.id}.tf`), 'utf8');
  expect(payer).toContain('not here, Terraform has no resource for it: ask AWS to mark past lines');
  await expect(payer).toMatchFileSnapshot('./plan-payer.golden.tf');
});

test('CloudFormation: a template an account and region, which cfn-lint takes', async () => {
  const made = await bursar('plan', '--as', 'cloudformation', '--out', 'cfn');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const names = readdirSync(join(folder, 'cfn'));
  for (const name of names) {
    const path = join(folder, 'cfn', name);
    const [, region = ''] = /^bursar-\d{12}-(.+)\.yaml$/.exec(name) ?? [];
    if (!readFileSync(path, 'utf8').includes('Resources:')) continue;
    expect({ name, says: await lintTemplate(path, region) }).toEqual({ name, says: '' });
  }
  expect(names).toContain(`bursar-${PAYER.id}-eu-central-1.yaml`);
  const payer = readFileSync(join(folder, 'cfn', `bursar-${PAYER.id}-eu-central-1.yaml`), 'utf8');
  await expect(payer).toMatchFileSnapshot('./plan-payer.golden.yaml');
});

test('several files need a folder, one account has one', async () => {
  expect(await bursar('plan', '--as', 'terraform')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/OPTION_INVALID.* makes \d files[\s\S]*--out DIR/),
  });
  const one = await bursar('plan', '--as', 'terraform', '--account', SHOP.id);
  expect(one).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('tag role checkout') });
});

test('the script names accounts, roles and what it leaves out', async () => {
  const { stdout } = await bursar('plan', '--as', 'cli');
  await expect(stdout).toMatchFileSnapshot('./plan.golden.sh');
});
