/** One client of the fan-out bench, in a process of its own, so that only its CPU is counted: prints one JSON line. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { WebSocketServer } from 'ws';
import { makeConnectionsGateway } from '../../src/aws/connections-gateway.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';

const [, , kind = '', url = '', count = '0', together = '100'] = process.argv;
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token'.repeat(60),
};
const region = 'us-east-1';
const CONNECTIONS = 1_000;
const ids = Array.from({ length: CONNECTIONS }, (_, i) => `L0SM9cOFIAMC${String(i).padStart(4, '0')}w=`);
/** As long as an audit event of ours, of 600 bytes. */
const text = JSON.stringify({ v: 1, type: 'event', subs: ['all'], event: { text: 'x'.repeat(540) } });

type Send = (connectionId: string) => Promise<unknown>;

const CLIENTS: Readonly<Record<string, () => Promise<Send>>> = {
  lean: async () => {
    const client = makeSignedClient({
      endpoint: `${url}/live`,
      service: 'execute-api',
      region,
      credentials: () => credentials,
    });
    const gateway = makeConnectionsGateway({ client, log: () => {}, timeoutMs: 10_000 });
    return async (id) => {
      const outcome = await gateway.send(id, text);
      if (outcome !== 'sent') throw new Error(`a send was ${outcome}`);
    };
  },
  sdk: async () => {
    const client = new ApiGatewayManagementApiClient({ endpoint: `${url}/live`, region, credentials });
    return (ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data: text }));
  },
  ws: async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await once(server, 'listening');
    process.send?.(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    while (server.clients.size < 100) await once(server, 'connection');
    const sockets = [...server.clients];
    let next = 0;
    return () =>
      new Promise((resolve) => sockets[next++ % sockets.length]?.send(text, () => resolve(undefined)));
  },
};

const send = await (CLIENTS[kind] as () => Promise<Send>)();

/** `total` sends, so many at a time. */
async function run(total: number): Promise<void> {
  let begun = 0;
  const lane = async () => {
    while (begun < total) await send(ids[begun++ % CONNECTIONS] as string);
  };
  await Promise.all(Array.from({ length: Math.min(Number(together), total) }, lane));
}

await run(Math.min(5_000, Number(count)));
const cpu = process.cpuUsage();
const startedAtMs = performance.now();
await run(Number(count));
const tookMs = performance.now() - startedAtMs;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  `${JSON.stringify({ cpuMicroseconds: (user + system) / Number(count), tookMs, perSecond: (1_000 * Number(count)) / tookMs })}\n`,
);
process.exit();
