import { z } from 'zod';
import { failure } from './api/schema.ts';
import type { Route } from './route.ts';

/** The contract of the API (OpenAPI 3.1), from the schemas that its routes check queries with. */
export function openApi(routes: readonly Route[]): unknown {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bursar',
      version: '1',
      description:
        'Who spends what on Amazon Bedrock. Read-only; for this machine alone. Amounts of money are strings.',
    },
    paths: Object.fromEntries(routes.map((route) => [route.path, { get: operation(route) }])),
    components: { schemas: { Failure: z.toJSONSchema(failure) } },
  };
}

function operation({ path, summary, query, body }: Route): unknown {
  const failed = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } } };
  return {
    operationId: path.slice('/api/'.length).replaceAll(/[^a-z]+(.)/g, (_, next: string) => next.toUpperCase()),
    summary,
    parameters: parameters(query),
    responses: {
      200: { description: 'the answer', content: content(body) },
      400: { description: 'the query is not understood', ...failed },
      403: { description: 'asked by another site, or under another name', ...failed },
      404: { description: 'the export has no lines for what was asked', ...failed },
      503: { description: 'the engine is busy, or a limit was passed', ...failed },
    },
  };
}

function content(body: Route['body']): unknown {
  if (body instanceof z.ZodType) return { 'application/json': { schema: z.toJSONSchema(body) } };
  return { [body.text]: { schema: { type: 'string' } } };
}

function parameters(query: Route['query']): unknown[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    const repeated = name === 'where' ? { style: 'form', explode: true } : {};
    return { name, in: 'query', required: required.includes(name), description, schema: rest, ...repeated };
  });
}
