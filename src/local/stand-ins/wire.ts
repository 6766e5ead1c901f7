/** Stand-ins on a socket: one server on the loopback, a path for each, and faults that are real ones. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Answer, BodyError, json } from '../http/answer.ts';
import { makeGuard } from '../http/guard.ts';
import { readBody } from '../http/read-body.ts';
import type { Received } from './stand-in.ts';

/** What becomes of a request on the wire. */
export type Ending =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly afterMs?: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'half-closed' };

export type Receive = (name: string, request: Omit<Received, 'nowMs'>) => Ending;

export interface Wire {
  readonly url: string;
  close(): Promise<void>;
}

export async function openWire(receive: Receive): Promise<Wire> {
  const guard = makeGuard({ development: true, allowedOrigins: [] });
  const late = new Set<NodeJS.Timeout>();
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    request.on('error', () => {});
    response.on('error', () => {});
    void handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const timer of late) clearTimeout(timer);
      const ended = once(server, 'close');
      server.close();
      // Requests that were left without an answer are still open.
      server.closeAllConnections();
      await ended;
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ending = await endingOf(request);
    if (ending.kind === 'silence') return;
    if (ending.kind === 'half-closed') return void response.socket?.end(HALF_AN_ANSWER);
    const timer = setTimeout(() => {
      late.delete(timer);
      send(response, ending.answer);
    }, ending.afterMs ?? 0);
    late.add(timer);
  }

  async function endingOf(request: IncomingMessage): Promise<Ending> {
    const stranger = guard(request);
    if (stranger) return { kind: 'answer', answer: stranger };
    try {
      const { method = '', url = '/', headers } = request;
      const bytes = await readBody(request, MAX_BYTES);
      const [, name = '', path = '', query = ''] = /^\/([^/?]+)([^?]*)\??(.*)$/.exec(url) ?? [];
      const body = headers['content-encoding'] === 'gzip' ? unzipped(bytes) : bytes.toString();
      return receive(name, { method, path, query: new URLSearchParams(query), url, headers, bytes, body });
    } catch (error) {
      const status = error instanceof BodyError ? error.status : 500;
      return { kind: 'answer', answer: json(status, { message: 'the stand-in cannot read this' }) };
    }
  }
}

/** What is not gzip is empty: no vendor can read it either. */
function unzipped(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: 4 * MAX_BYTES }).toString();
  } catch {
    return '';
  }
}

function send(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  if (response.destroyed) return;
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

const MAX_BYTES = 16 * 1024 * 1024;
const HALF_AN_ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-len';
