/** A vendor on this machine: takes requests as they come over the wire, answers as it is told, and can break off anywhere. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { contractFaults } from './contract-faults.ts';

export interface Taken {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Unzipped. */
  readonly body: string;
  /** As they came. */
  readonly bytes: Buffer;
  /** How many connections there were until now. */
  readonly connections: number;
}

export type Reply =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Reads the request and says nothing. */
  | 'silence'
  /** Cuts the connection before it has read the body. */
  | 'reset-before-body'
  /** Takes the request, then cuts the connection without an answer. */
  | 'reset-after-body'
  /** Begins an answer and cuts it. */
  | 'half-answer';

export interface Vendor {
  readonly url: string;
  readonly taken: readonly Taken[];
  /** Throws if a request broke the contract of the API that it called. */
  close(): Promise<void>;
}

export async function aVendor(reply: (taken: Taken) => Reply): Promise<Vendor> {
  const taken: Taken[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      const faults = taken.flatMap(contractFaults);
      if (faults.length > 0) throw new Error(`${faults.length} requests break the contract, as ${faults[0]}`);
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    if (
      reply({ method, path, headers, body: '', bytes: Buffer.alloc(0), connections }) === 'reset-before-body'
    ) {
      request.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const one = { method, path, headers, body, bytes, connections };
    taken.push(one);
    const said = reply(one);
    if (said === 'silence') return;
    if (said === 'reset-after-body' || said === 'reset-before-body') request.socket.resetAndDestroy();
    else if (said === 'half-answer') {
      response.writeHead(202, { 'content-length': '100' });
      response.write('{', () => request.socket.destroy());
    } else response.writeHead(said.status, said.headers).end(said.body ?? '');
  }
}
