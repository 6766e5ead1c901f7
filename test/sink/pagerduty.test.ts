/** The PagerDuty sink against its contract, and against what its documents say of incidents. */
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { parseAlert } from '../../src/domain/alert/parse-alert.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import { pagerduty } from '../../src/sink/pagerduty.ts';
import type { Outcome } from '../../src/stream/ports.ts';
import { anAlert } from '../builders/an-alert.ts';
import { alerts } from '../domain/alert/any-alert.ts';
import { aDelivery, aDestination, aNotice, type DeliveryOptions } from './a-delivery.ts';
import { aPagerDuty, KEY, type PagerDutyEvent } from './a-pagerduty.ts';
import { aVendor, type Reply, type Taken, type Vendor } from './a-vendor.ts';

const NEXT_KEY = '0123456789abcdef0123456789abcdef';
const MINUTES = 60_000;
const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

const settings = {
  routingKey: KEY,
  previousRoutingKey: undefined,
  region: 'us',
  url: undefined,
  client: undefined,
  dashboardUrl: undefined,
} as const;
const eventsOf = (alert: Alert, more: object = {}, ref?: { key: string }) => {
  const planned = pagerduty.requests(alert, { ...settings, ...more }, ref, 0);
  if ('kind' in planned) throw new Error(planned.reason);
  return planned.map(({ body }) => JSON.parse(body) as PagerDutyEvent);
};
const triggerOf = (alert: Alert, more: object = {}) => eventsOf(alert, more)[0] as PagerDutyEvent;

/** A PagerDuty that takes `KEY` and `NEXT_KEY`, unless `first` says otherwise of a request. */
async function aService(
  first: (taken: Taken, answer: (taken: Taken) => Reply) => Reply | undefined = () => undefined,
) {
  const service = aPagerDuty({ keys: [KEY, NEXT_KEY] });
  const vendor = await aVendor((taken) =>
    taken.body === '' ? 'silence' : (first(taken, service.answer) ?? service.answer(taken)),
  );
  vendors.push(vendor);
  const alertMemory = openStore({ dataDir: ':memory:' }).alertMemory;
  const delivery = (options: object = {}, more: DeliveryOptions = {}) =>
    aDelivery(aDestination('pagerduty', { url: vendor.url, routingKey: { secret: 'key' }, ...options }), {
      alertMemory,
      readSecret: async () => KEY,
      ...more,
    });
  return { ...service, vendor, delivery };
}

const fired = (fields: Partial<Alert> = {}) => aNotice({ sequence: 1, ...fields });
const merged = (sequence = 2, fields: Partial<Alert> = {}) =>
  aNotice({ sequence, change: 'merged', ...fields });
const acknowledged = (sequence = 2, acceptedAtMs = Date.now()) =>
  aNotice({ sequence, change: 'acknowledged', status: 'acknowledged' }, acceptedAtMs);
const resolved = (sequence = 3, acceptedAtMs = Date.now()) =>
  aNotice({ sequence, change: 'resolved', status: 'resolved', resolvedBy: { kind: 'quiet' } }, acceptedAtMs);
const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind);

test('an alert from its firing to its end is one incident', async () => {
  const { delivery, incidents, events, faults } = await aService();
  const { deliver } = delivery();
  for (const notice of [fired(), merged(), acknowledged(3), resolved(4)])
    expect(await deliver([notice])).toEqual([{ kind: 'delivered' }]);
  expect(events.map(({ event_action }) => event_action)).toEqual([
    'trigger',
    'trigger',
    'acknowledge',
    'resolve',
  ]);
  expect(incidents).toMatchObject([{ state: 'resolved', events: 2 }]);
  expect(faults).toEqual([]);
});

test('trap 36: an answer that is lost on the way opens no second incident', async () => {
  let isLost = true;
  const { delivery, incidents } = await aService((taken, answer) => {
    if (!isLost) return undefined;
    isLost = false;
    answer(taken);
    return 'reset-after-body';
  });
  const { deliver } = delivery();
  expect(kinds(await deliver([fired()]))).toEqual(['retry']);
  expect(kinds(await deliver([fired()]))).toEqual(['delivered']);
  expect(incidents).toMatchObject([{ state: 'triggered', events: 2 }]);
});

