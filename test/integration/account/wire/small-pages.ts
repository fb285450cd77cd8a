import type { Call } from './call.ts';
import { type ServiceModel, shapeOf } from './model.ts';
import type { RawRequest } from './request.ts';

/** How the services call it. */
const NAMES = ['MaxResults', 'MaxItems', 'MaxKeys', 'MaxBuckets'];
const IN_ADDRESS: Readonly<Record<string, string>> = { MaxKeys: 'max-keys', MaxBuckets: 'max-buckets' };

/** The same request, asking for `size` items a page at most, where its operation has pages. */
export function withSmallPages(
  model: ServiceModel,
  call: Call,
  raw: RawRequest,
  size: number,
): { readonly call: Call; readonly raw: RawRequest } {
  const shape = model.operations[call.operation]?.input?.shape;
  const members = shape === undefined ? {} : shapeOf(model, shape).members;
  const name = NAMES.find((each) => members?.[each] !== undefined);
  if (name === undefined) return { call, raw };
  const asked = call.input[name];
  const limit = Math.min(size, typeof asked === 'number' ? asked : size);
  const input = { ...call.input, [name]: limit };
  return { call: { ...call, input }, raw: rewritten(raw, call.protocol, name, limit, input) };
}

function rewritten(
  raw: RawRequest,
  protocol: Call['protocol'],
  name: string,
  limit: number,
  input: unknown,
): RawRequest {
  if (protocol === 'rest-xml') {
    const url = new URL(raw.path, 'http://server');
    url.searchParams.set(IN_ADDRESS[name] ?? name, String(limit));
    return { ...raw, path: url.pathname + url.search };
  }
  const form = new URLSearchParams(raw.body.toString());
  form.set(name, String(limit));
  const body = Buffer.from(protocol === 'json' ? JSON.stringify(input) : form.toString());
  return { ...raw, body, headers: { ...raw.headers, 'content-length': String(body.length) } };
}
