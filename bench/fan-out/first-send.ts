/** How long a fresh `broadcast` takes to its first push: a new process loads the bundle, reads the subscriptions, sends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aBusEvent, subscriptionRow } from './first-send-data.ts';

/** ms from the start of the process to the first byte of the first send at the peer. */
export async function firstSendMs(bundleDir: string): Promise<number> {
  let arrived = (_ms: number) => {};
  const firstMs = new Promise<number>((resolve) => {
    arrived = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url?.includes('/@connections/')) arrived(performance.now());
    const target = String(request.headers['x-amz-target'] ?? '');
    request.resume();
    request.on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      if (target.endsWith('.GetItem')) response.end('{"Item":{"version":{"N":"7"}}}');
      else if (target.endsWith('.Query'))
        response.end(JSON.stringify({ Items: [subscriptionRow()], Count: 1 }));
      else response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const startedAtMs = performance.now();
  const code = `require(process.argv[1]).handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 9e3 })`;
  const child = spawn(process.execPath, ['-e', code, `${bundleDir}/index.js`, JSON.stringify(aBusEvent())], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_LAMBDA_FUNCTION_NAME: 'broadcast',
      AWS_ENDPOINT_URL: url,
      CONNECTIONS_TABLE: 'connections',
      MANAGEMENT_ENDPOINT: `${url}/live`,
      FAN_OUT_FUNCTION: 'fan-out',
    },
  });
  const ended = once(child, 'exit').then(([exitCode]) => {
    throw new Error(`the process ended with ${exitCode} without a send`);
  });
  ended.catch(() => {});
  try {
    return (await Promise.race([firstMs, ended])) - startedAtMs;
  } finally {
    child.kill();
    server.close();
    server.closeAllConnections();
  }
}
