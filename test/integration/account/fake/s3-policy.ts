import { AwsError } from '../wire/answer.ts';

type Rough = Readonly<Record<string, unknown>>;

/**
 * NOT AWS: what S3 looks at before it takes a bucket policy: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html.
 * Moto takes any text.
 * @param blocksPublic the bucket lets nobody make it public
 * @throws AwsError for a policy that S3 would not take
 */
export function checkBucketPolicy(text: string, bucket: string, blocksPublic: boolean): void {
  const policy = parsed(text);
  if (policy.Version !== '2012-10-17' && policy.Version !== '2008-10-17')
    throw malformed('The policy must contain a valid version string');
  const statements = (Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]) as Rough[];
  if (statements.length === 0 || policy.Statement === undefined)
    throw malformed('Could not parse the policy: Statement is empty!');
  for (const statement of statements) {
    if (statement.Principal === undefined && statement.NotPrincipal === undefined)
      throw malformed('Missing required field Principal');
    if (!['Allow', 'Deny'].includes(String(statement.Effect))) throw malformed('Invalid effect');
    if (!all(statement.Action, /^(\*|s3:[\w*?]+)$/i)) throw malformed('Policy has invalid action');
    const within = new RegExp(`^(\\*|arn:aws:s3:::${bucket.replaceAll('.', '\\.')}(/.+)?)$`, 's');
    if (!all(statement.Resource, within)) throw malformed('Policy has invalid resource');
    if (blocksPublic && isPublic(statement))
      throw new AwsError(
        'AccessDenied',
        'User is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the BlockPublicPolicy block public access setting.',
        403,
      );
  }
}

function parsed(text: string): Rough {
  try {
    return JSON.parse(text) as Rough;
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
}

function all(value: unknown, pattern: RegExp): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.length > 0 && values.every((one) => typeof one === 'string' && pattern.test(one));
}

/** Everybody, and nothing that narrows it down. */
function isPublic({ Effect, Principal, Condition }: Rough): boolean {
  const isEverybody = Principal === '*' || (Principal as Rough | undefined)?.AWS === '*';
  return Effect === 'Allow' && isEverybody && Condition === undefined;
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicy', message);
}
