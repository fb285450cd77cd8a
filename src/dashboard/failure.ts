import { ERRORS, type ErrorCode, type Fault, OperatingError } from '../domain/errors.ts';

/** What the page is told of a failure. */
export interface Failure {
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}

const STATUS: Readonly<Record<Fault, number>> = { check: 500, input: 400, account: 502, service: 503 };

/** Where the fault does not say it. */
const STATUS_OF: Readonly<Partial<Record<ErrorCode, number>>> = { PERIOD_WITHOUT_DATA: 404, SNAPSHOT_MISSING: 404 };

/** `null` = a bug */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof OperatingError)) return null;
  const { code, message, hint } = error;
  return { status: STATUS_OF[code] ?? STATUS[ERRORS[code].fault], error: { code, message, hint } };
}

/** A query that is not what its route takes. @param path of the field */
export function invalidQuery(path: string, message: string): OperatingError {
  return new OperatingError('OPTION_INVALID', `${path || 'the query'}: ${message}`, {
    hint: '/api/openapi.json says what each address takes.',
  });
}
