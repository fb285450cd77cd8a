import { CreateRoleCommand, CreateUserCommand, IAMClient, TagRoleCommand } from '@aws-sdk/client-iam';
import { type Run, runBursar } from '../../fixtures/run.ts';
import type { AccountServer } from './account-server.ts';
import { type Account, ASSUMABLE_ROLE, IDENTITY, IDENTITY_REGION, MEMBERS, PAYER } from './organization.ts';

const [SHOP, RESEARCH] = MEMBERS;

/** Everything that can be set up, in four accounts. */
export const YAML = `accounts:
  payer:    { id: "${PAYER.id}" }
  identity: { id: "${IDENTITY.id}", role: ${ASSUMABLE_ROLE}, region: ${IDENTITY_REGION} }
  members:
    - { id: "${SHOP.id}", role: ${ASSUMABLE_ROLE}, regions: [us-east-1, eu-west-1] }
    - { id: "${RESEARCH.id}", role: ${ASSUMABLE_ROLE} }
setup:
  tag-principals: true
  activate-tags: true
  backfill: "2026-04"
  export: { bucket: acme-billing, bucket-region: eu-central-1 }
  athena: {}
  session-tags: { team: "\${path:enterprise.department}" }
dimensions:
  team: iamPrincipal/team
  cost-center: iamPrincipal/cost-center
rules:
  - { match: { role: checkout }, set: { team: "Payments + co = 1", cost-center: "4200" } }
  - { match: { role: search }, set: { team: search } }
  - { match: { arn: "arn:aws:iam::*:user/robot" }, set: { team: research } }
`;

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** Roles and users that call Bedrock, one with a tag that is to change, and one of a stack. */
export async function populate(server: AccountServer): Promise<void> {
  const role = async (account: Account, RoleName: string, tags: Readonly<Record<string, string>> = {}) => {
    const iam = new IAMClient(server.client(account));
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    if (Tags.length > 0) await iam.send(new TagRoleCommand({ RoleName, Tags }));
  };
  await role(SHOP, 'checkout', { team: 'old', keep: 'me' });
  await role(SHOP, 'search');
  await role(RESEARCH, 'search', { terraform: 'true' });
  await new IAMClient(server.client(RESEARCH)).send(new CreateUserCommand({ UserName: 'robot' }));
  await server.callBedrock(`arn:aws:iam::${SHOP.id}:role/checkout`);
}

/** Runs Bursar as the payer's administrator, where \`cwd\` holds bursar.yaml. */
export function bursarAs(server: AccountServer, cwd: string) {
  return (...args: string[]): Promise<Run> => runBursar(args, { cwd, env: server.env(PAYER) });
}
