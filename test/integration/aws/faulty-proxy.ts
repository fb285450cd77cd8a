import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request on its way to the server. */
export interface Passing {
  readonly method: string;
  /** path with query */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** how many requests came before */
  readonly index: number;
  /** GET of an object that is no manifest */
  readonly isData: boolean;
  readonly isList: boolean;
}

/** What becomes of a request instead of a plain answer. */
type Fault =
  /** the connection is reset after so many bytes of the body */
  | { readonly kind: 'reset'; readonly after: number }
  /** the body ends after so many bytes, and the connection with it, kindly */
  | { readonly kind: 'cut'; readonly after: number }
  /** one byte of the body is another one */
  | { readonly kind: 'flip'; readonly at: number }
  /** the server says no */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** each piece of the body waits */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** headers of the answer are missing */
  | { readonly kind: 'without'; readonly headers: RegExp };

export interface FaultyProxy {
  readonly endpoint: string;
  /** every request that came, and how many bytes of its body went out */
  readonly seen: { readonly passing: Passing; bytes: number }[];
  /** What to do to requests from now on; also the moment to change things in the bucket. */
  faults: (passing: Passing) => Fault | null | Promise<Fault | null>;
  /** bytes of data files that went out */
  dataBytes(): number;
  forget(): void;
  stop(): Promise<void>;
}

/** A proxy on a real socket between Bursar and the server. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    faults: () => null,
    dataBytes: () => proxy.seen.reduce((sum, { passing, bytes }) => sum + (passing.isData ? bytes : 0), 0),
    forget: () => {
      proxy.seen.length = 0;
      proxy.faults = () => null;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const isList = url.includes('list-type=2');
    const isData = method === 'GET' && !isList && !/manifest\.json/i.test(url);
    const passing = { method, url, headers, index: proxy.seen.length, isData, isList };
    const entry = { passing, bytes: 0 };
    proxy.seen.push(entry);
    const fault = await proxy.faults(passing);
    if (fault?.kind === 'answer') return refuse(outgoing, fault);
    // The host that was signed stays in the headers: the server does not compare it.
    const onward = request(target + url, { method, headers }, (answer) => {
      void relay(answer, outgoing, fault, entry);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
  return proxy;
}

function refuse(
  outgoing: ServerResponse,
  { status, code, message = code, headers = {} }: Fault & { kind: 'answer' },
): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml', ...headers });
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

async function relay(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | null,
  entry: { bytes: number },
): Promise<void> {
  const kept = Object.entries(answer.headers).filter(
    ([name]) => fault?.kind !== 'without' || !fault.headers.test(name),
  );
  outgoing.writeHead(answer.statusCode ?? 500, Object.fromEntries(kept));
  let at = 0;
  try {
    for await (const piece of answer) {
      let bytes = Buffer.from(piece as Buffer);
      if (fault?.kind === 'flip' && fault.at >= at && fault.at < at + bytes.length) {
        const index = fault.at - at;
        bytes[index] = (bytes[index] ?? 0) ^ 1;
      }
      const ends = (fault?.kind === 'reset' || fault?.kind === 'cut') && at + bytes.length > fault.after;
      if (ends) bytes = bytes.subarray(0, Math.max(0, fault.after - at));
      at += bytes.length;
      entry.bytes += bytes.length;
      await new Promise((done) => outgoing.write(bytes, done));
      if (ends) {
        if (fault.kind === 'reset') outgoing.socket?.resetAndDestroy();
        else outgoing.socket?.end();
        return;
      }
      if (fault?.kind === 'slow') await new Promise((done) => setTimeout(done, fault.milliseconds));
      if (outgoing.destroyed) return;
    }
    outgoing.end();
  } catch {
    outgoing.destroy();
  } finally {
    answer.destroy();
  }
}
