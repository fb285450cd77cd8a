import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Nothing inline and nothing from elsewhere. Cloudscape sets styles through the DOM, which this allows, and has small fonts
 * as data.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Answers this machine's own browser only. A name that somebody lets point to 127.0.0.1 (DNS rebinding) is another Host; a
 * page of somebody else that asks has another Origin, or its browser says so.
 */
export function guard(server: FastifyInstance): void {
  server.addHook('onSend', async (_request, reply, payload) => {
    reply.headers(HEADERS);
    return payload;
  });
  server.addHook('onRequest', async (request, reply) => {
    const refused = refusal(request);
    if (refused === null) return;
    reply
      .code(403)
      .send({ error: { code: 'FORBIDDEN', message: refused, hint: 'Open the address that bursar serve prints.' } });
    return reply;
  });
}

function refusal({ headers, raw }: FastifyRequest): string | null {
  const port = raw.socket.localPort;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? '')) return `this server is not called ${headers.host ?? 'nothing'}`;
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}`) return `pages of ${origin} may not ask`;
  const site = headers['sec-fetch-site'];
  // Somebody may follow a link from elsewhere, but no page may read us.
  if (site === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') return 'pages of other sites may not ask';
  return null;
}
