/** The home's HTTP server: finds the route, keeps strangers' browsers out, answers what a route gives. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { causeOf, type Log } from '../../stream/log.ts';
import { type Answer, BodyError, type Handler, json } from './answer.ts';
import { readBody } from './read-body.ts';

/** By path, then by method. HEAD is GET without the body. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

export interface ServeOptions {
  readonly routes: Routes;
  /** Files of the page: whatever no route names. */
  readonly page: (path: string) => Answer | undefined;
  /** Why this request may not come in; undefined lets it. */
  readonly guard: (request: IncomingMessage) => Answer | undefined;
  readonly log: Log;
}

const SECURITY = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** A server that listens to nobody yet: `request` gets its listener once everything is in place. */
export function makeServer(): Server {
  // A request that dawdles is cut: headers within 10 s, all of it within 30 s.
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16 * 1024,
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    socket.end(
      `HTTP/1.1 ${STATUS[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  });
  return server;
}

const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

export function makeRequestListener({
  routes,
  page,
  guard,
  log,
}: ServeOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return async (request, response) => {
    request.on('error', () => {});
    response.on('error', () => {});
    send(request, response, await answerOf(request));
  };

  async function answerOf(request: IncomingMessage): Promise<Answer> {
    try {
      return guard(request) ?? (await route(request));
    } catch (error) {
      if (error instanceof BodyError)
        return json(error.status, { message: error.message }, { connection: 'close' });
      log('error', 'a request failed', { path: pathOf(request).slice(0, 100), cause: causeOf(error) });
      return json(500, { message: 'the server could not do this; its log says why' });
    }
  }

  async function route(request: IncomingMessage): Promise<Answer> {
    const path = pathOf(request);
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    const methods = Object.hasOwn(routes, path)
      ? (routes[path] as Readonly<Record<string, Handler>>)
      : undefined;
    const handler = methods && Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (handler) {
      return handler({
        method: request.method ?? '',
        url: request.url ?? '/',
        path,
        headers: request.headers,
        sourceIp: sourceIpOf(request),
        body: (maxBytes) => readBody(request, maxBytes),
      });
    }
    const file = page(path);
    if (file && method === 'GET') return file;
    if (!methods && !file) return json(404, { message: 'there is nothing here' });
    const allow = [...Object.keys(methods ?? {}), ...(file ? ['GET'] : [])].flatMap((name) =>
      name === 'GET' ? ['GET', 'HEAD'] : [name],
    );
    return json(405, { message: `use ${allow.join(' or ')}` }, { allow: allow.join(', ') });
  }
}

export function sourceIpOf(request: IncomingMessage): string {
  return request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] as string;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body = '' }: Answer,
): void {
  if (response.destroyed) return;
  const unread =
    !request.complete &&
    request.headers['content-length'] !== '0' &&
    request.method !== 'GET' &&
    request.method !== 'HEAD';
  response.writeHead(status, {
    ...SECURITY,
    ...headers,
    'content-length': Buffer.byteLength(body),
    // What is left of a body that nobody reads must not be taken for the next request.
    ...(unread && { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
