import type { Answer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import type { RawRequest } from '../wire/request.ts';
import { pageOf } from './pages.ts';

/** Lists of Glue that moto gives whole. */
const WHOLE: Readonly<Record<string, string>> = { GetDatabases: 'DatabaseList', GetTables: 'TableList' };
const ONE_PAGE = 100;

/**
 * NOT AWS: pages of lists that moto gives whole or, of buckets, cut off without a word. What is in them is moto's.
 * @returns the answer to one page; null for all other operations
 */
export async function cutIntoPages(
  call: Call,
  raw: RawRequest,
  relay: (raw: RawRequest) => Promise<Answer>,
): Promise<Answer | null> {
  if (call.service === 's3' && call.operation === 'ListBuckets') return pageOfBuckets(raw, relay);
  const list = call.service === 'glue' ? WHOLE[call.operation] : undefined;
  if (list === undefined) return null;
  const answer = await relay(raw);
  if (answer.error !== undefined) return answer;
  const { NextToken, MaxResults = ONE_PAGE } = call.input as { NextToken?: string; MaxResults?: number };
  const output = JSON.parse(answer.body.toString()) as Record<string, unknown[]>;
  const { page, next } = pageOf(output[list] ?? [], NextToken, MaxResults, 'InvalidInputException');
  return withBody(answer, JSON.stringify({ ...output, [list]: page, ...next }));
}

async function pageOfBuckets(raw: RawRequest, relay: (raw: RawRequest) => Promise<Answer>): Promise<Answer> {
  const url = new URL(raw.path, 'http://server');
  const limit = Number(url.searchParams.get('max-buckets') ?? Number.POSITIVE_INFINITY);
  const token = url.searchParams.get('continuation-token') ?? undefined;
  for (const name of ['max-buckets', 'continuation-token']) url.searchParams.delete(name);
  const answer = await relay({ ...raw, path: url.pathname + url.search });
  const text = answer.body.toString();
  const [, list] = /<Buckets>(.*)<\/Buckets>/s.exec(text) ?? [];
  if (list === undefined) return answer;
  const buckets = list.match(/<Bucket>.*?<\/Bucket>/gs) ?? [];
  const { page, next } = pageOf(buckets, token, limit, 'InvalidArgument');
  const more = next.NextToken === undefined ? '' : `<ContinuationToken>${next.NextToken}</ContinuationToken>`;
  return withBody(
    answer,
    text.replace(/<Buckets>.*<\/Buckets>/s, () => `<Buckets>${page.join('')}</Buckets>${more}`),
  );
}

function withBody(answer: Answer, text: string): Answer {
  const body = Buffer.from(text);
  return { ...answer, body, headers: { ...answer.headers, 'content-length': String(body.length) } };
}
