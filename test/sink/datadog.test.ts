/** Datadog's intake as its contract has it, and the traps of its documents. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { datadog } from '../../src/sink/datadog.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { aDelivery, aDestination, aMessage } from './a-delivery.ts';
import { aVendor, type Reply, type Taken, type Vendor } from './a-vendor.ts';
import { contractFaults } from './contract-faults.ts';

const contract = JSON.parse(
  readFileSync(new URL('../data/contracts/datadog-logs-intake-v2.openapi.json', import.meta.url), 'utf8'),
);
const operation = contract.paths['/api/v2/logs'].post;
const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

type Log = Record<string, unknown> & { evt: { id: string }; audit: { occurredAt: string } };
const logsOf = ({ body }: Pick<Taken, 'body'>) => JSON.parse(body) as Log[];

/** The intake: refuses what its contract refuses, then answers as the test wants. */
function intake(reply: (taken: Taken) => Reply = () => ({ status: 202, body: '{}' })) {
  return (taken: Taken): Reply => {
    if (taken.body === '') return reply(taken);
    expect(operation).toBeDefined();
    expect(taken.path).toBe('/api/v2/logs');
    if (taken.headers['dd-api-key'] !== 'a-secret-of-the-vendor') return { status: 403 };
    if (taken.headers['content-type'] !== 'application/json') return { status: 415 };
    if (Buffer.byteLength(taken.body) > 5_000_000) return { status: 413 };
    const logs = logsOf(taken);
    if (!Array.isArray(logs) || logs.length > 1_000) return { status: 413 };
    const [fault] = contractFaults(taken);
    if (fault !== undefined) return { status: 400, body: fault };
    return reply(taken);
  };
}

async function aDatadog(reply?: (taken: Taken) => Reply, nowMs?: number) {
  const vendor = await aVendor(intake(reply));
  vendors.push(vendor);
  const destination = aDestination('datadog', { apiKey: { secret: 'key' }, url: vendor.url });
  return { vendor, ...aDelivery(destination, nowMs === undefined ? {} : { now: () => nowMs }) };
}

test('every real record arrives, in requests that the contract allows', async () => {
  const { vendor, deliver } = await aDatadog();
  const outcomes = await deliver(CORPUS.map((event) => ({ ...aMessage(event.id, event) })));
  expect(outcomes.filter(({ kind }) => kind !== 'delivered')).toEqual([]);
  expect(vendor.taken.flatMap(logsOf).map(({ evt }) => evt.id)).toEqual(CORPUS.map(({ id }) => id));
  expect(vendor.taken.every(({ headers }) => headers['content-encoding'] === 'gzip')).toBe(true);
});

test('each site has its address, and all of the contract are known', async () => {
  const { request, options } = datadog;
  const settings = { site: 'us3.datadoghq.com', apiKey: 'k', ddsource: 'audit', url: undefined } as const;
  expect(request([{ text: '{}' }], settings, 0).url).toBe(
    'https://http-intake.logs.us3.datadoghq.com/api/v2/logs',
  );
  const { site } = operation.servers[0].variables;
  for (const name of site.enum)
    expect({ name, known: options.site.isRight(name) }).toEqual({ name, known: true });
});

test('trap 1: 5 MB are measured in bytes of the whole uncompressed body', async () => {
  const { vendor, deliver } = await aDatadog();
  const messages = Array.from({ length: 40 }, (_, i) =>
    aMessage(`wide-${i}`, { metadata: { text: 'ż'.repeat(90_000) } }),
  );
  expect((await deliver(messages)).every(({ kind }) => kind === 'delivered')).toBe(true);
  expect(vendor.taken.length).toBeGreaterThan(1);
  expect(vendor.taken.flatMap(logsOf)).toHaveLength(40);
});

test('trap 2: 1,001 small logs are two requests', async () => {
  const { vendor, deliver } = await aDatadog();
  await deliver(Array.from({ length: 1_001 }, (_, i) => aMessage(`small-${i}`)));
  expect(vendor.taken.map((taken) => logsOf(taken).length)).toEqual([1_000, 1]);
});

test('trap 3: a log that Datadog would cut in silence is rejected instead, and no event is that large', async () => {
  const { vendor, deliver } = await aDatadog();
  const largest = aMessage('largest', { metadata: { text: '\\'.repeat(95_000) } });
  expect(await deliver([largest])).toEqual([{ kind: 'delivered' }]);
  expect(Buffer.byteLength(vendor.taken[0]?.body ?? '')).toBeLessThan(1_000_000);
  expect(datadog.limits.itemBytes).toBe(1_000_000);
});

