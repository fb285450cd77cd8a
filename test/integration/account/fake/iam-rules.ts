import {
  IAMClient,
  ListRoleTagsCommand,
  ListUserTagsCommand,
  type Tag,
  UntagRoleCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import { AwsError } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import type { Moto } from '../wire/moto-relay.ts';

const MOST_TAGS = 50;
const CHANGES_A_ROLE = /^(Tag|Untag|Delete|Update|Put|Attach|Detach)/;

/**
 * NOT AWS: what IAM refuses and moto does not. After https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html and, for the roles of
 * Identity Center, https://repost.aws/knowledge-center/identity-center-aws-reserved-sso.
 * @throws AwsError where IAM would refuse
 */
export async function checkIamRules(call: Call, moto: Moto): Promise<void> {
  const { operation, input } = call;
  const { RoleName, Tags = [], TagKeys = [] } = input as Tagging;
  if (RoleName?.startsWith('AWSReservedSSO_') && CHANGES_A_ROLE.test(operation))
    throw new AwsError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    );
  checkKeys(Tags);
  if (!['TagRole', 'TagUser', 'UntagRole', 'UntagUser'].includes(operation)) return;
  const there = await tagsOf(call, moto);
  // Those that AWS gave do not count.
  const keys = new Set([...there, ...Tags].map(lowerKey).filter((key) => !key.startsWith('aws:')));
  if (Tags.length > 0 && keys.size > MOST_TAGS)
    throw new AwsError('LimitExceeded', `The number of tags has reached the maximum limit of ${MOST_TAGS}.`, 409);
  await removeOtherCase(call, there, [...Tags.map(({ Key = '' }) => Key), ...TagKeys], moto);
}

interface Tagging {
  readonly RoleName?: string;
  readonly UserName?: string;
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
}

const lowerKey = ({ Key = '' }: Tag): string => Key.toLowerCase();

function checkKeys(tags: readonly Tag[]): void {
  const keys = tags.map(lowerKey);
  if (keys.some((key) => key.startsWith('aws:')))
    throw new AwsError('InvalidInput', 'Tag keys beginning with aws: are reserved for system use.');
  if (new Set(keys).size < keys.length)
    throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
}

async function tagsOf({ account, input }: Call, moto: Moto): Promise<readonly Tag[]> {
  const iam = moto.client(IAMClient, account);
  const { RoleName, UserName } = input as Tagging;
  try {
    const { Tags = [] } =
      RoleName === undefined
        ? await iam.send(new ListUserTagsCommand({ UserName, MaxItems: 1000 }))
        : await iam.send(new ListRoleTagsCommand({ RoleName, MaxItems: 1000 }));
    return Tags;
  } catch {
    // Who is not there is told so by moto.
    return [];
  }
}

/** To IAM `team` and `Team` are one key: the new tag takes the place of the old one. To moto they are two. */
async function removeOtherCase(
  { account, input }: Call,
  there: readonly Tag[],
  named: readonly string[],
  moto: Moto,
): Promise<void> {
  const { RoleName, UserName } = input as Tagging;
  const TagKeys = there
    .map(({ Key = '' }) => Key)
    .filter((key) => !named.includes(key) && named.some((name) => name.toLowerCase() === key.toLowerCase()));
  if (TagKeys.length === 0) return;
  const iam = moto.client(IAMClient, account);
  if (RoleName === undefined) await iam.send(new UntagUserCommand({ UserName, TagKeys }));
  else await iam.send(new UntagRoleCommand({ RoleName, TagKeys }));
}
