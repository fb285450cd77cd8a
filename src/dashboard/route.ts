import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Failure, failureOf, invalidQuery } from './failure.ts';
import type { Page } from './page.ts';

/** What a route's answer is: JSON by a schema, or text of its own. */
type Body = z.ZodType | { readonly text: string };

type Value<B extends Body> = B extends z.ZodType ? z.input<B> : string;

/** One address of the API. */
export interface Route<Q extends z.ZodObject = z.ZodObject, B extends Body = Body> {
  readonly path: `/api/${string}`;
  readonly summary: string;
  readonly query: Q;
  /** the contract of the answer, or its media type where it is no JSON */
  readonly body: B;
  readonly answer: (page: Page, query: z.output<Q>, signal: AbortSignal) => Promise<Value<B>>;
}

/** Ties the answer's type to its schema. */
export function route<Q extends z.ZodObject, B extends Body>(own: Route<Q, B>): Route {
  return own as unknown as Route;
}

/**
 * @param pages what this request is answered from
 * @param onBug told what nobody expected; the page is told only that it happened
 */
export function serveRoute(
  server: FastifyInstance,
  own: Route,
  pages: () => Promise<Page>,
  onBug: (error: unknown) => void,
): void {
  server.get(own.path, async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    try {
      const query = own.query.safeParse(request.query);
      if (!query.success) {
        const [issue] = query.error.issues;
        throw invalidQuery(issue?.path.join('.') ?? '', issue?.message ?? 'not understood');
      }
      const page = await pages();
      const text = await page.answered([own.path, query.data], gone.signal, async (stop) => {
        const value = await own.answer(page, query.data, stop);
        return own.body instanceof z.ZodType ? JSON.stringify(value) : String(value);
      });
      const type = own.body instanceof z.ZodType ? 'application/json; charset=utf-8' : own.body.text;
      return reply.header('cache-control', 'no-store').type(type).send(text);
    } catch (error) {
      // Nobody is left to hear of it.
      if (gone.signal.aborted) return reply.hijack();
      const { status, ...body } = failureOf(error) ?? bug(error, onBug);
      return reply.code(status).header('cache-control', 'no-store').send(body);
    }
  });
}

function bug(error: unknown, onBug: (error: unknown) => void): Failure {
  onBug(error);
  return {
    status: 500,
    error: {
      code: 'BUG',
      message: 'Something went wrong that nobody expected.',
      hint: 'bursar serve has printed what it was: please report it.',
    },
  };
}
