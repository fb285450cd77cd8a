import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../fixtures/run.ts';
import { runShell } from './aws-cli.ts';
import { ASSUMABLE_ROLE, MEMBERS, PAYER } from './organization.ts';
import { EXPIRED_PROFILE, writeProfiles } from './profiles.ts';
import { accountServer } from './start.ts';

const server = await accountServer();
const [, RESEARCH] = MEMBERS;

afterEach(() => vi.unstubAllEnvs());

test('each account has a profile, for the SDK and for the AWS CLI', async () => {
  const folder = temporaryFolder();
  const env = writeProfiles(server, folder.path);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const who = (profile: string) =>
    new STSClient({ credentials: fromNodeProviderChain({ profile }) }).send(new GetCallerIdentityCommand());
  expect(await who(PAYER.name)).toMatchObject({ Account: PAYER.id });
  expect((await who(RESEARCH.name)).Arn).toContain(`arn:aws:sts::${RESEARCH.id}:assumed-role/${ASSUMABLE_ROLE}/`);
  await expect(who(EXPIRED_PROFILE)).rejects.toThrow(/aws sso login/);
  const { stdout } = await runShell(
    `aws --profile ${RESEARCH.name} sts get-caller-identity --query Account`,
    env,
    folder.path,
  );
  expect(stdout.trim()).toBe(`"${RESEARCH.id}"`);
  const expired = await runShell(`aws --profile ${EXPIRED_PROFILE} sts get-caller-identity`, env, folder.path);
  expect(expired.stderr).toMatch(/sso/i);
  folder.remove();
});
