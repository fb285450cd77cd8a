import { IAMClient, ListUsersCommand, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { AwsError } from '../wire/answer.ts';
import type { FakeService } from './fake.ts';
import { pageOf } from './pages.ts';

type Page = { readonly Marker?: string; readonly MaxItems?: number };

const ONE_PAGE = 100;

/** NOT AWS: lists of IAM that moto gives whole, here in pages. What is in them is moto's. */
export const iamLists: FakeService = {
  ListUsers: async ({ PathPrefix, ...page }: Page & { PathPrefix?: string }, { call, moto }) => {
    const { Users = [] } = await moto.client(IAMClient, call.account).send(new ListUsersCommand({ PathPrefix }));
    const shown = Users.map(({ Path, UserName, UserId, Arn, CreateDate }) => {
      return { Path, UserName, UserId, Arn, CreateDate: CreateDate?.toISOString() };
    });
    return inPages('Users', shown, page);
  },
  ListUserTags: async ({ UserName, ...page }: Page & { UserName: string }, { call, moto }) => {
    try {
      const { Tags = [] } = await moto.client(IAMClient, call.account).send(new ListUserTagsCommand({ UserName }));
      return inPages('Tags', Tags, page);
    } catch (error) {
      if ((error as Error).name !== 'NoSuchEntityException') throw error;
      throw new AwsError('NoSuchEntity', `The user with name ${UserName} cannot be found.`, 404);
    }
  },
};

function inPages(
  name: string,
  items: readonly unknown[],
  { Marker, MaxItems = ONE_PAGE }: Page,
): Record<string, unknown> {
  const { page, next } = pageOf(items, Marker, MaxItems, 'ValidationError');
  return { [name]: page, IsTruncated: next.NextToken !== undefined, Marker: next.NextToken };
}
