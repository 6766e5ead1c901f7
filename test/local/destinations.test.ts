/** Destinations of a running home: real HTTP out, and what a broken one does to the rest: nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { readHere } from '../../src/local/destinations.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { aDestination } from '../sink/a-delivery.ts';
import { aVendor, type Reply, type Taken, type Vendor } from '../sink/a-vendor.ts';
import { aHome, eventually, post } from './a-home.ts';

const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

async function aDatadog(reply: (taken: Taken) => Reply) {
  const vendor = await aVendor(reply);
  vendors.push(vendor);
  return vendor;
}
const to = (name: string, { url }: Vendor, more = {}) =>
  aDestination(name, { sink: 'datadog', url, apiKey: { env: 'PATH' }, batchWindowMs: 0, ...more });
const idsAt = ({ taken }: Vendor) =>
  taken.flatMap(({ body }) => (JSON.parse(body) as { evt: { id: string } }[]).map(({ evt }) => evt.id));
const someEvents = (count: number, fields = {}) =>
  Array.from({ length: count }, (_, i) => anAuditEvent({ id: `e-${i}`, ...fields }));

test('accepted events reach each destination, and one that is set up wrongly holds up none', async () => {
  const good = await aDatadog(() => ({ status: 202 }));
  const wrong = await aDatadog(() => ({ status: 403 }));
  const home = await aHome({ destinations: [to('good', good), to('wrong', wrong)] });
  const events = someEvents(50);
  for (const event of events) await post(`${home.url}/events`, event);

  await eventually(() => idsAt(good).length === 50);

  expect(idsAt(good).sort()).toEqual(events.map(({ id }) => id).sort());
  expect(home.store.deadLetters.countByReason()).toEqual([]);
  const { hops, unaccounted } = await home.store.accounts();
  expect(unaccounted).toEqual([]);
  expect(hops.find(({ name }) => name === 'bus → wrong')).toMatchObject({ waiting: 50 });
});

test('only what the filter matches is sent', async () => {
  const vendor = await aDatadog(() => ({ status: 202 }));
  const home = await aHome({ destinations: [to('high', vendor, { filter: { severity: ['high'] } })] });
  await post(`${home.url}/events`, anAuditEvent({ id: 'low' }));
  await post(`${home.url}/events`, anAuditEvent({ id: 'high', severity: 'high' }));
  await eventually(() => vendor.taken.length > 0);
  expect(idsAt(vendor)).toEqual(['high']);
});

test('what waits for a destination outlives the process', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-destinations-'));
  try {
    let isDown = true;
    const vendor = await aDatadog(() => ({ status: isDown ? 503 : 202, headers: { 'retry-after': '0' } }));
    const first = await aHome({ dataDir, destinations: [to('datadog', vendor)] });
    for (const event of someEvents(20)) await post(`${first.url}/events`, event);
    await eventually(() => vendor.taken.length > 0);
    await first.close();
    isDown = false;
    const before = vendor.taken.length;

    await aHome({ dataDir, destinations: [to('datadog', vendor)] });

    await eventually(() => vendor.taken.length > before);
    await eventually(
      () =>
        new Set(vendor.taken.slice(before).flatMap((one) => idsAt({ taken: [one] } as never))).size === 20,
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a key is read from the environment or a file, and a missing one is named by its place', async () => {
  const read = readHere({ KEY: 'k' });
  expect(await read({ env: 'KEY' })).toBe('k');
  await expect(read({ env: 'OTHER' })).rejects.toThrow('the environment variable OTHER has no secret');
  await expect(read({ file: '/no/such/file' })).rejects.toThrow('/no/such/file');
});
