import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, CreateUserCommand, IAMClient, TagRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfigFile } from '../../../src/config/file.ts';
import { readSetup } from '../../../src/config/setup.ts';
import { NO_RULES } from '../../../src/domain/allocation.ts';
import { PERMISSIONS } from '../../../src/setup/permission-table.ts';
import { type Run, runBursar, temporaryFolder } from '../../fixtures/run.ts';
import { ASSUMABLE_ROLE, IDENTITY, IDENTITY_REGION, MEMBERS, PAYER } from './organization.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const folder = temporaryFolder();
afterAll(() => folder.remove());
const [SHOP, RESEARCH] = MEMBERS;
const TRUST = JSON.stringify({ Version: '2012-10-17', Statement: [] });
/** What docs/reference/permissions.md says that the command can need. */
const NEEDED = new Set([
  'sts:GetCallerIdentity',
  ...PERMISSIONS.filter(({ commands }) => commands.includes('init')).flatMap(({ actions }) => actions),
]);
let count = 0;

/** Runs init in a folder of its own, in two regions: the history of each lets two requests a second through. */
async function init(
  account: { id: string },
  ...args: string[]
): Promise<Run & { readonly path: string; readonly text: string }> {
  const path = join(folder.path, `bursar-${++count}.yaml`);
  server.forget();
  const run = await runBursar(['init', '--config', path, '--regions', 'us-east-1,eu-central-1', ...args], {
    cwd: folder.path,
    env: server.env(account),
  });
  expect(server.record.actions.filter((action) => !NEEDED.has(action))).toEqual([]);
  expect(server.record.changes).toEqual([]);
  return { ...run, path, text: existsSync(path) ? readFileSync(path, 'utf8') : '' };
}

function session(account: { id: string }, role: string, name: string): string {
  return `arn:aws:sts::${account.id}:assumed-role/${role}/${name}`;
}

/** As a reader would do it by hand. */
function switchedOn(text: string): string {
  return text.replaceAll(/^#(?! \S)/gm, '');
}

function read(text: string) {
  const file = parseConfigFile('bursar.yaml', text);
  return { ...file, wish: readSetup('bursar.yaml', file, { dimensions: {}, allocation: NO_RULES }) };
}

async function makeRole(
  account: { id: string },
  RoleName: string,
  tags: Readonly<Record<string, string>> = {},
  Path = '/',
) {
  const iam = new IAMClient(server.client(account));
  await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: TRUST }));
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await iam.send(new TagRoleCommand({ RoleName, Tags }));
}

const SSO = 'AWSReservedSSO_Developers_0123456789abcdef';

