/** API Gateway's side of the fan-out bench, in a process of its own: answers sends, or listens to a `ws` server. */
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';

const [, , kind, delay = '0', more = ''] = process.argv;

if (kind === 'listen') {
  for (let i = 0; i < Number(delay); i++) new WebSocket(more).on('message', () => {});
} else {
  const delayMs = Number(delay);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    request.on('end', () => {
      if (delayMs === 0) response.end();
      else setTimeout(() => response.end(), delayMs);
    });
  };
  const server =
    kind === 'https'
      ? createHttps({ key: readFileSync(`${more}/key.pem`), cert: readFileSync(`${more}/cert.pem`) }, answer)
      : createHttp(answer);
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () =>
    process.stdout.write(`${kind}://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
  );
}
process.on('disconnect', () => process.exit());