test('trap 37: the key is the tenant’s and the alert’s, the same for all its notices, and never longer than 255', () => {
  const keyOf = (fields: Partial<Alert>) => triggerOf(anAlert(fields)).dedup_key;
  const one = keyOf({});
  expect(keyOf({ id: 'another-notice', sequence: 9, change: 'merged', severity: 'low' })).toBe(one);
  expect(keyOf({ tenantId: 'globex' })).not.toBe(one);
  expect(keyOf({ alertId: 'alert-2' })).not.toBe(one);
  expect(keyOf({ tenantId: 'a', alertId: 'b.c' })).not.toBe(keyOf({ tenantId: 'a.b', alertId: 'c' }));
  expect(keyOf({ tenantId: 'x'.repeat(64), alertId: 'y'.repeat(64) }).length).toBeLessThanOrEqual(255);
});

test('trap 38: an end that comes before its beginning waits for it', async () => {
  const { delivery, incidents, events } = await aService();
  let nowMs = Date.now();
  const { deliver } = delivery({}, { now: () => nowMs });
  const end = resolved(2, nowMs);
  expect(await deliver([end])).toMatchObject([{ kind: 'retry', reason: 'earlier_notice_missing' }]);
  expect(events).toEqual([]);
  nowMs += 3_000;
  expect(kinds(await deliver([fired()]))).toEqual(['delivered']);
  nowMs += 3_000;
  expect(kinds(await deliver([end]))).toEqual(['delivered']);
  expect(incidents).toMatchObject([{ state: 'resolved' }]);
});

test('trap 38: in one batch the beginning goes first, whatever the order of its messages', async () => {
  const { delivery, incidents } = await aService();
  expect(kinds(await delivery().deliver([resolved(), acknowledged(), fired()]))).toEqual([
    'delivered',
    'delivered',
    'delivered',
  ]);
  expect(incidents).toMatchObject([{ state: 'resolved' }]);
});

test('an acknowledgement of what PagerDuty never got opens the incident acknowledged', async () => {
  const { delivery, incidents } = await aService();
  const { deliver } = delivery();
  expect(kinds(await deliver([acknowledged(2, Date.now() - MINUTES)]))).toEqual(['delivered']);
  expect(kinds(await deliver([fired()]))).toEqual(['delivered']);
  expect(incidents).toMatchObject([{ state: 'acknowledged', events: 1 }]);
});

test('more of an acknowledged alert leaves it acknowledged', async () => {
  const { delivery, incidents } = await aService();
  const { deliver } = delivery();
  await deliver([fired()]);
  // The acknowledgement itself comes late.
  await deliver([merged(3, { status: 'acknowledged' })]);
  expect(kinds(await deliver([acknowledged(2)]))).toEqual(['delivered']);
  expect(incidents).toMatchObject([{ state: 'acknowledged', events: 2 }]);
});

test('trap 39: what the key before opened is resolved by the key before', async () => {
  const { delivery, incidents } = await aService();
  await delivery().deliver([fired()]);
  const readSecret = async (ref: object) => ('secret' in ref && ref.secret === 'old' ? KEY : NEXT_KEY);
  const { deliver } = delivery(
    { previousRoutingKey: { secret: 'old' } },
    { readSecret: readSecret as never },
  );
  expect(kinds(await deliver([merged(), resolved()]))).toEqual(['delivered', 'delivered']);
  await deliver([fired({ alertId: 'alert-2' })]);
  expect(incidents).toMatchObject([
    { routingKey: KEY, state: 'resolved', events: 1 },
    { routingKey: NEXT_KEY, state: 'triggered' },
  ]);
});

test('trap 39: an end that no configured key can bring waits for a person, and goes out when the key is named', async () => {
  const { delivery, incidents, events } = await aService();
  await delivery().deliver([fired()]);
  const { deliver } = delivery({}, { readSecret: async () => NEXT_KEY });
  expect(await deliver([resolved()])).toMatchObject([
    { kind: 'rejected', reason: 'other_routing_key', detail: expect.stringContaining('previousRoutingKey') },
  ]);
  expect(events).toHaveLength(1);
  const readSecret = async (ref: object) => ('secret' in ref && ref.secret === 'old' ? KEY : NEXT_KEY);
  const mended = delivery({ previousRoutingKey: { secret: 'old' } }, { readSecret: readSecret as never });
  expect(kinds(await mended.deliver([resolved()]))).toEqual(['delivered']);
  expect(incidents).toMatchObject([{ routingKey: KEY, state: 'resolved' }]);
});