describe('callers', () => {
  test('are named before any export is there, whatever their shape', async () => {
    await makeRole(SHOP, 'checkout-api', { Team: 'shop', CostCenter: '42' });
    await makeRole(SHOP, SSO, {}, '/aws-reserved/sso.amazonaws.com/');
    await new IAMClient(server.client(SHOP)).send(new CreateUserCommand({ UserName: 'BedrockAPIKey-a1b2' }));
    await server.callBedrock(session(SHOP, 'checkout-api', 'i-0123'), { operation: 'Converse' });
    await server.callBedrock(session(SHOP, 'checkout-api', 'i-4567'), { region: 'eu-central-1' });
    await server.callBedrock(session(SHOP, SSO, 'anna@example.org'), { operation: 'InvokeModelWithResponseStream' });
    await server.callBedrock(`arn:aws:iam::${SHOP.id}:user/BedrockAPIKey-a1b2`, { operation: 'ConverseStream' });
    const { code, stdout, stderr, text } = await init(SHOP);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/role checkout-api +2 .*eu-central-1 us-east-1 +i-0123, i-4567/);
    expect(stdout).toMatch(/permission set Developers +1 .*anna@example.org/);
    expect(stdout).toMatch(/API key BedrockAPIKey-a1b2 +1 /);
    // The file is read as it stands, and with everything switched on.
    expect(read(text).wish.accounts.members).toMatchObject([{ id: SHOP.id, regions: ['eu-central-1', 'us-east-1'] }]);
    const on = switchedOn(text)
      .replaceAll('"FILL-IN"', `"${IDENTITY.id}"`)
      .replace('region: FILL-IN', 'region: us-east-1');
    expect(() => read(on)).toThrow('FILL-IN is what bursar init left for you to fill in');
    const { file } = read(on.replaceAll('team: FILL-IN', 'team: shop'));
    expect(file.rules).toContainEqual({ match: { role: 'checkout-api', account: SHOP.id }, set: { team: 'shop' } });
    expect(file.rules).toHaveLength(3);
    expect(file.dimensions).toMatchObject({ team: 'iamPrincipal/Team', 'cost-center': 'iamPrincipal/CostCenter' });
    // A member account cannot have the export made, and its payer is known.
    expect(text).toContain(`#    id: "${PAYER.id}"`);
    expect(read(text).file.setup).toEqual({ 'tag-principals': true, 'activate-tags': false });
  });

  test('make a file that bursar plan takes as it is', async () => {
    const { path } = await init(PAYER);
    const plan = await runBursar(['plan', '--config', path], { cwd: folder.path, env: server.env(PAYER) });
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('make the CUR 2.0 export bursar') });
  });

  test('of other accounts are found through a role of theirs', async () => {
    await makeRole(RESEARCH, 'lab');
    await server.callBedrock(session(RESEARCH, 'lab', 'i-1'));
    const { code, stdout, text } = await init(PAYER, '--member-role', ASSUMABLE_ROLE);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`role lab +${RESEARCH.id} +1 `));
    const { accounts } = read(text).wish;
    expect(accounts.payer?.id).toBe(PAYER.id);
    expect(accounts.members).toContainEqual({
      id: RESEARCH.id,
      profile: null,
      role: `arn:aws:iam::${RESEARCH.id}:role/${ASSUMABLE_ROLE}`,
      regions: ['us-east-1'],
    });
  });

  test('on many pages are read wholly, or the limit is said aloud', async () => {
    await makeRole(SHOP, 'busy');
    for (let call = 0; call < 120; call++) await server.callBedrock(session(SHOP, 'busy', `s-${call % 7}`));
    const whole = await init(SHOP);
    expect(whole.stdout).toMatch(/role busy +120 /);
    expect(whole.stdout).not.toContain('has more calls than were read');
    const part = await init(SHOP, '--pages', '1');
    expect(part.stdout).toMatch(/us-east-1 of account \d+ has more calls than were read: 50 /);
    expect(part.text).toContain('counts are those of a sample');
  });

  test('are found although AWS asks for fewer requests meanwhile', async () => {
    await makeRole(SHOP, 'lab');
    await server.callBedrock(session(SHOP, 'lab', 'i-1'), { operation: 'ConverseStream' });
    server.faults.plan({ service: 'cloudtrail' }, { kind: 'throttle' }, { times: 3 });
    expect((await init(SHOP)).stdout).toMatch(/role lab +1 /);
  });

  test('that were refused are no callers', async () => {
    const identity = { type: 'AssumedRole', arn: session(SHOP, 'barred', 'x'), accountId: SHOP.id };
    const event = { account: SHOP.id, region: 'us-east-1', at: server.now, name: 'Converse', identity };
    server.trail.add({ ...event, source: 'bedrock.amazonaws.com', errorCode: 'AccessDenied' });
    server.trail.add({ ...event, source: 'converse.example.com' });
    const { stdout } = await init(SHOP);
    expect(stdout).toContain('Nobody was seen');
    expect(stdout).not.toContain('barred');
  });
});

