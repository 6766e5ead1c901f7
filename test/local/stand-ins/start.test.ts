/** Stand-ins on the wire: real faults on a real socket, and a record of what came that gives no key away. */
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeJournal } from '../../../src/local/stand-ins/journal.ts';
import { type RunningStandIns, startStandIns } from '../../../src/local/stand-ins/start.ts';
import { makeTrouble } from '../../../src/local/stand-ins/trouble.ts';
import { makeSend } from '../../../src/sink/send.ts';
import { until } from '../../builders/until.ts';

const running: RunningStandIns[] = [];
const send = makeSend();
afterEach(async () => {
  for (const standIns of running.splice(0)) await standIns.close();
});

async function started(options = {}) {
  const standIns = await startStandIns(options);
  running.push(standIns);
  const keyOf = standIns.readSecret(async () => 'the key of another');
  const log = async (timeoutMs = 5_000) =>
    send(
      {
        method: 'POST',
        url: `${standIns.url}/datadog/api/v2/logs`,
        headers: {
          'content-type': 'application/json',
          'dd-api-key': await keyOf(datadogKey(standIns)),
        },
        body: '[{"message":"m","evt":{"id":"e"},"audit":{"tenantId":"acme"}}]',
        gzip: false,
      },
      timeoutMs,
    );
  const seen = (tenantId?: string) => standIns.requests('datadog', { after: undefined, tenantId }) ?? [];
  return { standIns, log, seen, keyOf };
}

function datadogKey({ destinations }: RunningStandIns) {
  const ref = destinations.find(({ name }) => name === 'datadog')?.secrets.apiKey;
  if (!ref) throw new Error('datadog has no key');
  return ref;
}

test('time-out: the request is read and never answered', async () => {
  const { standIns, log, seen } = await started();
  standIns.set('datadog', { kind: 'timeout' });
  expect(await log(50)).toEqual({ kind: 'unanswered', reason: 'timeout' });
  expect(seen()).toMatchObject([{ fault: 'timeout', valid: true, ids: ['e'] }]);
  expect(seen()[0]).not.toHaveProperty('status');
});

test('half-closed: the request is taken, and the answer breaks off', async () => {
  const { standIns, log, seen } = await started();
  standIns.set('datadog', { kind: 'half-closed' });
  expect(await log()).toMatchObject({ kind: 'unanswered' });
  expect(seen()).toMatchObject([{ fault: 'half-closed' }]);
  expect(standIns.list()[0]).toMatchObject({ requests: 1, taken: 1 });
});

test('slow: the answer comes, late', async () => {
  const { standIns, log } = await started();
  standIns.set('datadog', { kind: 'slow', ms: 40 });
  expect(await log(5)).toEqual({ kind: 'unanswered', reason: 'timeout' });
  expect(await log()).toMatchObject({ kind: 'answered', status: 202 });
});

test('429 says when to come again', async () => {
  const { standIns, log } = await started();
  standIns.set('datadog', { kind: '429', retryAfterSeconds: 30 });
  expect(await log()).toMatchObject({ status: 429, headers: { 'retry-after': '30' } });
});

test('a fault of so many calls heals by itself, one of a share meets that share', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (calls, rolls) => {
        let i = 0;
        const trouble = makeTrouble(() => rolls[i++] ?? 0);
        trouble.set({ kind: '500', calls, share: 0.5 });
        const met = Array.from({ length: rolls.length + 30 }, () => trouble.meet() !== undefined);
        expect(met.filter(Boolean)).toHaveLength(calls);
        const hits = rolls.map((roll) => roll < 0.5);
        const wanted = [...hits, ...Array(30).fill(true)];
        expect(met).toEqual(
          wanted.map((hit, at) => hit && wanted.slice(0, at).filter(Boolean).length < calls),
        );
        expect(trouble.now).toEqual({ kind: 'none' });
      },
    ),
  );
});

test('wrong-key refuses the key that is good; once it is healed only another is', async () => {
  const { standIns, log, keyOf } = await started();
  const ref = datadogKey(standIns);
  const before = await keyOf(ref);
  standIns.set('datadog', { kind: 'wrong-key' });
  expect(await log()).toMatchObject({ status: 403 });
  standIns.set('datadog', { kind: 'none' });
  expect(await keyOf(ref)).not.toBe(before);
  expect(await log()).toMatchObject({ status: 202 });
});

test('no key is in what is recorded, whatever went wrong', async () => {
  const { standIns, log, keyOf } = await started();
  await log();
  const keys = await Promise.all(
    standIns.destinations.flatMap(({ secrets }) => Object.values(secrets).map((ref) => keyOf(ref))),
  );
  for (const key of keys) {
    const path = URL.canParse(key) && key.startsWith('http') ? new URL(key).pathname : `/webhook/${key}`;
    await fetch(`${standIns.url}${path}`, { method: 'POST', body: key, headers: { authorization: key } });
  }
  const all = standIns
    .list()
    .map(({ name }) => standIns.requests(name, { after: undefined, tenantId: undefined }));
  for (const key of keys) expect(JSON.stringify(all)).not.toContain(key);
});

test('an event is shown to its own tenant only', async () => {
  const { log, seen } = await started();
  await log();
  expect(seen('acme')).toMatchObject([{ count: 1, ids: ['e'], preview: ['undefined m'] }]);
  expect(seen('globex')).toMatchObject([{ count: 1, ids: [], preview: [] }]);
});

test('the last 200 requests are remembered, and counted on', () => {
  const journal = makeJournal();
  const reading = { operation: 'POST /x', problems: [], items: [], take: () => ({ status: 200 }) };
  for (let i = 0; i < 250; i++) journal.add(reading, { atMs: i, bytes: 0 })({ isTaken: true, status: 200 });
  expect(journal.since(undefined, undefined).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 200 }, (_, i) => i + 51),
  );
  expect(journal.since(249, undefined)).toHaveLength(1);
  expect(journal.counts).toMatchObject({ requests: 250, taken: 250, invalid: 0, lastAtMs: 249 });
});

test('a page of a stranger, and what names no stand-in, are answered and not received', async () => {
  const { standIns } = await started();
  const strange = await fetch(`${standIns.url}/datadog/api/v2/logs`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
  });
  expect(strange.status).toBe(403);
  expect((await fetch(`${standIns.url}/nobody/x`)).status).toBe(404);
  expect(standIns.list().every(({ requests }) => requests === 0)).toBe(true);
});

test('it closes while requests wait for an answer that never comes', async () => {
  const { standIns, log, seen } = await started();
  standIns.set('datadog', { kind: 'timeout' });
  const waiting = log();
  await until(() => seen().length > 0);
  await running.pop()?.close();
  expect(await waiting).toMatchObject({ kind: 'unanswered' });
});
