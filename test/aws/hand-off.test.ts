import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { makeHandOff } from '../../src/aws/hand-off.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const chunk = { texts: ['größe'], sends: [['L0SM9cOFIAMCIhw=', 0]] } as const;

async function aLambda(status: number | 'silent') {
  const requests: {
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const part of incoming) chunks.push(part as Buffer);
    requests.push({
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    });
    if (status !== 'silent') outgoing.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = makeSignedClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    service: 'lambda',
    region: 'us-east-1',
    credentials: () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
  });
  closers.push(() => {
    client.close();
    server.close();
    server.closeAllConnections();
  });
  const lines: string[] = [];
  const handOff = makeHandOff({
    client,
    functionName: 'AuditStream-FanOut',
    log: (_, message) => lines.push(message),
    timeoutMs: 100,
  });
  return { handOff, requests, lines };
}

test('a part is handed off as an event, and taken when Lambda has queued it', async () => {
  const { handOff, requests } = await aLambda(202);
  expect(await handOff(chunk)).toBe(true);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    url: '/2015-03-31/functions/AuditStream-FanOut/invocations',
    headers: { 'x-amz-invocation-type': 'Event' },
  });
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual(chunk);
});

test.each([[429], [500], [403], ['silent' as const]])(
  'when Lambda answers %s it was not taken',
  async (status) => {
    const { handOff, lines } = await aLambda(status);
    expect(await handOff(chunk)).toBe(false);
    expect(lines).toEqual(['a part of a fan-out was not handed off']);
  },
);
