import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AuditEventError } from '../../../src/domain/event/audit-event-error.ts';
import { parseAuditEvent } from '../../../src/domain/event/parse-audit-event.ts';
import { anAuditEvent } from './an-audit-event.ts';

const MAX_BYTES = 200 * 1024;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('every record of the corpus is taken, changed at most in spelling', () => {
  const events = readFileSync(new URL('../../data/corpus/events.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const event of events) {
    const parsed = parseAuditEvent(event);
    expect(parsed).toMatchObject({ id: event.id, actor: event.actor, targets: event.targets });
    expect(parsed.privacy).toBeUndefined();
  }
  expect(events).toHaveLength(1977);
});

test('all faults are named at once', () => {
  const faults = issuesOf(
    anAuditEvent({ id: 'a b', severity: 'HIGH', actor: { type: 'user' }, colour: 'red' }),
  );
  expect(faults.map(({ path }) => path).sort()).toEqual(['actor.id', 'colour', 'id', 'severity']);
});

test('a fault never repeats the value', () => {
  const faults = issuesOf(
    anAuditEvent({ id: 'hunter2 ', outcome: 'hunter2', http: { statusCode: 'hunter2' } }),
  );
  expect(faults).toHaveLength(3);
  expect(JSON.stringify(faults)).not.toContain('hunter2');
});

test('the path of a strange key is quoted', () => {
  expect(issuesOf(anAuditEvent({ labels: { 'a b': 1 } }))[0]?.path).toBe('labels["a b"]');
});

test('a claim check of a producer is refused', () => {
  const dataRef = { uri: 's3://b/k', sha256: '00', bytes: 1 };
  expect(issuesOf(anAuditEvent({ dataRef }))).toEqual([
    { path: 'dataRef', message: expect.stringContaining('set by the system') },
  ]);
});

test('nulls stand only where producers write freely', () => {
  expect(issuesOf(anAuditEvent({ message: null }))[0]?.path).toBe('message');
  const free = {
    metadata: { a: null },
    changes: [{ path: 'x', op: 'replace', before: null, after: 1 }],
    http: { request: { body: null } },
  };
  expect(parseAuditEvent(anAuditEvent(free))).toMatchObject(free);
});

test('bodies are cut before metadata, and metadata before changes', () => {
  const big = 'x'.repeat(150_000);
  const event = parseAuditEvent(
    anAuditEvent({
      http: { request: { body: { big } }, response: { body: { big } } },
      metadata: { small: 1, big: [big] },
      changes: [{ path: 'p', op: 'replace', before: 'y'.repeat(20_000), after: 1 }],
    }),
  );
  expect(event.privacy?.truncatedPaths).toEqual(['http.response.body', 'http.request.body']);
  expect(event.metadata).toHaveProperty('big');
  const more = parseAuditEvent(
    anAuditEvent({ metadata: { big }, changes: [{ path: 'p', op: 'add', after: 'é'.repeat(110_000) }] }),
  );
  expect(more.privacy?.truncatedPaths).toEqual(['metadata.big', 'metadata', 'changes[0].after']);
  expect(bytes(more)).toBeLessThanOrEqual(MAX_BYTES);
});

test('changes over the limit are cut and counted', () => {
  const changes = Array.from({ length: 612 }, (_, i) => ({ path: `p${i}`, op: 'add' }));
  const event = parseAuditEvent(anAuditEvent({ changes }));
  expect(event.changes).toHaveLength(500);
  expect(event.privacy?.truncatedPaths).toEqual(['changes[500..611]']);
});

test('what is too large without anything left to cut is refused', () => {
  const name = '€'.repeat(2048);
  const targets = Array.from({ length: 50 }, (_, i) => ({ type: 't', id: `${i}`, name, ownerId: name }));
  expect(issuesOf(anAuditEvent({ targets }))).toEqual([
    { path: '', message: expect.stringContaining('204800') },
  ]);
});

test.each([
  ['2026-11-01T13:30:00.5+01:30', '2026-11-01T12:00:00.500Z'],
  ['2024-02-29t00:00:00z', '2024-02-29T00:00:00.000Z'],
  ['0050-01-01T00:00:00Z', '0050-01-01T00:00:00.000Z'],
])('%s is the instant %s', (written, normalised) => {
  expect(parseAuditEvent(anAuditEvent({ occurredAt: written })).occurredAt).toBe(normalised);
});

test.each([
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-01T24:00:00Z',
  '2026-11-01T12:00:60Z',
  '0000-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-00:01',
  '2026-11-01',
])('%s is no instant', (written) => {
  expect(issuesOf(anAuditEvent({ occurredAt: written }))[0]?.path).toBe('occurredAt');
});

test('a producer cannot say what the clocks say', () => {
  expect(parseAuditEvent(anAuditEvent({ labels: { clock_skew: 'ahead', a: 'b' } })).labels).toEqual({
    a: 'b',
  });
});

test('the flag of the clocks takes no label away', () => {
  const labels = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`l${i}`, 'v']));
  const event = parseAuditEvent(anAuditEvent({ labels, occurredAt: '1970-01-01T00:00:00Z' }));
  expect(event.labels).toEqual({ ...labels, clock_skew: 'behind' });
  expect(parseAuditEvent(event)).toEqual(event);
});

