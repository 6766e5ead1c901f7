/** The act `deliveries` against a running home with real HTTP out: what an operator sees of a vendor that fails. */
import { afterEach, expect, test } from '@jest/globals';
import type { DeliveriesAnswer } from '../../src/domain/deliveries.ts';
import type { Home } from '../../src/local/home.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { aDelivery, aDestination, aMessage } from '../sink/a-delivery.ts';
import { aVendor, type Reply, type Vendor } from '../sink/a-vendor.ts';
import { aHome, aToken, eventually, post } from './a-home.ts';
import { aViewer } from './a-viewer.ts';

const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

async function aHomeWith(reply: () => Reply) {
  const vendor = await aVendor(reply);
  vendors.push(vendor);
  // The system's own events, of the operator who connects, are not counted here.
  const filter = { source: { service: ['billing'] } };
  const to = aDestination('datadog', { url: vendor.url, apiKey: { env: 'PATH' }, batchWindowMs: 0, filter });
  return aHome({ destinations: [to] });
}

async function anOperator(home: Home) {
  const viewer = await aViewer(home.streamUrl, await aToken(home, { tenant: 'acme', roles: ['operator'] }));
  let asked = 0;
  return async (args: object = {}): Promise<DeliveriesAnswer> => {
    const id = `ask-${++asked}`;
    viewer.say({ type: 'act', id, what: 'deliveries', args });
    return (await viewer.hear('done', id)).result as DeliveriesAnswer;
  };
}

test('a delivered event is an attempt with its answer, and counted', async () => {
  const home = await aHomeWith(() => ({ status: 202 }));
  const ask = await anOperator(home);
  expect((await ask()).destinations).toMatchObject([
    {
      name: 'datadog',
      sink: 'datadog',
      takes: 'events',
      waiting: 0,
      dead: 0,
      delivered: 0,
      state: { kind: 'well' },
    },
  ]);
  await post(`${home.url}/events`, anAuditEvent({ id: 'e-1' }));
  const answer = await eventually(async () => {
    const one = await ask();
    return one.destinations[0]?.delivered === 1 && one;
  });
  expect(answer.attempts[0]).toMatchObject({
    destination: 'datadog',
    answer: { status: 202 },
    count: 1,
    tryNumber: 1,
    outcomes: [{ kind: 'delivered', count: 1 }],
    events: [{ id: 'e-1', tries: 1, outcome: 'delivered' }],
  });
  expect(answer.destinations[0]?.lastAtMs).toBe(answer.attempts[0]?.atMs);
});

test('a destination that fails is paused with its reason, and each try counts up', async () => {
  let isDown = true;
  const home = await aHomeWith(() =>
    isDown ? { status: 503, headers: { 'retry-after': '0' } } : { status: 202 },
  );
  const ask = await anOperator(home);
  await post(`${home.url}/events`, anAuditEvent({ id: 'e-1' }));
  const failing = await eventually(async () => {
    const one = await ask();
    return (one.attempts[0]?.tryNumber ?? 0) >= 2 && one;
  });
  expect(failing.destinations[0]).toMatchObject({
    waiting: 1,
    state: { kind: 'paused', reason: 'http_503' },
  });
  expect(failing.attempts[0]).toMatchObject({ outcomes: [{ kind: 'retry', reason: 'http_503', count: 1 }] });
  isDown = false;
  const [well] = await eventually(async () => {
    const { destinations } = await ask();
    return destinations[0]?.delivered === 1 && destinations[0].waiting === 0 && destinations;
  });
  expect(well?.state).toEqual({ kind: 'well' });
});

test('a key that is refused shows as set up wrongly, until when it is left alone', async () => {
  const home = await aHomeWith(() => ({ status: 403 }));
  const ask = await anOperator(home);
  await post(`${home.url}/events`, anAuditEvent({ id: 'e-1' }));
  const answer = await eventually(async () => {
    const one = await ask();
    return one.destinations[0]?.state.kind === 'misconfigured' && one;
  });
  expect(answer.destinations[0]).toMatchObject({
    waiting: 1,
    state: { reason: 'http_403', untilMs: expect.any(Number) },
  });
});

test('an attempt says whose each event is and how often its message was received', async () => {
  const vendor = await aVendor(() => ({ status: 202 }));
  vendors.push(vendor);
  const events = aDelivery(aDestination('datadog', { url: vendor.url, apiKey: { env: 'PATH' } }));
  await events.deliver([{ ...aMessage('a'), receiveCount: 3 }, aMessage('b', { tenantId: 'globex' })]);
  expect(events.attempts).toMatchObject([{ ids: ['a', 'b'], tenantIds: ['acme', 'globex'], tries: [3, 1] }]);
});
