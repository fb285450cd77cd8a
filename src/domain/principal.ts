import type { PrincipalKind, PrincipalMeaning } from './caller.ts';

/** `line_item_iam_principal` holds IAM and STS ARNs, without a region. Names and paths are checked below. */
const ARN = /^arn:aws(?:-[a-z]+)*:(iam|sts)::(\d{12}):([\x21-\x7e]+)$/;

/**
 * What IAM allows in a user, role or role session name.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const NAME = /^[\w+=,.@-]+$/;

/** Long-term Bedrock API keys belong to IAM users that AWS makes and names. */
const API_KEY_USER = 'BedrockAPIKey-';

/** Roles that IAM Identity Center makes for a permission set, whose own name may contain `_`. */
const IDENTITY_CENTER_ROLE = /^AWSReservedSSO_([\w+=,.@-]+)_[0-9a-fA-F]{8,32}$/;

/** AgentCore opens a role session for each agent session. */
const AGENTCORE_SESSION = /^BedrockAgentCore-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ASSUMED_ROLE = 'assumed-role/';
const FEDERATED_USER = 'federated-user/';

const MAX_ARN_LENGTH = 2048;

const UNRECOGNISED: PrincipalMeaning = {
  kind: 'unrecognised',
  account: null,
  role: null,
  permissionSet: null,
  session: null,
};

/**
 * Who a principal ARN stands for. Total: whatever is not an ARN of a known shape is `unrecognised`, never an error.
 * The shapes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function classifyPrincipal(arn: string): PrincipalMeaning {
  const match = arn.length <= MAX_ARN_LENGTH ? ARN.exec(arn) : null;
  const account = match?.[2];
  const resource = match?.[3];
  if (account === undefined || resource === undefined) return UNRECOGNISED;
  return (match?.[1] === 'iam' ? iamPrincipal(account, resource) : stsPrincipal(account, resource)) ?? UNRECOGNISED;
}

/** The name of the IAM user behind a principal of this kind; `null` where there is none. */
export function userNameOf(arn: string, kind: PrincipalKind | null): string | null {
  return kind === 'iam-user' || kind === 'api-key' ? arn.slice(arn.lastIndexOf('/') + 1) : null;
}

/** `root`, `user/<path>/<name>`, `role/<path>/<name>` */
function iamPrincipal(account: string, resource: string): PrincipalMeaning | null {
  if (resource === 'root') return meaning('root', account);
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  if (!NAME.test(name)) return null;
  if (resource.startsWith('user/')) return meaning(name.startsWith(API_KEY_USER) ? 'api-key' : 'iam-user', account);
  return resource.startsWith('role/') ? meaning('iam-role', account, name, null, permissionSetOf(name)) : null;
}

/** `assumed-role/<role>/<session>`, `federated-user/<name>` */
function stsPrincipal(account: string, resource: string): PrincipalMeaning | null {
  if (resource.startsWith(FEDERATED_USER)) {
    const name = resource.slice(FEDERATED_USER.length);
    return NAME.test(name) ? meaning('federated-user', account, null, name) : null;
  }
  const slash = resource.indexOf('/', ASSUMED_ROLE.length);
  const role = resource.slice(ASSUMED_ROLE.length, slash);
  const session = resource.slice(slash + 1);
  if (!resource.startsWith(ASSUMED_ROLE) || slash < 0 || !NAME.test(role) || session === '') return null;

  const permissionSet = permissionSetOf(role);
  if (permissionSet !== null) return meaning('identity-center', account, role, session, permissionSet);
  return meaning(AGENTCORE_SESSION.test(session) ? 'agentcore' : 'assumed-role', account, role, session);
}

function permissionSetOf(role: string): string | null {
  return IDENTITY_CENTER_ROLE.exec(role)?.[1] ?? null;
}

function meaning(
  kind: PrincipalKind,
  account: string,
  role: string | null = null,
  session: string | null = null,
  permissionSet: string | null = null,
): PrincipalMeaning {
  return { kind, account, role, permissionSet, session };
}