test('trap 40: a beginning that comes back from the dead letters after the end opens nothing', async () => {
  const { delivery, incidents, events } = await aService();
  const { deliver, notes } = delivery();
  await deliver([fired(), resolved()]);
  const before = events.length;
  expect(await deliver([fired(), merged()])).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
  expect(events).toHaveLength(before);
  expect(incidents).toMatchObject([{ state: 'resolved' }]);
  expect(notes.outdated).toBe(2);
});

test('trap 40: the same where the end was told and the beginning never was', async () => {
  const { delivery, incidents } = await aService();
  const { deliver } = delivery();
  expect(kinds(await deliver([resolved(2, Date.now() - MINUTES)]))).toEqual(['delivered']);
  expect(kinds(await deliver([fired()]))).toEqual(['delivered']);
  expect(incidents).toEqual([]);
});

test.each([
  ['critical', 'critical'],
  ['high', 'error'],
  ['medium', 'warning'],
  ['low', 'info'],
  ['info', 'info'],
] as const)('trap 41: severity %s is %s there', (severity, there) => {
  expect(triggerOf(anAlert({ severity })).payload).toMatchObject({ severity: there });
});

test('trap 41: a summary is one line of at most 1,024 code points, and no character is cut in half', () => {
  const summaryOf = (title: string) => String(triggerOf(anAlert({ title })).payload?.summary);
  expect(summaryOf('a\nb\t c')).toBe('a b c');
  expect([...summaryOf('🔥'.repeat(1_024))]).toHaveLength(1_024);
  const cut = summaryOf('🔥'.repeat(1_025));
  expect([...cut]).toHaveLength(1_024);
  expect(cut.isWellFormed()).toBe(true);
  expect(cut.endsWith('🔥…')).toBe(true);
  expect(summaryOf('\n')).toBe('mfa-disabled');
});

test('every alert that the schema allows is an event that the contract allows', () => {
  fc.assert(
    fc.property(alerts(), fc.boolean(), (alert, isKnown) => {
      const { answer, faults } = aPagerDuty();
      const planned = pagerduty.requests(
        parseAlert(alert),
        { ...settings, dashboardUrl: 'https://audit.example.com' },
        isKnown ? pagerduty.refOf?.({} as never, settings, undefined) : undefined,
        0,
      );
      if ('kind' in planned) throw new Error(planned.reason);
      for (const { method, url, headers, body } of planned)
        answer({ method, path: new URL(url).pathname, headers, body });
      expect(faults).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('the largest alert that the bus can carry fits: its details give way to the ids by which it is found', () => {
  const long = (length: number) => '✓'.repeat(length);
  const alert = parseAlert({
    ...anAlert(),
    title: long(256),
    message: long(4_096),
    rule: {
      id: long(1_024),
      name: long(2_048),
      kind: 'match',
      owner: long(2_048),
      runbookUrl: `https://example.com/${'x'.repeat(2_000)}`,
    },
    group: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`${i}${long(1_000)}`, long(2_048)])),
    labels: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`${i}`, long(2_048)])),
    links: Array.from({ length: 10 }, () => ({
      url: `https://example.com/${'x'.repeat(2_000)}`,
      text: long(2_048),
    })),
    images: Array.from({ length: 4 }, () => ({
      url: `https://example.com/${'x'.repeat(2_000)}`,
      alt: long(2_048),
    })),
  });
  expect(Buffer.byteLength(JSON.stringify(alert))).toBeGreaterThan(512_000);
  const trigger = triggerOf(alert);
  expect(Buffer.byteLength(JSON.stringify(trigger))).toBeLessThan(512_000);
  expect(trigger.payload?.custom_details).toMatchObject({
    alertId: 'alert-1',
    tenantId: 'acme',
    cut: expect.stringContaining('too large'),
  });
  expect(trigger.links).toHaveLength(11);
});

