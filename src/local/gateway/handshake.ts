/** The HTTP side of a WebSocket connection: what is checked before anybody is asked, and how a refusal is written. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectRequest } from '../../stream/connect.ts';
import { type Answer, json } from '../http/answer.ts';
import { sourceIpOf } from '../http/serve.ts';

const KEY = /^[+/0-9A-Za-z]{22}==$/;

/** Why this is no handshake for the stream; `ws` would find it too, but only after the connection was opened. */
export function handshakeFault({ method, url, headers }: IncomingMessage): Answer | undefined {
  if ((url ?? '').split('?', 1)[0] !== '/stream') return json(404, { message: 'the stream is at /stream' });
  if (
    method !== 'GET' ||
    headers.upgrade?.toLowerCase() !== 'websocket' ||
    !KEY.test(headers['sec-websocket-key'] ?? '')
  ) {
    return json(400, { message: 'this is no WebSocket handshake' });
  }
  if (headers['sec-websocket-version'] === '13') return undefined;
  return json(
    426,
    { message: 'speak version 13 of the WebSocket protocol' },
    { 'sec-websocket-version': '13' },
  );
}

export function connectRequest(connectionId: string, request: IncomingMessage): ConnectRequest {
  const { origin, 'user-agent': userAgent, 'sec-websocket-protocol': protocols = '' } = request.headers;
  return {
    connectionId,
    protocols: protocols
      .split(',')
      .map((protocol) => protocol.trim())
      .filter((protocol) => protocol !== ''),
    sourceIp: sourceIpOf(request),
    ...(origin !== undefined && { origin }),
    ...(userAgent !== undefined && { userAgent }),
  };
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export function refuseUpgrade(socket: Duplex, { status, headers = {}, body = '' }: Answer): void {
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = [
    `HTTP/1.1 ${status} ${WORDS[status] ?? 'Refused'}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
