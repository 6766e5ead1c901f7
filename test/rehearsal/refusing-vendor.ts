/** In front of a vendor: one that refuses a certain event, whatever it comes with, until somebody mends it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface RefusingVendor {
  readonly url: string;
  mend(): void;
  close(): void;
}

export async function refusingVendor(vendorUrl: string, eventId: string): Promise<RefusingVendor> {
  let isMended = false;
  const server = createServer((asked, response) => void answer(asked, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mend() {
      isMended = true;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await buffer(asked);
    const body = asked.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    if (!isMended && body.includes(`"${eventId}"`)) {
      const said = { errors: [{ status: '400', title: 'Bad Request' }] };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(said));
      return;
    }
    const { host, pathname } = new URL(vendorUrl);
    const { method, headers, url = '/' } = asked;
    const path = `${pathname.replace(/\/$/, '')}${url}`;
    const passed = request(new URL(path, vendorUrl), { method, headers: { ...headers, host } }, (said) => {
      response.writeHead(said.statusCode ?? 502, said.headers);
      said.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(bytes);
  }
}