test('what a person needs is on the incident: where it was, what it is about, the runbook, the events', () => {
  const alert = anAlert({
    rule: {
      id: 'mfa-disabled',
      name: 'MFA switched off',
      kind: 'match',
      owner: 'identity',
      runbookUrl: 'https://wiki.example.com/mfa',
    },
    group: { 'actor.id': 'root' },
    count: 3,
    samples: [
      {
        id: 'event-1',
        occurredAt: '2026-11-01T12:00:00.000Z',
        action: 'mfa.disabled',
        outcome: 'success',
        actor: { type: 'user', id: 'root' },
      },
    ],
    links: [{ url: 'http://intranet.example.com/a', text: 'Account' }],
    images: [
      { url: 'https://example.com/graph.png', alt: 'Graph' },
      { url: 'http://example.com/plain.png', alt: 'Plain' },
    ],
  });
  expect(
    triggerOf(alert, { client: 'Audit at Acme', dashboardUrl: 'https://audit.example.com' }),
  ).toMatchObject({
    event_action: 'trigger',
    client: 'Audit at Acme',
    client_url: 'https://audit.example.com',
    payload: {
      summary: 'MFA switched off for root',
      source: 'acme',
      severity: 'error',
      timestamp: '2026-11-01T12:00:05.000Z',
      component: 'actor.id=root',
      group: 'identity',
      class: 'mfa-disabled',
      custom_details: {
        count: 3,
        alertId: 'alert-1',
        samples: [{ id: 'event-1' }],
        rule: { name: 'MFA switched off' },
      },
    },
    links: [
      { href: 'https://wiki.example.com/mfa', text: 'Runbook' },
      { href: 'http://intranet.example.com/a', text: 'Account' },
      // PagerDuty shows no image that is not by HTTPS.
      { href: 'http://example.com/plain.png', text: 'Plain' },
    ],
    images: [{ src: 'https://example.com/graph.png', alt: 'Graph' }],
  });
});

test('trap 43: an account of the EU has another host', () => {
  const urlOf = (region: 'us' | 'eu') => {
    const planned = pagerduty.requests(anAlert(), { ...settings, region }, undefined, 0);
    return 'kind' in planned ? planned.reason : planned[0]?.url;
  };
  expect(urlOf('us')).toBe('https://events.pagerduty.com/v2/enqueue');
  expect(urlOf('eu')).toBe('https://events.eu.pagerduty.com/v2/enqueue');
});

test('trap 42: a burst of 1,000 alerts never goes out faster than 120 a minute, and nobody sleeps', async () => {
  const { delivery } = await aService();
  let nowMs = Date.now();
  const sentAtMs: number[] = [];
  const send = async () => {
    sentAtMs.push(nowMs);
    return { kind: 'answered' as const, status: 202, headers: {}, body: '{}' };
  };
  const { deliver } = delivery({}, { now: () => nowMs, send });
  const waiting = Array.from({ length: 1_000 }, (_, i) => ({
    at: nowMs,
    notice: fired({ alertId: `alert-${i}` }),
  }));
  while (waiting.length > 0) {
    const due = waiting.filter(({ at }) => at <= nowMs).slice(0, 10);
    if (due.length === 0) nowMs = Math.min(...waiting.map(({ at }) => at));
    const outcomes = await deliver(due.map(({ notice }) => notice));
    for (const [i, one] of due.entries()) {
      const outcome = outcomes[i] as Outcome;
      if (outcome.kind === 'delivered') waiting.splice(waiting.indexOf(one), 1);
      // A queue counts whole seconds.
      else if (outcome.kind === 'retry')
        one.at = nowMs + Math.max(1_000, Math.ceil((outcome.afterMs ?? 0) / 1_000) * 1_000);
    }
    nowMs += 50;
  }
  expect(sentAtMs).toHaveLength(1_000);
  const most = Math.max(
    ...sentAtMs.map((from) => sentAtMs.filter((at) => at >= from && at < from + MINUTES).length),
  );
  expect(most).toBeLessThanOrEqual(120);
  // 1,000 at 100 a minute, and not many times that.
  expect((sentAtMs.at(-1) ?? 0) - (sentAtMs[0] ?? 0)).toBeLessThan(25 * MINUTES);
});

