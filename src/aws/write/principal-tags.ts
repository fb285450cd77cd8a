import { OperatingError } from '../../domain/errors.ts';
import { type IamPrincipal, protectedRole } from '../../domain/iam-principal.ts';
import { serviceAnswer } from '../failure.ts';
import { askingIam } from '../iam.ts';
import type { AwsSession } from '../session.ts';
import { withoutConflict } from './conflict.ts';

/**
 * Gives a role or user these tags; others stay. All or none are given.
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
 * @throws OperatingError those of `askingAws`; AWS_REFUSED with 50 tags, and where the role is AWS's own
 */
export async function tagPrincipal(
  session: AwsSession,
  principal: IamPrincipal,
  tags: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const { kind, name, arn } = principal;
  const request = {
    what: `tag ${kind} ${name}`,
    actions: [kind === 'role' ? 'iam:TagRole' : 'iam:TagUser'],
    resources: [arn],
    ...deniedOn(principal),
  };
  const Tags = [...tags].map(([Key, Value]) => ({ Key, Value }));
  await askingIam(session, request, (client, { TagRoleCommand, TagUserCommand }) =>
    withoutConflict(signal, async () => {
      const options = { abortSignal: signal };
      if (kind === 'role') await client.send(new TagRoleCommand({ RoleName: name, Tags }), options);
      else await client.send(new TagUserCommand({ UserName: name, Tags }), options);
    }).catch((error: unknown) => understood(error, principal)),
  );
}

/**
 * Takes tags from a role or user. A key that is not there is no error; upper and lower case are the same.
 * @throws OperatingError those of `askingAws`; AWS_REFUSED where the role is AWS's own
 */
export async function untagPrincipal(
  session: AwsSession,
  principal: IamPrincipal,
  TagKeys: string[],
  signal: AbortSignal,
): Promise<void> {
  const { kind, name, arn } = principal;
  const request = {
    what: `take tags from ${kind} ${name}`,
    actions: [kind === 'role' ? 'iam:UntagRole' : 'iam:UntagUser'],
    resources: [arn],
    ...deniedOn(principal),
  };
  await askingIam(session, request, (client, { UntagRoleCommand, UntagUserCommand }) =>
    withoutConflict(signal, async () => {
      const options = { abortSignal: signal };
      if (kind === 'role') await client.send(new UntagRoleCommand({ RoleName: name, TagKeys }), options);
      else await client.send(new UntagUserCommand({ UserName: name, TagKeys }), options);
    }).catch((error: unknown) => understood(error, principal)),
  );
}

const ONLY_AWS =
  'Only AWS changes roles of Identity Center and of its services. Rules and the people file say whose its calls are; ' +
  'setup.session-tags passes attributes of people as tags.';

function deniedOn(principal: IamPrincipal): { denied?: string } {
  return protectedRole(principal) === null ? {} : { denied: ONLY_AWS };
}

/** What these codes mean here is more than the table of all services can say. */
function understood(error: unknown, { kind, name }: IamPrincipal): never {
  const { code } = serviceAnswer(error);
  const { message } = error as Error;
  const refuse = (hint: string): OperatingError =>
    new OperatingError('AWS_REFUSED', `cannot tag ${kind} ${name}: ${message} (${code})`, { cause: error, hint });
  switch (code) {
    case 'LimitExceededException':
      throw refuse(`A ${kind} carries 50 tags at most: take one away, or name fewer dimensions in bursar.yaml.`);
    case 'UnmodifiableEntityException':
    case 'UnmodifiableEntity':
      throw refuse(ONLY_AWS);
    case 'NoSuchEntityException':
      throw refuse(`Somebody removed the ${kind} meanwhile: run bursar plan again.`);
    default:
      throw error;
  }
}
