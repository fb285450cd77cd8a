import { AwsError } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import { iamActions } from './iam-actions.ts';

/** Which calls are meant; what is not said fits all. */
export interface Which {
  readonly service?: string;
  readonly operation?: string;
  readonly account?: string;
  readonly region?: string;
}

export type Fault =
  /** the code each service has for too many requests */
  | { readonly kind: 'throttle' }
  | { readonly kind: 'internal' }
  /** the connection is reset before anything was done */
  | { readonly kind: 'reset' }
  /** what was asked for is done, then the connection is reset: the client does not learn it */
  | { readonly kind: 'lost' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly status?: number };

interface Planned {
  readonly which: Which;
  readonly fault: Fault;
  skip: number;
  times: number;
}

/** What goes wrong, and how often. */
export class Faults {
  #planned: Planned[] = [];

  reset(): void {
    this.#planned = [];
  }

  /** The next `times` such calls fail, after `skip` that do not. */
  plan(which: Which, fault: Fault, { times = 1, skip = 0 }: { times?: number; skip?: number } = {}): void {
    this.#planned.push({ which, fault, times, skip });
  }

  /** What befalls this call. */
  next(call: Call): Fault | null {
    for (const planned of this.#planned) {
      if (planned.times === 0 || !fits(planned.which, call)) continue;
      if (planned.skip > 0) {
        planned.skip--;
        continue;
      }
      planned.times--;
      return planned.fault;
    }
    return null;
  }
}

export function fits(which: Which, call: Call): boolean {
  return (['service', 'operation', 'account', 'region'] as const).every(
    (name) => which[name] === undefined || which[name] === call[name],
  );
}

/** The refusal that a fault is; null for those that are none. */
export function refusalOf(fault: Fault, call: Call, resource: string): AwsError | null {
  const { protocol, service } = call;
  if (fault.kind === 'error') return new AwsError(fault.code, fault.message, fault.status);
  if (fault.kind === 'throttle') {
    if (service === 's3') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
    if (service === 'organizations') return new AwsError('TooManyRequestsException', 'Rate exceeded');
    return new AwsError(protocol === 'query' ? 'Throttling' : 'ThrottlingException', 'Rate exceeded');
  }
  if (fault.kind === 'internal')
    return protocol === 'json'
      ? new AwsError('InternalServerException', 'An internal error occurred.', 500)
      : new AwsError(
          service === 's3' ? 'InternalError' : 'ServiceFailure',
          'We encountered an internal error. Please try again.',
          500,
        );
  if (fault.kind === 'denied') return denied(call, iamActions(call)[0] ?? '', resource);
  if (fault.kind === 'expired') return expired(call);
  return null;
}

/** In AWS's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html. */
export function denied({ principal, protocol }: Call, action: string, resource: string, isExplicit = false): AwsError {
  const code = protocol === 'json' ? 'AccessDeniedException' : 'AccessDenied';
  const why = isExplicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  return new AwsError(code, message, protocol === 'json' ? 400 : 403);
}

export function expired({ protocol, service }: Pick<Call, 'protocol' | 'service'>): AwsError {
  const message = 'The security token included in the request is expired';
  if (service === 's3') return new AwsError('ExpiredToken', 'The provided token has expired.', 400);
  return protocol === 'json'
    ? new AwsError('ExpiredTokenException', message)
    : new AwsError('ExpiredToken', message, 403);
}

/** For keys that nobody has, and for regions that are off, which AWS tells no better. */
export function unknownToken({ protocol, service }: Pick<Call, 'protocol' | 'service'>): AwsError {
  if (service === 's3')
    return new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403);
  const message = 'The security token included in the request is invalid.';
  return protocol === 'json'
    ? new AwsError('UnrecognizedClientException', message)
    : new AwsError('InvalidClientTokenId', message, 403);
}
