import { AwsError } from '../wire/answer.ts';

/** One page of a list: `limit` items at most, and where the next one begins. */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  limit: number,
  refusal = 'ValidationException',
): { readonly page: T[]; readonly next: { readonly NextToken?: string } } {
  const start = token === undefined ? 0 : offsetOf(token, refusal);
  const page = items.slice(start, start + limit);
  const end = start + page.length;
  return { page, next: end < items.length ? { NextToken: Buffer.from(`page:${end}`).toString('base64url') } : {} };
}

function offsetOf(token: string, refusal: string): number {
  const [, offset] = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset === undefined) throw new AwsError(refusal, 'The NextToken is invalid.');
  return Number(offset);
}
