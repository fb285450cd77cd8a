import type { IamPrincipal } from '../../domain/iam-principal.ts';
import { type AwsRequest, askingAws, serviceAnswer } from '../failure.ts';
import type { AwsSession } from '../session.ts';

const TYPES = { role: 'AWS::IAM::Role', user: 'AWS::IAM::User' } as const;

/**
 * The stack of a region that has a role or user; `null` = none. CloudFormation names one resource alone where several of its resources are
 * called so (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/998), so a role may be missed.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
 * @throws OperatingError those of `askingAws`
 */
export async function readStackOf(
  session: AwsSession,
  { kind, name }: IamPrincipal,
  region: string,
  signal: AbortSignal,
): Promise<string | null> {
  const request: AwsRequest = {
    what: `find the stack of ${kind} ${name}`,
    actions: ['cloudformation:DescribeStackResources'],
    resources: ['*'],
    profile: session.settings.profile,
  };
  return askingAws(request, async () => {
    const { CloudFormationClient, DescribeStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
    const client = new CloudFormationClient({ ...(await session.clientOptions(region)), region });
    try {
      const command = new DescribeStackResourcesCommand({ PhysicalResourceId: name });
      const { StackResources = [] } = await client.send(command, { abortSignal: signal });
      const found = StackResources.find(
        ({ ResourceType, PhysicalResourceId, ResourceStatus }) =>
          ResourceType === TYPES[kind] && PhysicalResourceId === name && ResourceStatus !== 'DELETE_COMPLETE',
      );
      return found?.StackName ?? null;
    } catch (error) {
      // "Stack for NAME does not exist"
      if (serviceAnswer(error).code === 'ValidationError') return null;
      throw error;
    } finally {
      client.destroy();
    }
  });
}
