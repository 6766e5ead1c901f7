import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { makePutEvents } from '../../src/aws/put-events.ts';

interface Entry {
  readonly Source: string;
  readonly Detail: string;
  readonly EventBusName: string;
  readonly Time?: number;
}
type Answer = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** EventBridge's PutEvents over HTTP: its limits, an outcome per entry in a 200, `FailedEntryCount`. */
async function aBus(answer: (entry: Entry, request: number) => Answer | 'hang up' | 'refuse' = accept) {
  const requests: Entry[][] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: Entry[] };
    requests.push(Entries);
    const answers = Entries.map((entry) => answer(entry, requests.length));
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
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const publish = makePutEvents({
    busName: 'audit',
    client: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    wait: async () => {},
  });
  return { publish, requests };
}

let ids = 0;
const accept = (): Answer => ({ EventId: `bus-${++ids}` });
const failed = (ErrorCode: string): Answer => ({ ErrorCode, ErrorMessage: 'for the test' });
const entries = (count: number, chars = 1) =>
  Array.from({ length: count }, (_, n) => ({
    source: 'audit.billing',
    detailType: 'Audit Event',
    detail: { n, text: 'x'.repeat(chars) },
  }));
const nOf = ({ Detail }: Entry) => (JSON.parse(Detail) as { n: number }).n;

test('a request has ten entries at most, and outcomes come in the order of the entries', async () => {
  const { publish, requests } = await aBus((entry) => ({ EventId: `bus-${nOf(entry)}` }));
  const outcomes = await publish(entries(25));
  expect(outcomes).toEqual(Array.from({ length: 25 }, (_, n) => ({ kind: 'accepted', busId: `bus-${n}` })));
  expect(requests.map(({ length }) => length).sort()).toEqual([10, 10, 5]);
  expect(requests.flat().every(({ EventBusName }) => EventBusName === 'audit')).toBe(true);
});

test('a request stays under a million bytes, counted in UTF-8', async () => {
  const { publish, requests } = await aBus();
  const large = entries(10).map((entry, n) => ({ ...entry, detail: { n, text: 'ü'.repeat(150_000) } }));
  const outcomes = await publish(large);
  expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
  for (const request of requests)
    expect(request.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0)).toBeLessThan(1_000_000);
});

test('only what failed is sent again', async () => {
  const { publish, requests } = await aBus((entry, request) =>
    request === 1 && nOf(entry) % 2 === 1 ? failed('InternalFailure') : accept(),
  );
  const outcomes = await publish(entries(6));
  expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
  expect(requests.map((request) => request.map(nOf))).toEqual([
    [0, 1, 2, 3, 4, 5],
    [1, 3, 5],
  ]);
});

test('what another try cannot mend is refused at once, with the bus’s word', async () => {
  const { publish, requests } = await aBus((entry) =>
    nOf(entry) === 1 ? failed('MalformedDetail') : accept(),
  );
  const outcomes = await publish(entries(3));
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'accepted']);
  expect(outcomes[1]).toMatchObject({ code: 'MalformedDetail' });
  expect(requests).toHaveLength(1);
});

test('what is throttled for ever is refused in the end, and the others are not', async () => {
  const { publish } = await aBus((entry) => (nOf(entry) === 0 ? failed('ThrottlingException') : accept()));
  const outcomes = await publish(entries(2));
  expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'accepted']);
});

test('a connection that breaks is tried again', async () => {
  const { publish } = await aBus((_, request) => (request === 1 ? 'hang up' : accept()));
  expect((await publish(entries(1)))[0]?.kind).toBe('accepted');
});

test('a bus that cannot be reached or refuses the caller is an outcome, not an exception', async () => {
  const { publish } = await aBus(() => 'hang up');
  expect((await publish(entries(1)))[0]).toMatchObject({ kind: 'refused', code: 'Unreachable' });
  const closed = await aBus(() => 'refuse');
  expect((await closed.publish(entries(1)))[0]).toMatchObject({ code: 'AccessDeniedException' });
  expect(closed.requests).toHaveLength(1);
});

test('nothing to put is nothing to ask', async () => {
  const { publish, requests } = await aBus();
  expect(await publish([])).toEqual([]);
  expect(requests).toEqual([]);
});
