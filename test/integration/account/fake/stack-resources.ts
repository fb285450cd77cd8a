import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../wire/answer.ts';
import type { FakeService } from './fake.ts';

/** NOT AWS: which stack has a resource, which moto cannot tell. The stacks are moto's. */
export const stackResources: FakeService = {
  DescribeStackResources: async (
    { StackName, PhysicalResourceId }: { StackName?: string; PhysicalResourceId?: string },
    { call, moto },
  ) => {
    const client = moto.client(CloudFormationClient, call.account, call.region);
    const resourcesOf = async (name: string | undefined): Promise<StackResource[]> =>
      (await client.send(new DescribeStackResourcesCommand({ StackName: name }))).StackResources ?? [];
    if (StackName !== undefined) return { StackResources: (await resourcesOf(StackName)).map(shown) };
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    for (const stack of Stacks) {
      const found = (await resourcesOf(stack.StackName)).filter((one) => one.PhysicalResourceId === PhysicalResourceId);
      if (found.length > 0) return { StackResources: found.map(shown) };
    }
    throw new AwsError('ValidationError', `Stack for ${PhysicalResourceId} does not exist`);
  },
};

function shown({
  StackName,
  StackId,
  LogicalResourceId,
  PhysicalResourceId,
  ResourceType,
  ResourceStatus,
}: StackResource) {
  const Timestamp = new Date().toISOString();
  return { StackName, StackId, LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus, Timestamp };
}