test('trap 4: an event older than 18 hours, or ahead by 2, is dated now, says so, and keeps its true time', async () => {
  const nowMs = Date.parse('2026-11-24T12:00:00Z');
  const { vendor, deliver, notes } = await aDatadog(undefined, nowMs);
  const at = (id: string, occurredAt: string) => aMessage(id, { occurredAt });
  await deliver([
    at('old', '2026-11-23T17:59:59.000Z'),
    at('young', '2026-11-23T18:00:01.000Z'),
    at('ahead', '2026-11-24T14:00:01.000Z'),
  ]);
  const [old, young, ahead] = vendor.taken.flatMap(logsOf);
  expect(old).toMatchObject({ timestamp: nowMs, audit: { occurredAt: '2026-11-23T17:59:59.000Z' } });
  expect(old?.ddtags).toContain('redated:true');
  expect(young).toMatchObject({ timestamp: Date.parse('2026-11-23T18:00:01.000Z') });
  expect(young?.ddtags).not.toContain('redated');
  expect(ahead).toMatchObject({ timestamp: nowMs });
  expect(notes).toEqual({ redated: 2 });
});

test('trap 5: the time is in milliseconds', async () => {
  const { vendor, deliver } = await aDatadog();
  await deliver([aMessage('a')]);
  const [log] = vendor.taken.flatMap(logsOf);
  expect(log?.timestamp).toBe(Date.parse(log?.audit.occurredAt ?? ''));
});

test('trap 6: tags are one text without spaces, and a comma in a value begins no tag', async () => {
  const { vendor, deliver } = await aDatadog();
  await deliver([aMessage('a', { source: { service: 's', environment: 'a, b:c', version: '1' } })]);
  expect(vendor.taken.flatMap(logsOf)[0]?.ddtags).toBe('env:a__b:c,tenant:acme,version:1');
});

test('trap 7: fields of an event take no reserved name', async () => {
  const { vendor, deliver } = await aDatadog();
  const metadata = { status: 'failed', service: 'x', host: 'y', message: 'z', date: '1970', timestamp: 0 };
  await deliver([aMessage('a', { metadata })]);
  expect(vendor.taken.flatMap(logsOf)[0]).toMatchObject({
    status: 'info',
    service: 'billing',
    audit: { metadata },
  });
});

test('trap 8: a 400 for one log costs one log', async () => {
  const { deliver } = await aDatadog((taken) =>
    taken.body.includes('"bad"') ? { status: 400, body: '{"errors":[{"detail":"no"}]}' } : { status: 202 },
  );
  const outcomes = await deliver(
    Array.from({ length: 200 }, (_, i) => aMessage(i === 77 ? 'bad' : `good-${i}`)),
  );
  expect(outcomes.map(({ kind }, i) => (kind === 'delivered' ? -1 : i)).filter((i) => i >= 0)).toEqual([77]);
  expect(outcomes[77]).toEqual({ kind: 'rejected', reason: 'http_400', status: 400 });
});

test('trap 9: a refused key drains nothing into the dead letters', async () => {
  const vendor = await aVendor(() => ({ status: 403 }));
  vendors.push(vendor);
  const { deliver } = aDelivery(aDestination('datadog', { apiKey: { secret: 'key' }, url: vendor.url }));
  for (const outcome of await deliver([aMessage('a'), aMessage('b')]))
    expect(outcome).toMatchObject({ kind: 'misconfigured' });
});

test('trap 10: a 408 and a lost connection are tried again', async () => {
  const { deliver } = await aDatadog((taken) =>
    taken.body.includes('"late"') ? { status: 408 } : 'half-answer',
  );
  expect(await deliver([aMessage('late')])).toMatchObject([{ kind: 'retry', reason: 'http_408' }]);
  expect(await deliver([aMessage('cut')])).toMatchObject([{ kind: 'retry' }]);
});

test('trap 11: a log that comes twice is known by its id', async () => {
  const { vendor, deliver } = await aDatadog();
  await deliver([aMessage('a')]);
  await deliver([aMessage('a')]);
  expect(
    vendor.taken.flatMap(logsOf).map(({ evt, audit }) => [evt.id, (audit as { id?: string }).id]),
  ).toEqual([
    ['a', 'a'],
    ['a', 'a'],
  ]);
});
