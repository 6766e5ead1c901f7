/** Stands before DynamoDB and does to a share of the calls what a bad day does: throttles, delays, cuts before, cuts after. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FaultyProxy {
  readonly url: string;
  /** How often each misfortune has happened, and how many calls went through untouched. */
  readonly counts: Readonly<Record<Misfortune | 'untouched', number>>;
  /** Share of the calls that meet one; 0 to begin with. */
  share: number;
  close(): void;
}

/** `lost`: DynamoDB did what was asked, and nobody heard. */
export type Misfortune = 'throttled' | 'delayed' | 'cut' | 'lost';
const MISFORTUNES: readonly Misfortune[] = ['throttled', 'delayed', 'cut', 'lost'];
/** Some delays are longer than the deadline of a write. */
const LONGEST_DELAY_MS = 2_600;

export async function startFaultyProxy(target: string, random: () => number): Promise<FaultyProxy> {
  const counts = { throttled: 0, delayed: 0, cut: 0, lost: 0, untouched: 0 };
  const server = createServer({ keepAlive: true }, (incoming, answer) => {
    const misfortune =
      random() < proxy.share ? MISFORTUNES[Math.floor(random() * MISFORTUNES.length)] : undefined;
    counts[misfortune ?? 'untouched']++;
    answer.on('error', () => {});
    if (misfortune === 'cut') return void incoming.socket.destroy();
    if (misfortune === 'throttled') return throttle(incoming, answer);
    if (misfortune === 'delayed')
      return void setTimeout(() => forward(target, incoming, answer, false), random() * LONGEST_DELAY_MS);
    forward(target, incoming, answer, misfortune === 'lost');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    share: 0,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}

function throttle(incoming: IncomingMessage, answer: ServerResponse): void {
  incoming.resume();
  answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  answer.end(
    '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded."}',
  );
}

function forward(target: string, incoming: IncomingMessage, answer: ServerResponse, isLost: boolean): void {
  const { method, headers, url = '/' } = incoming;
  // The signature covers the host; DynamoDB Local does not check it.
  const onward = request(new URL(url, target), { method, headers }, (response) => {
    if (isLost) {
      response.resume();
      incoming.socket.destroy();
      return;
    }
    answer.writeHead(response.statusCode ?? 500, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}
