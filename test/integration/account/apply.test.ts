import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBursar } from '../../fixtures/run.ts';
import { runShell } from './aws-cli.ts';
import { bursarAs, populate, YAML } from './organisation-yaml.ts';
import { MEMBERS, OUTSIDER, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [SHOP, RESEARCH] = MEMBERS;
const SSO_ROLE = 'AWSReservedSSO_Science_0123456789abcdef';

let folder: string;
let bursar: ReturnType<typeof bursarAs>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-apply-'));
  writeFileSync(join(folder, 'bursar.yaml'), YAML);
  bursar = bursarAs(server, folder);
  await populate(server);
  server.forget();
});
afterEach(() => rmSync(folder, { recursive: true }));

const stateText = async (): Promise<string> => JSON.stringify(await server.state(), null, 1);

async function changesLeft(): Promise<string[]> {
  const { stdout } = await bursar('plan', '--format', 'json');
  return (JSON.parse(stdout) as { changes: { id: string }[] }).changes.map(({ id }) => id);
}

describe('apply', () => {
  test('shows, makes all of it, and then nothing is planned; undo restores what can be', async () => {
    const plan = await bursar('plan');
    const before = await stateText();
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(server.record.changes).toEqual([]);
    const text = plan.stdout.replaceAll(folder, 'FOLDER');
    await expect(text).toMatchFileSnapshot('./plan.golden.txt');
    const refused = await bursar('apply');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/CHANGE_NOT_AGREED.*nobody to ask/) });
    expect(server.record.changes).toEqual([]);
    const applied = await bursar('apply', '--yes');
    expect(applied.stderr).toBe('');
    expect(applied.code).toBe(0);
    expect(await changesLeft()).toEqual([]);
    const list = await bursar('undo', '--list');
    expect(list.stdout).toContain('make the bucket acme-billing');
    expect(await bursar('undo')).toMatchObject({ code: 2 });
    const undone = await bursar('undo', '--yes');
    expect(undone).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(await stateText())).toEqual(JSON.parse(before));
    expect(await bursar('undo', '--yes')).toMatchObject({ code: 2, stderr: expect.stringMatching(/NOTHING_TO_UNDO/) });
    const journal = readFileSync(join(folder, '.bursar', 'journal.sqlite'), 'latin1');
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = server.env(PAYER);
    for (const secret of [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]) expect(journal).not.toContain(secret);
  });

  test('the script of the real AWS CLI leaves the same state, and can be run twice', { timeout: 900_000 }, async () => {
    const script = await bursar('plan', '--as', 'cli');
    expect(script).toMatchObject({ code: 0, stderr: '' });
    expect(await bursar('apply', '--yes')).toMatchObject({ code: 0 });
    const applied = JSON.parse(await stateText());
    await server.reset();
    await populate(server);
    for (const time of ['first', 'second']) {
      const ran = await runShell(script.stdout, server.env(PAYER), folder);
      expect({ time, code: ran.code, stderr: ran.stderr }).toEqual({ time, code: 0, stderr: '' });
    }
    expect(JSON.parse(await stateText())).toEqual(applied);
  });

  test('one account that fails does not stop the others; the next run goes on there', async () => {
    server.faults.plan({ operation: 'TagRole', account: SHOP.id }, { kind: 'denied' });
    const first = await bursar('apply', '--yes');
    expect(first).toMatchObject({ code: 3, stderr: '' });
    expect(first.stdout).toMatch(/✗ .*tag role (checkout|search)[\s\S]*AWS_ACCESS_DENIED[\s\S]*iam:TagRole/);
    expect(first.stdout).toMatch(new RegExp(`✓ ${RESEARCH.id} {2}tag user robot`));
    const left = await changesLeft();
    expect(left.length).toBeGreaterThan(0);
    expect({ left: left.filter((id) => !id.includes(SHOP.id)), out: first.stdout }).toMatchObject({ left: [] });
    expect(await bursar('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await changesLeft()).toEqual([]);
  });

  test('a role of Identity Center is tried on request alone, last, and what AWS says is told', async () => {
    await server.addRole(SHOP, { name: SSO_ROLE, path: '/aws-reserved/sso.amazonaws.com/' });
    writeFileSync(
      join(folder, 'bursar.yaml'),
      `${YAML}  - { match: { permission-set: Science }, set: { team: lab } }\n`,
    );
    expect((await changesLeft()).filter((id) => id.includes(SSO_ROLE))).toEqual([]);
    const applied = await bursar('apply', '--yes', '--try-sso-tags');
    expect(applied.code).toBe(3);
    expect(applied.stdout).toMatch(/✗ .*AWSReservedSSO_Science[\s\S]*UnmodifiableEntity/);
    expect(applied.stdout).toMatch(new RegExp(`✓ ${SHOP.id} {2}tag role search`));
    expect(await changesLeft()).toEqual([]);
  });

  test('late reads, throttling and lost answers', async () => {
    server.late.plan({ service: 'iam' }, 2);
    server.late.plan({ service: 'bcm-data-exports' }, 2);
    server.faults.plan({ service: 'iam' }, { kind: 'throttle' }, { times: 2 });
    server.faults.plan({ operation: 'CreateExport' }, { kind: 'lost' });
    server.faults.plan({ operation: 'CreateBucket' }, { kind: 'lost' });
    const applied = await bursar('apply', '--yes');
    expect(applied.stdout).not.toContain('✗');
    expect(applied.code).toBe(0);
    expect(await changesLeft()).toEqual([]);
  });
});

describe('what goes wrong', () => {
  test('credentials of another account', async () => {
    const other = await runBursar(['plan'], { cwd: folder, env: server.env(OUTSIDER) });
    expect(other.code).toBe(3);
    expect(other.stdout).toContain(`ACCOUNT_OTHER: these credentials are of account ${OUTSIDER.id}, not ${PAYER.id}`);
  });

  test('credentials that have expired', async () => {
    server.principals.expire(server.principals.admin(PAYER.id));
    const expired = await bursar('plan');
    expect(expired.code).toBe(3);
    expect(expired.stdout).toMatch(/AWS_CREDENTIALS_EXPIRED[\s\S]*aws sso login/);
  });

  test('a region that is off: the others are planned', async () => {
    writeFileSync(join(folder, 'bursar.yaml'), YAML.replace('eu-west-1', 'af-south-1'));
    const planned = await bursar('plan');
    expect(planned.code).toBe(3);
    expect(planned.stdout).toContain(`REGION_OFF: region af-south-1 is off in account ${SHOP.id}`);
    expect(planned.stdout).toContain('tag role checkout');
  });

  test('a role that may not be assumed: the permission is named, the others are planned', async () => {
    writeFileSync(
      join(folder, 'bursar.yaml'),
      YAML.replace('role: OrganizationAccountAccessRole, regions', 'role: Nobody, regions'),
    );
    const planned = await bursar('plan');
    expect(planned.code).toBe(3);
    expect(planned.stdout).toMatch(/AWS_ACCESS_DENIED[\s\S]*sts:AssumeRole[\s\S]*role\/Nobody/);
    expect(planned.stdout).toContain('tag user robot');
  });
});
