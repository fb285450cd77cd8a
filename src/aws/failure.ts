import { type ErrorCode, OperatingError } from '../domain/errors.ts';

/** One thing that is asked of AWS, and what it needs. */
export interface AwsRequest {
  /** what was tried, for the message: `list s3://bucket/prefix/` */
  readonly what: string;
  /** IAM actions, such as `s3:ListBucket` */
  readonly actions: readonly string[];
  /** their resources, as ARNs */
  readonly resources: readonly string[];
  readonly profile: string | null;
  /** more for the hint when access is denied */
  readonly denied?: string;
}

/**
 * Runs calls of the SDK; what fails becomes ours.
 * @throws OperatingError AWS_ACCESS_DENIED, AWS_CREDENTIALS_MISSING, AWS_CREDENTIALS_EXPIRED, AWS_CREDENTIALS_INVALID,
 *   AWS_REGION_MISSING, AWS_UNREACHABLE, AWS_THROTTLED, AWS_REFUSED, BUCKET_MISSING
 */
export async function askingAws<T>(request: AwsRequest, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw awsFailure(error, request);
  }
}

/** The error in our words; a bug, and what the caller himself stopped, as it is. */
export function awsFailure(error: unknown, request: AwsRequest): unknown {
  if (!(error instanceof Error) || error instanceof OperatingError || error.name === 'AbortError') return error;
  const code = codeOf(error);
  if (code === null) return error;
  const said = code === 'AWS_UNREACHABLE' ? error : answerOf(error);
  const options = { cause: error, ...hintFor(code, error, request) };
  return new OperatingError(code, `cannot ${request.what}: ${said.message || said.name}`, options);
}

/** Credentials that are good elsewhere are unknown in a region that is off: only their account is looked up there. */
export function inRegion(region: string, failure: OperatingError): OperatingError {
  if (failure.code !== 'AWS_CREDENTIALS_INVALID') return failure;
  return new OperatingError('REGION_OFF', `the region ${region} is not enabled in the account`, { cause: failure });
}

/** The service's code, such as `NoSuchKey`, and the HTTP status; empty and 0 where no service has answered. */
export function serviceAnswer(error: unknown): { readonly code: string; readonly status: number } {
  if (!(error instanceof Error) || !('$metadata' in error)) return { code: '', status: 0 };
  const { httpStatusCode = 0 } = error.$metadata as { readonly httpStatusCode?: number };
  return { code: error.name, status: httpStatusCode };
}

/** What the services call it: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and the common errors of IAM and STS. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  AccessDenied: 'AWS_ACCESS_DENIED',
  AccessDeniedException: 'AWS_ACCESS_DENIED',
  AllAccessDisabled: 'AWS_ACCESS_DENIED',
  AuthorizationError: 'AWS_ACCESS_DENIED',
  Forbidden: 'AWS_ACCESS_DENIED',
  UnauthorizedAccess: 'AWS_ACCESS_DENIED',
  UnauthorizedOperation: 'AWS_ACCESS_DENIED',
  ExpiredToken: 'AWS_CREDENTIALS_EXPIRED',
  ExpiredTokenException: 'AWS_CREDENTIALS_EXPIRED',
  TokenRefreshRequired: 'AWS_CREDENTIALS_EXPIRED',
  InvalidAccessKeyId: 'AWS_CREDENTIALS_INVALID',
  InvalidClientTokenId: 'AWS_CREDENTIALS_INVALID',
  InvalidSignatureException: 'AWS_CREDENTIALS_INVALID',
  InvalidToken: 'AWS_CREDENTIALS_INVALID',
  SignatureDoesNotMatch: 'AWS_CREDENTIALS_INVALID',
  UnrecognizedClientException: 'AWS_CREDENTIALS_INVALID',
  CredentialsProviderError: 'AWS_CREDENTIALS_MISSING',
  TokenProviderError: 'AWS_CREDENTIALS_MISSING',
  ProviderError: 'AWS_CREDENTIALS_MISSING',
  NoSuchBucket: 'BUCKET_MISSING',
  LimitExceededException: 'AWS_THROTTLED',
  RequestLimitExceeded: 'AWS_THROTTLED',
  RequestThrottled: 'AWS_THROTTLED',
  RequestThrottledException: 'AWS_THROTTLED',
  SlowDown: 'AWS_THROTTLED',
  ThrottledException: 'AWS_THROTTLED',
  Throttling: 'AWS_THROTTLED',
  ThrottlingException: 'AWS_THROTTLED',
  TooManyRequestsException: 'AWS_THROTTLED',
  TimeoutError: 'AWS_UNREACHABLE',
};

/** The clock of this machine is wrong: no request of it is taken. */
const CLOCK = new Set(['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']);

