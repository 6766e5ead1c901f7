/** The webhook sink against the verifier of Standard Webhooks' own library. */

import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { Webhook } from 'standardwebhooks';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { faultsOf } from '../domain/mappers/ocsf/contract.ts';
import { aDelivery, aDestination, aMessage, type DeliveryOptions } from './a-delivery.ts';
import { aVendor, type Reply, type Vendor } from './a-vendor.ts';

const NEW = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

async function aReceiver(reply: () => Reply, options = {}, more: DeliveryOptions = {}) {
  const vendor = await aVendor(reply);
  vendors.push(vendor);
  const destination = aDestination('webhook', {
    url: vendor.url,
    secret: { secret: 'new' },
    allowPrivateAddresses: true,
    ...options,
  });
  const readSecret = async (ref: object) => ('secret' in ref && ref.secret === 'old' ? OLD : NEW);
  return { vendor, ...aDelivery(destination, { readSecret: readSecret as never, ...more }) };
}
const verified = (secret: string, { taken }: Vendor, at = 0) =>
  new Webhook(secret).verify(taken[at]?.body ?? '', taken[at]?.headers as Record<string, string>);

test('every real record verifies with the standard’s own library, one a request', async () => {
  const { vendor, deliver } = await aReceiver(() => ({ status: 204 }));
  const events = CORPUS.slice(0, 200);
  const outcomes = await deliver(events.map((event) => aMessage(event.id, event)));
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['delivered']));
  expect(vendor.taken).toHaveLength(events.length);
  const bodies = events.map((_, i) => verified(NEW, vendor, i) as { type: string; data: { id: string } });
  expect(bodies.map(({ data }) => data.id).sort()).toEqual(events.map(({ id }) => id).sort());
  expect(bodies.every(({ type }) => type === 'audit.event')).toBe(true);
});

test('a request that was changed, or is signed with another secret, does not verify', async () => {
  const { vendor, deliver } = await aReceiver(() => ({ status: 204 }));
  await deliver([aMessage('a')]);
  expect(() => verified(OLD, vendor)).toThrow();
  const [{ body = '', headers } = { headers: {} }] = vendor.taken;
  expect(() => new Webhook(NEW).verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test('while secrets are changed both verify', async () => {
  const { vendor, deliver } = await aReceiver(() => ({ status: 204 }), { previousSecret: { secret: 'old' } });
  await deliver([aMessage('a')]);
  for (const secret of [NEW, OLD]) expect(verified(secret, vendor)).toMatchObject({ type: 'audit.event' });
});

test('a try of the next day is signed for its own time under the same id', async () => {
  let nowMs = Date.now() - 24 * 3_600_000;
  let isDown = true;
  const { vendor, deliver } = await aReceiver(
    () => ({ status: isDown ? 503 : 204 }),
    {},
    { now: () => nowMs },
  );
  await deliver([aMessage('a')]);
  expect(() => verified(NEW, vendor)).toThrow('timestamp too old');
  nowMs = Date.now();
  isDown = false;
  expect(await deliver([aMessage('a')])).toEqual([{ kind: 'delivered' }]);
  expect(verified(NEW, vendor, 1)).toMatchObject({ data: { id: 'a' } });
  expect(vendor.taken.map(({ headers }) => headers['webhook-id'])).toEqual(['acme:a', 'acme:a']);
});

test('a receiver that has it already may say so', async () => {
  const { deliver } = await aReceiver(() => ({ status: 409 }));
  expect(await deliver([aMessage('a')])).toEqual([{ kind: 'delivered' }]);
});

test('as CloudEvents the body is one, by the official schema', async () => {
  const schema = JSON.parse(
    readFileSync(new URL('../data/contracts/cloudevents.schema.json', import.meta.url), 'utf8'),
  );
  const isCloudEvent = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const { vendor, deliver } = await aReceiver(() => ({ status: 204 }), { format: 'cloudevents' });
  await deliver([aMessage('a')]);
  expect(vendor.taken[0]?.headers['content-type']).toBe('application/cloudevents+json');
  expect([isCloudEvent(JSON.parse(vendor.taken[0]?.body ?? '')), isCloudEvent.errors]).toEqual([true, null]);
});

test.each([
  [[]],
  [['reason', 'context', 'http', 'changes', 'performance', 'labels', 'metadata']],
  [['context.ip', 'http.path', 'http.statusCode', 'actor.name', 'source.requestId', 'source.accountId']],
])('as OCSF without %j its data is valid by the schema, in the envelope of the standard', async (omit) => {
  const { vendor, deliver } = await aReceiver(() => ({ status: 204 }), { format: 'ocsf', omit });
  const events = CORPUS.slice(0, 50);
  await deliver(events.map((event) => aMessage(event.id, event)));
  expect(vendor.taken).toHaveLength(events.length);
  for (const [index, { headers }] of vendor.taken.entries()) {
    const { type, timestamp, data } = verified(NEW, vendor, index) as {
      type: string;
      timestamp: string;
      data: Readonly<Record<string, unknown>> & { metadata: { uid: string } };
    };
    expect([type, headers['content-type']]).toEqual(['audit.event.ocsf', 'application/json']);
    expect(timestamp).toBe(new Date(data.time as number).toISOString());
    expect(headers['webhook-id']).toMatch(new RegExp(`:${data.metadata.uid}$`));
    expect(faultsOf(data)).toEqual([]);
  }
});

test('nothing within the network is called unless it was allowed, and the destination says that it is set up wrongly', async () => {
  const { vendor, deliver } = await aReceiver(() => ({ status: 204 }), { allowPrivateAddresses: false });
  expect(await deliver([aMessage('a')])).toMatchObject([
    { kind: 'misconfigured', reason: 'private_address' },
  ]);
  expect(vendor.taken).toEqual([]);
});

test.each(['http://example.com/hook', 'ftp://example.com', 'example.com', ''])(
  'the address %j is refused',
  (url) => {
    expect(() => aDestination('webhook', { url, secret: { secret: 's' } })).toThrow(
      'destinations.webhook.url',
    );
  },
);
