import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../src/setup/permission-table.ts';
import type { PolicyDocument } from '../../../src/setup/permissions.ts';
import { bursarAs, populate, YAML } from './organisation-yaml.ts';
import { IDENTITY, MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const COMMANDS = ['plan', 'apply', 'undo'] as const;

let folder: string;
let bursar: ReturnType<typeof bursarAs>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-permissions-'));
  writeFileSync(join(folder, 'bursar.yaml'), YAML);
  bursar = bursarAs(server, folder);
  await populate(server);
  await server.callBedrock(`arn:aws:iam::${MEMBERS[0].id}:role/checkout`, {
    sessionTags: { team: 'a', 'cost-center': 'b' },
  });
  await server.advance(25);
  server.forget();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Needed only where something is otherwise than here: said why. */
const NOT_MET: Readonly<Record<string, string>> = {
  's3:ListAllMyBuckets': 'a bucket that does not let itself be looked at',
  's3:GetBucketLocation': 'a bucket that answers HEAD without its region',
  'glue:UpdateTable': 'a table that is there and otherwise',
  'athena:UpdateWorkGroup': 'a workgroup that is there and otherwise',
  'sso:UpdateInstanceAccessControlAttributeConfiguration': 'attributes that are passed already',
  's3:PutBucketPublicAccessBlock': 'a bucket that is there without: new ones have it by themselves',
  's3:PutEncryptionConfiguration': 'a bucket that is there without: new ones have it by themselves',
  'cur:DeleteReportDefinition': 'no source says whether AWS asks for it',
};

test('the printed policies are enough, and each call is in the table', async () => {
  const printed = await bursar('permissions', ...COMMANDS);
  const policies = JSON.parse(printed.stdout) as Record<
    'payer' | 'identity' | 'member',
    PolicyDocument | PolicyDocument[]
  >;
  const policyOf = (part: keyof typeof policies) => ({
    Version: '2012-10-17',
    Statement: [policies[part]].flat().flatMap(({ Statement }) => Statement),
  });
  server.restrict(PAYER, policyOf('payer') as never);
  server.restrict(IDENTITY, policyOf('identity') as never);
  for (const member of MEMBERS) server.restrict(member, policyOf('member') as never);
  const applied = await bursar('apply', '--yes');
  expect({ stdout: applied.code === 0 ? '' : applied.stdout, stderr: applied.stderr }).toEqual({
    stdout: '',
    stderr: '',
  });
  const undone = await bursar('undo', '--yes');
  expect({ stdout: undone.code === 0 ? '' : undone.stdout, stderr: undone.stderr }).toEqual({ stdout: '', stderr: '' });
  const named = new Set(
    PERMISSIONS.filter(({ commands }) => COMMANDS.some((command) => commands.includes(command))).flatMap(
      ({ actions }) => actions,
    ),
  );
  const called = new Set(server.record.actions);
  expect([...called].filter((action) => !named.has(action))).toEqual([]);
  expect([...named].filter((action) => !called.has(action)).sort()).toEqual(Object.keys(NOT_MET).sort());
});
