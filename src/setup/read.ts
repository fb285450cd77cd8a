import { OperatingError } from '../domain/errors.ts';

/** What was read, or why it could not be. */
export type Read<T> = { readonly value: T } | { readonly failure: OperatingError };

export function orElse<T, U>(read: Read<T>, otherwise: U): T | U {
  return 'value' in read ? read.value : otherwise;
}

/** Failures that say something of one part alone; any other ends all reading. */
const OF_ONE_PART: ReadonlySet<string> = new Set([
  'AWS_ACCESS_DENIED',
  'AWS_REFUSED',
  'AWS_THROTTLED',
  'AWS_UNREACHABLE',
  'BUCKET_FOREIGN',
  'BUCKET_MISSING',
  'PAYER_NEEDED',
  'REGION_OFF',
]);

export function isOfOnePart({ code }: OperatingError): boolean {
  return OF_ONE_PART.has(code);
}

/** @throws OperatingError where the failure is not of this part alone, such as credentials that have ended */
export async function tried<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await read() };
  } catch (failure) {
    if (failure instanceof OperatingError && isOfOnePart(failure)) return { failure };
    throw failure;
  }
}
