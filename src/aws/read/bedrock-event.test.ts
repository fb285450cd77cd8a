import { expect, test } from 'vitest';
import { readBedrockEvent } from './bedrock-event.ts';

const ARN = 'arn:aws:sts::111122223333:assumed-role/app/i-0123';
const base = { eventSource: 'bedrock.amazonaws.com', recipientAccountId: '111122223333' };

test.each([
  ['a role', { userIdentity: { type: 'AssumedRole', arn: ARN } }, ARN],
  ['a service', { userIdentity: { type: 'AWSService', invokedBy: 'agent.amazonaws.com' } }, 'agent.amazonaws.com'],
  ['another account', { userIdentity: { type: 'AWSAccount', accountId: '999988887777' } }, '999988887777'],
  ['nothing but its kind', { userIdentity: { type: 'Unknown' } }, 'Unknown'],
])('the caller of an event: %s', (_, fields, principal) => {
  const call = { principal, account: '111122223333', failed: false };
  expect(readBedrockEvent(JSON.stringify({ ...base, ...fields }))).toEqual(call);
  expect(readBedrockEvent(JSON.stringify({ ...base, ...fields, errorCode: 'AccessDenied' }))).toEqual({
    ...call,
    failed: true,
  });
});

test('through another endpoint of Bedrock, and without the account that is billed', () => {
  const userIdentity = { arn: ARN, accountId: '111122223333' };
  const event = { eventSource: 'bedrock-runtime.amazonaws.com', userIdentity };
  expect(readBedrockEvent(JSON.stringify(event))?.account).toBe('111122223333');
});

test.each(['', 'null', '[]', '{"eventSource":', '{}', '{"eventSource":"bedrock.amazonaws.com"}'])(
  'what is no event of Bedrock: %j',
  (text) => {
    expect(readBedrockEvent(text)).toBeNull();
  },
);

test('another service that calls an operation alike', () => {
  const event = { eventSource: 'sagemaker.amazonaws.com', userIdentity: { arn: ARN } };
  expect(readBedrockEvent(JSON.stringify(event))).toBeNull();
});
