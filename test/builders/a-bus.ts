/** EventBridge's PutEvents over HTTP: an outcome per entry in a 200, `FailedEntryCount`, or a refusal of the whole. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BusEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName: string;
  readonly Time?: number;
}
export type BusAnswer =
  | { readonly EventId: string }
  | { readonly ErrorCode: string; readonly ErrorMessage: string }
  | 'hang up'
  | 'refuse';

let ids = 0;
export const accept = (): BusAnswer => ({ EventId: `bus-${++ids}` });
export const failed = (ErrorCode: string): BusAnswer => ({ ErrorCode, ErrorMessage: 'for the test' });

/** `answer` is asked for each entry, with the number of the request. */
export async function aBus(
  answer: (entry: BusEntry, request: number) => BusAnswer | Promise<BusAnswer> = accept,
) {
  const requests: BusEntry[][] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: BusEntry[] };
    requests.push(Entries);
    const request = requests.length;
    const answers = await Promise.all(Entries.map((entry) => answer(entry, request)));
    if (answers.includes('hang up')) return void incoming.socket.destroy();
    outgoing.setHeader('content-type', 'application/x-amz-json-1.1');
    if (answers.includes('refuse')) {
      outgoing.statusCode = 400;
      return void outgoing.end('{"__type":"AccessDeniedException","message":"not authorized"}');
    }
    const FailedEntryCount = answers.filter((one) => typeof one === 'object' && 'ErrorCode' in one).length;
    outgoing.end(JSON.stringify({ FailedEntryCount, Entries: answers }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** As a load balancer does after a while. */
    closeIdle: () => server.closeIdleConnections(),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