test('429 leaves the destination alone for minutes, whatever else waits', async () => {
  let isBusy = true;
  let nowMs = Date.now();
  const { delivery, vendor } = await aService(() => (isBusy ? { status: 429 } : undefined));
  const { deliver } = delivery({}, { now: () => nowMs });
  expect(await deliver([fired()])).toEqual([
    { kind: 'retry', reason: 'http_429', status: 429, afterMs: 120_000 },
  ]);
  isBusy = false;
  nowMs += 119_000;
  expect(kinds(await deliver([fired({ alertId: 'alert-2' })]))).toEqual(['retry']);
  expect(vendor.taken).toHaveLength(1);
  nowMs += 1_000;
  expect(kinds(await deliver([fired()]))).toEqual(['delivered']);
});

test('a refused event is refused alone, with the field that PagerDuty names and no more of its answer', async () => {
  const body = JSON.stringify({
    message: 'Event object is invalid',
    errors: ["'payload.source' is too long: hunter2"],
  });
  const { delivery } = await aService((taken) =>
    taken.body.includes('poison') ? { status: 400, body } : undefined,
  );
  const { deliver, logged } = delivery();
  const outcomes = await deliver([fired({ title: 'poison' }), fired({ alertId: 'alert-2' })]);
  expect(outcomes).toEqual([
    { kind: 'rejected', reason: 'http_400', status: 400, detail: "PagerDuty does not take 'payload.source'" },
    { kind: 'delivered' },
  ]);
  expect(logged.join()).not.toContain('hunter2');
});

test('trap 70: refused events close nothing: the ones after them go out', async () => {
  const { delivery } = await aService((taken) =>
    taken.body.includes('poison') ? { status: 400, body: '{}' } : undefined,
  );
  const { deliver } = delivery();
  const poison = Array.from({ length: 6 }, (_, i) => fired({ alertId: `poison-${i}`, title: 'poison' }));
  expect(kinds(await deliver([...poison, fired({ alertId: 'good' })]))).toEqual([
    ...poison.map(() => 'rejected'),
    'delivered',
  ]);
});

test('a key that PagerDuty does not know is no message’s fault, and is read anew at once', async () => {
  let key = 'f'.repeat(32);
  const { delivery, incidents } = await aService();
  const { deliver, logged } = delivery({}, { readSecret: async () => key });
  expect(await deliver([fired()])).toMatchObject([{ kind: 'misconfigured', reason: 'routing_key_refused' }]);
  expect(logged.join()).not.toContain(key);
  expect(incidents).toEqual([]);
  const again = delivery({}, { readSecret: async () => key });
  await again.deliver([]);
  key = KEY;
  expect(kinds(await again.deliver([fired()]))).toEqual(['delivered']);
});

test.each(['too-short', `${KEY}\n`, ''])('a key that cannot be one (%j) is never sent', async (key) => {
  const { delivery, vendor } = await aService();
  const { deliver } = delivery({}, { readSecret: async () => key });
  expect(await deliver([fired()])).toMatchObject([
    { kind: 'misconfigured', reason: 'routing_key_malformed' },
  ]);
  expect(vendor.taken).toEqual([]);
});

test('200 with somebody’s page is no 202: the incident is not taken for open', async () => {
  let isProxy = true;
  const { delivery, incidents } = await aService(() =>
    isProxy ? { status: 200, body: '<html>' } : undefined,
  );
  const { deliver } = delivery();
  expect(await deliver([fired()])).toMatchObject([{ kind: 'retry', reason: 'unexpected_answer' }]);
  isProxy = false;
  expect(kinds(await deliver([fired()]))).toEqual(['delivered']);
  expect(incidents).toHaveLength(1);
});

test.each([
  [{ region: 'apac' }, 'region: must be one of us, eu'],
  [{ url: 'events.example.com' }, 'url: must be an address'],
  [{ dashboardUrl: 'javascript:alert(1)' }, 'dashboardUrl: must be an address'],
  [{ routingKey: KEY }, 'routingKey: must say where the secret is'],
])('wrong options are told: %j', (wrong, fault) => {
  expect(() => aDestination('pagerduty', { routingKey: { secret: 'key' }, ...wrong })).toThrow(fault);
});
