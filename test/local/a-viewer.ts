/** A viewer on a real socket with its hands on every message. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../../src/domain/protocol/messages.ts';
import { eventually } from './a-home.ts';

export interface Viewer {
  readonly socket: WebSocket;
  readonly heard: readonly ServerMessage[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  say(message: Readonly<Record<string, unknown>>): void;
  /** The first message of the type (and reply to `id`, if given) that was or will be heard. */
  hear<T extends ServerMessage['type']>(type: T, id?: string): Promise<Extract<ServerMessage, { type: T }>>;
  subscribe(filter?: unknown): Promise<void>;
}

export async function aViewer(
  streamUrl: string,
  token: string,
  protocols: readonly string[] = [],
): Promise<Viewer> {
  const socket = new WebSocket(streamUrl, ['audit-stream.v1', `bearer.${token}`, ...protocols]);
  const heard: ServerMessage[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as ServerMessage));
  const closed = once(socket, 'close').then(([code, reason]) => ({
    code: code as number,
    reason: String(reason),
  }));
  closed.catch(() => {});
  await once(socket, 'open');
  socket.send('{"v":1,"type":"hello","id":"hello"}');
  const viewer: Viewer = {
    socket,
    heard,
    closed,
    say: (message) => socket.send(JSON.stringify({ v: 1, ...message })),
    hear: (type, id) =>
      eventually(
        () =>
          heard.find(
            (one) => one.type === type && (id === undefined || ('id' in one && one.id === id)),
          ) as never,
      ),
    async subscribe(filter = {}) {
      viewer.say({ type: 'subscribe', id: 'subscribe', sub: 'all', filter });
      await viewer.hear('subscribed', 'subscribe');
    },
  };
  return viewer;
}

/** The status and body that a refused connection is answered with. */
export function refused(
  streamUrl: string,
  protocols: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string }> {
  const socket = new WebSocket(streamUrl, [...protocols], { headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('the connection was opened')));
    socket.on('error', () => {});
    socket.on('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}
