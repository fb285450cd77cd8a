import type { IncomingHttpHeaders } from 'node:http';
import type { Protocol } from './answer.ts';
import type { ServiceModel } from './model.ts';
import { inputOfForm } from './query-form.ts';
import { s3Operation } from './s3-operation.ts';

/** A request as it came. */
export interface RawRequest {
  readonly method: string;
  /** path with query */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a request asks for; who asks is found out later. */
export interface Asked {
  /** botocore's name, such as `sso-admin` */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accessKey: string;
  readonly protocol: Protocol;
  /** path with query */
  readonly address: string;
}

/** Reads service, operation and input from the credential scope of the signature, the target header, the form or the address. */
export function readRequest(models: ReadonlyMap<string, ServiceModel>, raw: RawRequest): Asked {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(raw.headers.authorization ?? '');
  const [, accessKey = '', region = '', signed = ''] = scope ?? [];
  const model = [...models.values()].find(
    ({ metadata }) => (metadata.signingName ?? metadata.endpointPrefix) === signed,
  );
  if (model === undefined) throw new Error(`no service is called ${signed || '(unsigned)'}: ${raw.method} ${raw.path}`);
  const at = { service: model.name, region, accessKey, address: raw.path };
  const { protocol } = model.metadata;
  if (protocol === 'json') {
    const operation = String(raw.headers['x-amz-target']).split('.').at(-1) ?? '';
    return { ...at, operation, input: JSON.parse(raw.body.toString() || '{}'), protocol };
  }
  if (protocol === 'query') {
    const form = new URLSearchParams(raw.body.toString());
    const operation = form.get('Action') ?? '';
    return { ...at, operation, input: inputOfForm(model, operation, form), protocol };
  }
  const url = new URL(raw.path, 'http://server');
  return { ...at, ...s3Operation(model, raw.method, url, raw.headers), protocol: 'rest-xml' };
}