describe('Identity Center', () => {
  test('is found where it is, with its permission sets', async () => {
    const { RoleName } = await server.provision('Developers', SHOP);
    await server.provision('Administrators', SHOP);
    await server.provision('ReadOnly', SHOP);
    await server.callBedrock(session(SHOP, RoleName, 'anna@example.org'));
    server.pageSize = 2;
    const { code, text } = await init(PAYER, '--member-role', ASSUMABLE_ROLE);
    expect(code).toBe(0);
    expect(read(text).wish.accounts.identity).toEqual({
      id: PAYER.id,
      profile: null,
      role: null,
      regions: [IDENTITY_REGION],
    });
    expect(text.replace(/\n +#/g, '')).toContain('nobody was seen to call: Administrators, ReadOnly. A rule matches');
    expect(text).toContain('match: { permission-set: Developers');
    expect(text).toContain('# none is passed now');
  });

  test('is asked about where a bursar.yaml that is there says so', async () => {
    const path = join(folder.path, `identity-${count}.yaml`);
    const role = `role: ${ASSUMABLE_ROLE}`;
    writeFileSync(path, `accounts:\n  identity: { id: "${IDENTITY.id}", ${role}, region: ${IDENTITY_REGION} }\n`);
    await init(PAYER, '--config', path, '--force', '--regions', 'us-east-1');
    const asked = server.record.calls.filter(({ service }) => service === 'sso-admin');
    expect(new Set(asked.map(({ account, region }) => `${account} ${region}`))).toEqual(
      new Set([`${IDENTITY.id} ${IDENTITY_REGION}`]),
    );
    const { identity } = read(readFileSync(path, 'utf8')).wish.accounts;
    expect(identity).toMatchObject({ id: IDENTITY.id, regions: [IDENTITY_REGION] });
  });

  test('that is seen, but may not be looked into, is named with the permission', async () => {
    server.restrict(PAYER, {
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'sso:ListPermissionSets', Resource: '*' },
      ],
    });
    const { code, text } = await init(PAYER);
    expect(code).toBe(0);
    expect(text).toMatch(/# .*"Action":\["sso:ListPermissionSets"\]/);
    expect(read(text).wish.accounts.identity).toMatchObject({ id: PAYER.id, regions: [IDENTITY_REGION] });
  });

  test('that is nowhere is left to the reader', async () => {
    server.identityCenter.turnOff();
    const { text } = await init(PAYER);
    expect(text).toContain('sees no Identity Center in the regions that were looked at');
    expect(read(text).wish.accounts.identity).toBeNull();
  });
});

describe('what may not be read', () => {
  const ALLOW = (Action: string[]) => ({ Statement: { Effect: 'Allow' as const, Action, Resource: '*' } });

  test('is a comment that names the permission', async () => {
    await makeRole(SHOP, 'lab');
    server.restrict(SHOP, ALLOW(['sts:*', 'cloudtrail:*']));
    await server.callBedrock(session(SHOP, 'lab', 'i-1'));
    const { code, stdout, text } = await init(SHOP);
    expect(code).toBe(0);
    expect(stdout).toMatch(/role lab +1 /);
    expect(stdout).toContain('The file says at its top what permission each of these takes.');
    for (const action of ['iam:ListRoles', 's3:ListAllMyBuckets', 'ce:ListCostAllocationTags']) {
      expect(text).toMatch(new RegExp(`# .*"Action":\\[.*"${action}"`));
    }
    expect(() => read(text)).not.toThrow();
  });

  test('is an error where it is everything', async () => {
    server.restrict(SHOP, ALLOW(['sts:*']));
    const { code, stderr, path } = await init(SHOP);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('error AWS_ACCESS_DENIED') });
    expect(existsSync(path)).toBe(false);
  });

  test('is a region that is off', async () => {
    await makeRole(SHOP, 'lab');
    await server.callBedrock(session(SHOP, 'lab', 'i-1'));
    const { code, stdout, text } = await init(SHOP, '--regions', 'us-east-1', '--regions', 'af-south-1');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/role lab +1 /) });
    expect(text).toContain('# - the region af-south-1 is not enabled in the account');
  });

  test('in many regions is said once', async () => {
    server.restrict(SHOP, ALLOW(['sts:*', 's3:*', 'bcm-data-exports:*']));
    const { code, text } = await init(SHOP, '--regions', 'eu-west-1,eu-west-2');
    expect(code).toBe(0);
    expect(text).toMatch(/# - cannot read CloudTrail's event history in [^;]*; and 3 more like it/);
  });

  test('is no region', async () => {
    const { code, stderr } = await init(SHOP, '--regions', 'us east');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('error OPTION_INVALID') });
  });

  test('ends where the session has expired', async () => {
    server.faults.plan({}, { kind: 'expired' }, { times: 99 });
    const { code, stderr } = await init(SHOP, '--print');
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('aws sso login') });
  });
});

describe('the file', () => {
  test('is not replaced unless that is asked for', async () => {
    const path = join(folder.path, 'kept.yaml');
    writeFileSync(path, '# mine\n');
    const kept = await init(SHOP, '--config', path);
    expect(kept).toMatchObject({ code: 2, stderr: expect.stringContaining('error CONFIG_EXISTS') });
    expect(server.record.calls).toEqual([]);
    const printed = await init(SHOP, '--config', path, '--print');
    expect(printed.stdout).toMatch(/^# What bursar init found/);
    expect(printed.stderr).toContain('Who called Bedrock');
    expect(readFileSync(path, 'utf8')).toBe('# mine\n');
    expect((await init(SHOP, '--config', path, '--force')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^# What bursar init found/);
  });
});