test.each([
  'token ghp_abcdefghijklmnopqrstuvwxyz0123456789 leaked',
  'Authorization: Bearer abcdefghijklmnop.qrstuvwxyz',
  'login with password=correct-horse failed',
  '-----BEGIN RSA PRIVATE KEY-----\nabc',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
])('a secret in a sentence is masked: %s', (message) => {
  const event = parseAuditEvent(anAuditEvent({ message }));
  expect(event.message).toContain('[redacted]');
  expect(event.message).not.toMatch(/ghp_|qrst|horse|BEGIN|eyJ/);
  expect(event.privacy?.redactedPaths).toEqual(['message']);
});

test.each([
  'commit 3cc551b0f4a4e1d2c3b4a5968778695a4b3c2d1e merged',
  'user 019e01e1-4100-7ce6-b0e6-a10e9fadf42f changed the password of u-2',
  'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/Admin',
])('a sentence without a secret stays: %s', (message) => {
  expect(parseAuditEvent(anAuditEvent({ message })).message).toBe(message);
});

test('nothing is polluted, and keys that look like code are data', () => {
  const event = JSON.parse(
    JSON.stringify(anAuditEvent()).replace(/}$/, ',"metadata":{"__proto__":{"polluted":true}}}'),
  );
  expect(parseAuditEvent(event).privacy?.truncatedPaths).toEqual(['metadata.__proto__']);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('cycles, deep nesting and things that are not data are refused', () => {
  const cycle: Record<string, unknown> = {};
  cycle.a = cycle.b = [cycle, cycle];
  expect(issuesOf(anAuditEvent({ metadata: cycle })).length).toBeGreaterThan(0);
  const angry = {
    get id() {
      throw new Error('boo');
    },
  };
  expect(issuesOf(angry)).toEqual([{ path: '', message: expect.stringContaining('plain JSON') }]);
  for (const odd of [() => 1, 1n, Symbol('s'), new Date(), new Map(), Number.NaN])
    expect(issuesOf(anAuditEvent({ metadata: { odd } }))[0]?.path).toBe('metadata.odd');
});

test('whatever comes, the answer is an event or an AuditEventError', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  const fields = Object.keys(WIDE);
  fc.assert(
    fc.property(anything, fc.dictionary(fc.constantFrom(...fields), anything), (value, some) => {
      expect(Array.isArray(issuesOf(value))).toBe(true);
      expect(Array.isArray(issuesOf({ ...WIDE, ...some }))).toBe(true);
    }),
  );
});

test('parsing what was parsed changes nothing', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const sentence = fc
    .array(
      fc.oneof(
        text,
        fc.constantFrom('password=', 'Bearer ', 'AKIAEXAMPLEEXAMPLE00', `${'aB3/'.repeat(12)} `),
      ),
    )
    .chain((parts) => fc.constantFrom(1, 30, 90).map((times) => parts.join('').repeat(times)));
  const event = fc.record(
    {
      message: sentence,
      reason: fc.record({ message: sentence }),
      metadata: fc.dictionary(text, fc.oneof(fc.jsonValue(), text)),
      labels: fc.dictionary(text, text),
      http: fc.record({
        request: fc.record({
          body: fc.oneof(
            fc.jsonValue(),
            text.map((part) => part.repeat(9000)),
          ),
        }),
        response: fc.record({ headers: fc.dictionary(text, text) }),
      }),
      changes: fc.array(fc.record({ path: fc.constant('p'), op: fc.constant('add'), after: fc.jsonValue() })),
      context: fc.record({
        ip: fc.oneof(fc.ipV4(), fc.ipV6(), text),
        ips: fc.array(fc.oneof(fc.ipV6(), text)),
      }),
      occurredAt: fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
        .map((d) => d.toISOString()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(event, (fields) => {
      const once = parseAuditEvent(anAuditEvent(fields));
      expect(parseAuditEvent(once)).toEqual(once);
      expect(parseAuditEvent(JSON.parse(JSON.stringify(once)))).toEqual(once);
      expect(bytes(once)).toBeLessThanOrEqual(MAX_BYTES);
    }),
    { numRuns: 300 },
  );
});

const WIDE = anAuditEvent({
  changes: [],
  context: {},
  http: {},
  error: undefined,
  privacy: {},
  labels: {},
  metadata: {},
  message: 'm',
});

function issuesOf(value: unknown) {
  try {
    parseAuditEvent(value);
  } catch (error) {
    if (error instanceof AuditEventError) return error.issues;
    throw error;
  }
  return [];
}

test('headers and query parameters that let somebody in are masked by name, others stay', () => {
  const headers = {
    Authorization: 'Bearer abc',
    cookie: 'sid=1',
    'X-Api-Key': 'k',
    'x-auth-token': 't',
    accept: 'text/html',
    'x-request-id': 'r',
  };
  const event = parseAuditEvent(
    anAuditEvent({ http: { request: { headers, query: { access_token: 'q', page: '2' } } } }),
  );

  expect(event.http?.request).toEqual({
    headers: {
      Authorization: '[redacted]',
      cookie: '[redacted]',
      'X-Api-Key': '[redacted]',
      'x-auth-token': '[redacted]',
      accept: 'text/html',
      'x-request-id': 'r',
    },
    query: { access_token: '[redacted]', page: '2' },
  });
  expect(event.privacy?.redactedPaths).toHaveLength(5);
  expect(parseAuditEvent(event)).toEqual(event);
});
