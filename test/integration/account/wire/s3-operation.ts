import type { ServiceModel } from './model.ts';

/** Which S3 operation a request is: method, whether bucket and key are named, and the words of the query, after the service model. */
export function s3Operation(
  model: ServiceModel,
  method: string,
  url: URL,
  headers: Readonly<Record<string, unknown>>,
): { readonly operation: string; readonly input: Record<string, unknown> } {
  const [, bucket = '', ...rest] = decodeURIComponent(url.pathname).split('/');
  const key = rest.join('/');
  const level = bucket === '' ? 0 : key === '' ? 1 : 2;
  const fits = Object.values(model.operations)
    .map((operation) => ({ operation, words: wordsOf(operation.http.requestUri) }))
    .filter(
      ({ operation: { http }, words }) =>
        http.method === method &&
        levelOf(http.requestUri) === level &&
        words.every((word) => url.searchParams.has(word)),
    )
    .sort((a, b) => b.words.length - a.words.length);
  const best = fits
    .filter(({ words }) => words.length === fits[0]?.words.length)
    .map(({ operation }) => operation.name);
  return {
    operation: choose(best, url, headers),
    input: level === 0 ? {} : { Bucket: bucket, ...(key && { Key: key }) },
  };
}

/** Where the address alone does not tell two operations apart. */
function choose(names: readonly string[], url: URL, headers: Readonly<Record<string, unknown>>): string {
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  const id = url.searchParams.get('x-id');
  const [first] = names.filter((name) => (name.startsWith('Copy') || name.endsWith('Copy') ? isCopy : !isCopy));
  // Of `GetBucketLifecycle` and `GetBucketLifecycleConfiguration`, the first is no longer used.
  const configuration = names.find((name) => name.endsWith('Configuration'));
  return names.find((name) => name === id) ?? configuration ?? first ?? 'Unknown';
}

function wordsOf(uri: string): string[] {
  const query = uri.split('?')[1] ?? '';
  return [...new URLSearchParams(query).keys()].filter((word) => word !== 'x-id');
}

function levelOf(uri: string): number {
  return uri.includes('{Key+}') ? 2 : uri.includes('{Bucket}') ? 1 : 0;
}
