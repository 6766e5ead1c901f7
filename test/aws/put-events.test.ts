import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leanCall } from '../../src/aws/bus/lean-call.ts';
import { makePublish } from '../../src/aws/bus/publish.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { makePutEvents } from '../../src/aws/put-events.ts';
import { aBus, accept, type BusEntry, failed } from '../builders/a-bus.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const COMMON = { busName: 'audit', wait: async () => {} };
const WAYS = {
  'the SDK': (endpoint: string) =>
    makePutEvents({ ...COMMON, client: { endpoint, region: 'us-east-1', credentials: CREDENTIALS } }),
  'the lean call': (endpoint: string) => {
    const client = makeSignedClient({
      endpoint,
      service: 'events',
      region: 'us-east-1',
      credentials: () => CREDENTIALS,
    });
    closers.push(client.close);
    return makePublish({ ...COMMON, call: leanCall(client) });
  },
};
let make = WAYS['the SDK'];

async function aPublish(answer?: Parameters<typeof aBus>[0]) {
  const { endpoint, requests, close } = await aBus(answer);
  closers.push(close);
  return { publish: make(endpoint), requests };
}

const entries = (count: number, chars = 1) =>
  Array.from({ length: count }, (_, n) => ({
    source: 'audit.billing',
    detailType: 'Audit Event',
    detail: { n, text: 'x'.repeat(chars) },
  }));
const nOf = ({ Detail }: BusEntry) => (JSON.parse(Detail) as { n: number }).n;

describe.each(Object.entries(WAYS))('over %s', (_name, way) => {
  beforeEach(() => {
    make = way;
  });

  test('a request has ten entries at most, and outcomes come in the order of the entries', async () => {
    const { publish, requests } = await aPublish((entry) => ({ EventId: `bus-${nOf(entry)}` }));
    const outcomes = await publish(entries(25));
    expect(outcomes).toEqual(Array.from({ length: 25 }, (_, n) => ({ kind: 'accepted', busId: `bus-${n}` })));
    expect(requests.map(({ length }) => length).sort()).toEqual([10, 10, 5]);
    expect(requests.flat().every(({ EventBusName }) => EventBusName === 'audit')).toBe(true);
  });

  test('trap 59: a request stays under a million bytes, counted in UTF-8', async () => {
    const { publish, requests } = await aPublish();
    const large = entries(10).map((entry, n) => ({ ...entry, detail: { n, text: 'ü'.repeat(150_000) } }));
    const outcomes = await publish(large);
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    for (const request of requests)
      expect(request.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0)).toBeLessThan(1_000_000);
  });

  test('trap 58: only what failed is sent again', async () => {
    const { publish, requests } = await aPublish((entry, request) =>
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
    const { publish, requests } = await aPublish((entry) =>
      nOf(entry) === 1 ? failed('MalformedDetail') : accept(),
    );
    const outcomes = await publish(entries(3));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'accepted']);
    expect(outcomes[1]).toMatchObject({ code: 'MalformedDetail' });
    expect(requests).toHaveLength(1);
  });

  test('what is throttled for ever is refused in the end, and the others are not', async () => {
    const { publish } = await aPublish((entry) =>
      nOf(entry) === 0 ? failed('ThrottlingException') : accept(),
    );
    const outcomes = await publish(entries(2));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'accepted']);
  });

  test('a connection that breaks is tried again', async () => {
    const { publish } = await aPublish((_, request) => (request === 1 ? 'hang up' : accept()));
    expect((await publish(entries(1)))[0]?.kind).toBe('accepted');
  });

  test('a bus that cannot be reached or refuses the caller is an outcome, not an exception', async () => {
    const { publish } = await aPublish(() => 'hang up');
    expect((await publish(entries(1)))[0]).toMatchObject({ kind: 'refused', code: 'Unreachable' });
    const closed = await aPublish(() => 'refuse');
    expect((await closed.publish(entries(1)))[0]).toMatchObject({ code: 'AccessDeniedException' });
    expect(closed.requests).toHaveLength(1);
  });

  test('nothing to put is nothing to ask', async () => {
    const { publish, requests } = await aPublish();
    expect(await publish([])).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('an entry’s time arrives as it was', async () => {
    const { publish, requests } = await aPublish();
    await publish([
      { source: 'audit.billing', detailType: 'Audit Event', detail: {}, time: '2026-11-01T12:00:00.250Z' },
    ]);
    expect(requests[0]?.[0]?.Time).toBeCloseTo(Date.parse('2026-11-01T12:00:00.250Z') / 1_000, 0);
  });
});