function codeOf(error: Error): ErrorCode | null {
  // Only these two of the SDK's own errors have neither a name nor a code.
  if (error.message === 'Region is missing') return 'AWS_REGION_MISSING';
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError') return credentialsCode(error);
  const known = CODES[error.name];
  if (known !== undefined) return known;
  const { status } = serviceAnswer(error);
  if (status !== 0 && !isNetworkError(error)) {
    if (status === 403) return 'AWS_ACCESS_DENIED';
    return status >= 500 ? 'AWS_UNREACHABLE' : 'AWS_REFUSED';
  }
  return isNetworkError(error) ? 'AWS_UNREACHABLE' : null;
}

/** What single sign-on calls an expired session has no code; a chain in which nobody had any says "any providers". */
function credentialsCode(error: Error): ErrorCode {
  return /\bexpired\b/i.test(error.message) ? 'AWS_CREDENTIALS_EXPIRED' : 'AWS_CREDENTIALS_MISSING';
}

/** A failed socket, name look-up or certificate: Node gives each a code in capitals. */
function isNetworkError(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return (
    syscall !== undefined || (typeof code === 'string' && /^(E[A-Z_]+|[A-Z_]*CERT[A-Z_]*|HPE_[A-Z_]+)$/.test(code))
  );
}

/** S3 answers some requests without a body; then the status is all there is. */
function answerOf(error: Error): Pick<Error, 'name' | 'message'> {
  const { name, message } = error;
  const empty = message === '' || message === 'UnknownError';
  return {
    name,
    message: empty ? `the answer was HTTP ${serviceAnswer(error).status}` : `${message.replace(/\.$/, '')} (${name})`,
  };
}

function hintFor(code: ErrorCode, error: Error, request: AwsRequest): { hint?: string } {
  const profile = request.profile === null ? '' : ` --profile ${request.profile}`;
  switch (code) {
    case 'AWS_ACCESS_DENIED':
      return { hint: deniedHint(error, request) };
    case 'AWS_CREDENTIALS_EXPIRED':
      return { hint: `Sign in again (aws sso login${profile}), or bring new keys, and run the command again.` };
    case 'AWS_CREDENTIALS_MISSING':
      return {
        hint: `Sign in (aws sso login${profile}), or name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
      };
    case 'AWS_REFUSED':
      return CLOCK.has(error.name)
        ? { hint: 'Set the clock of this machine: AWS takes no request of another time.' }
        : {};
    default:
      return {};
  }
}

/**
 * IAM says which action was missing, on what: "… is not authorized to perform: kms:Decrypt on resource: arn:…"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html). There is no field for it.
 */
const NOT_AUTHORIZED = /is not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9*]+)(?: on resource: "?(arn:[^\s"]+))?/;

function deniedHint(error: Error, { actions, resources, denied }: AwsRequest): string {
  const [, action, resource] = NOT_AUTHORIZED.exec(error.message) ?? [];
  const known = action === undefined || actions.includes(action);
  const statement = {
    Effect: 'Allow',
    Action: known ? actions : [action],
    Resource: known ? resources : [resource ?? anyOf(action)],
  };
  const missing = action ?? actions.join(' and ');
  const hint = `Whoever you are signed in as needs ${missing}. The IAM policy statement:\n  ${JSON.stringify(statement)}`;
  return denied === undefined || (action !== undefined && known) ? hint : `${hint}\n  ${denied}`;
}

/** An ARN to fill in, where IAM did not name the resource. */
function anyOf(action: string): string {
  return action.startsWith('kms:') ? 'arn:aws:kms:REGION:ACCOUNT:key/KEY-ID' : '*';
}
