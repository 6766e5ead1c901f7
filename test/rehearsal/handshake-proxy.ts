/** Adds the one header that the emulator leaves out of its WebSocket handshake: the chosen subprotocol.
 * API Gateway passes on what the Lambda of `$connect` answers; MiniStack drops it, and a browser then hangs up. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { SUBPROTOCOL } from '../../src/domain/protocol/messages.ts';

export interface HandshakeProxy {
  readonly port: number;
  close(): void;
}

export async function startHandshakeProxy(target: URL): Promise<HandshakeProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((viewer) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [viewer, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        viewer.destroy();
        upstream.destroy();
      });
    }
    viewer.pipe(upstream);
    upstream.once('data', (first: Buffer) => {
      viewer.write(withSubprotocol(first));
      upstream.pipe(viewer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function withSubprotocol(answer: Buffer): Buffer {
  const text = answer.toString('latin1');
  if (!text.startsWith('HTTP/1.1 101') || /\r\nsec-websocket-protocol:/i.test(text)) return answer;
  return Buffer.from(text.replace('\r\n', `\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n`), 'latin1');
}
