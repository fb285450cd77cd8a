import { randomUUID } from 'node:crypto';
import type { Answer } from './answer.ts';
import { type ServiceModel, shapeOf } from './model.ts';

/** An answer of the query protocol (IAM), in the XML that the operation's shape says. */
export function queryAnswer(model: ServiceModel, operation: string, output: unknown): Answer {
  const { shape = '', resultWrapper = `${operation}Result` } = model.operations[operation]?.output ?? {};
  const result = `<${resultWrapper}>${write(model, shape, output)}</${resultWrapper}>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const name = `${operation}Response`;
  const body = `<${name} xmlns="${model.metadata.xmlNamespace}">${result}${metadata}</${name}>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) };
}

function write(model: ServiceModel, shapeName: string, value: unknown): string {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'structure')
    return Object.entries(value as Record<string, unknown>)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `<${name}>${write(model, shape.members?.[name]?.shape ?? '', member)}</${name}>`)
      .join('');
  if (shape.type === 'list')
    return (value as unknown[])
      .map((item) => `<member>${write(model, shape.member?.shape ?? '', item)}</member>`)
      .join('');
  return String(value).replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
