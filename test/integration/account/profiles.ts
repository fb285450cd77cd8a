import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountServer } from './account-server.ts';
import { ASSUMABLE_ROLE, BILLING_REGION, IDENTITY, MEMBERS, PAYER } from './organization.ts';

/** A profile whose single sign-on has expired: nobody has a token for it. */
export const EXPIRED_PROFILE = 'expired-sso';

/**
 * Writes a config file with a profile for each account, by its name: the payer's has keys, the others assume a role of theirs from it.
 * @param folder a folder that is the home folder too, so that no cached sign-on is found
 * @returns the environment in which SDK, AWS CLI and Bursar read it and call this server alone
 */
export function writeProfiles(server: AccountServer, folder: string): Record<string, string> {
  const { accessKeyId, secretAccessKey } = server.principals.admin(PAYER.id);
  const payer = `[profile ${PAYER.name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  const others = [IDENTITY, ...MEMBERS].map(
    ({ id, name }) =>
      `[profile ${name}]\nrole_arn = arn:aws:iam::${id}:role/${ASSUMABLE_ROLE}\nsource_profile = ${PAYER.name}\n`,
  );
  const signOn = `[profile ${EXPIRED_PROFILE}]\nsso_session = acme\nsso_account_id = ${PAYER.id}\nsso_role_name = Admin\n\n[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-central-1\n`;
  const file = join(folder, 'config');
  writeFileSync(file, [payer, ...others, signOn].join('\n'));
  return {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_CONFIG_FILE: file,
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_REGION: BILLING_REGION,
    AWS_DEFAULT_REGION: BILLING_REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: folder,
  };
}
