import { randomUUID } from 'node:crypto';

/** What goes back over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** the code of the error that it is */
  readonly error?: string;
}

/** An answer that is a failure. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type Protocol = 'json' | 'query' | 'rest-xml';

/** The failure in the words of the protocol. */
export function errorAnswer({ code, message, status }: AwsError, protocol: Protocol): Answer {
  const id = randomUUID();
  if (protocol === 'json') {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': id, 'x-amzn-errortype': code };
    return {
      status,
      headers,
      body: Buffer.from(JSON.stringify({ __type: code, message, Message: message })),
      error: code,
    };
  }
  const error =
    protocol === 'query'
      ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`
      : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message><RequestId>${id}</RequestId></Error>`;
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amz-request-id': id },
    body: Buffer.from(error),
    error: code,
  };
}

export function jsonAnswer(output: Readonly<Record<string, unknown>>): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(output)) };
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
}
