/** The notice schema at its edge: what is wrong is named with its path, what can be cleaned is, and nothing else comes out. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { parseAlert } from '../../../src/domain/alert/parse-alert.ts';
import { AuditEventError } from '../../../src/domain/event/audit-event-error.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { alerts } from './any-alert.ts';

/** `path message` of each fault; empty where there is none. */
function faultsOf(value: unknown): readonly string[] {
  try {
    parseAlert(value);
    return [];
  } catch (error) {
    if (!(error instanceof AuditEventError)) throw error;
    return error.issues.map(({ path, message }) => `${path} ${message}`);
  }
}
const whole = (): Alert =>
  anAlert({
    rule: {
      id: 'r',
      name: 'Rule',
      kind: 'threshold',
      owner: 'identity',
      runbookUrl: 'https://example.com/r',
    },
    message: 'More than five in a minute',
    group: { 'actor.id': 'root' },
    samples: [
      {
        id: 'event-1',
        occurredAt: '2026-11-01T12:00:00.000Z',
        action: 'user.login',
        outcome: 'denied',
        actor: { type: 'user', id: 'root', name: 'Root' },
        message: 'wrong password',
      },
    ],
    links: [{ url: 'https://example.com', text: 'Example' }],
    images: [{ url: 'https://example.com/i.png', alt: 'Graph' }],
    labels: { team: 'a' },
    acknowledgedBy: { id: 'u-1', name: 'Jo' },
    resolvedBy: { kind: 'person', id: 'u-1' },
  });

test('a whole notice comes out as it came in', () => {
  const notice = whole();
  expect(parseAlert(notice)).toEqual(notice);
  expect(parseAlert(notice)).not.toBe(notice);
});

const REQUIRED = [
  ...['schemaVersion', 'id', 'tenantId', 'alertId', 'sequence', 'status', 'change', 'occurredAt'],
  ...['severity', 'rule', 'title', 'count', 'firstAt', 'lastAt'],
];

test.each(REQUIRED)('without %s there is no notice', (field) => {
  const { [field]: _, ...rest } = whole() as unknown as Record<string, unknown>;
  expect(faultsOf(rest)).toEqual([`${field} is required, got nothing; add it`]);
});

test.each([
  ['rule.id', { rule: { name: 'n', kind: 'match' } }],
  ['rule.name', { rule: { id: 'i', kind: 'match' } }],
  ['rule.kind', { rule: { id: 'i', name: 'n' } }],
  ['samples[0].actor', { samples: [{ ...whole().samples?.[0], actor: undefined }] }],
  ['samples[0].actor.id', { samples: [{ ...whole().samples?.[0], actor: { type: 'user' } }] }],
  ['links[1].text', { links: [whole().links?.[0], { url: 'https://example.com' }] }],
  ['images[0].alt', { images: [{ url: 'https://example.com' }] }],
  ['acknowledgedBy.id', { acknowledgedBy: { name: 'Jo' } }],
  ['resolvedBy.kind', { resolvedBy: {} }],
  ['resolvedBy.eventId', { resolvedBy: { kind: 'event' } }],
  ['resolvedBy.id', { resolvedBy: { kind: 'person', name: 'Jo' } }],
])('%s is required where its parent is there', (path, fields) => {
  expect(faultsOf({ ...whole(), ...fields })).toEqual([`${path} is required, got nothing; add it`]);
});

test.each([
  ['schemaVersion', '2.0', 'must be one of 1.0'],
  ['id', 'a b', 'must look like'],
  ['id', 'x'.repeat(65), 'must have at most 64 characters'],
  ['tenantId', '-acme', 'must look like acme'],
  ['alertId', '', 'must say something'],
  ['sequence', 0, 'must be 1 or more'],
  ['sequence', 1.5, 'must be a whole number'],
  ['sequence', '1', 'must be a JSON number, got a string of 1 characters; take the quotes off'],
  ['status', 'open', 'must be one of firing, acknowledged, resolved'],
  ['change', 'FIRED', 'must be one of'],
  ['occurredAt', '2026-11-01', 'RFC 3339'],
  ['firstAt', 0, 'must be an RFC 3339 timestamp in a string, got a number'],
  ['lastAt', 'yesterday', 'RFC 3339'],
  ['severity', 'CRITICAL', 'write it in lower case'],
  ['title', 7, 'must be a string, got a number'],
  ['count', -1, 'must be 0 or more'],
  ['rule', 'r', 'must be an object'],
  ['group', { a: 1 }, 'must be a string, got a number'],
  ['group', Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`${i}`, ''])), 'at most 16 entries'],
  ['labels', [], 'must be an object, got an array'],
  ['samples', {}, 'must be an array'],
  ['links', [{ url: 'javascript:alert(1)', text: 't' }], 'must be an address that begins with https://'],
  ['images', [{ url: '/i.png', alt: 'a' }], 'must be an address'],
  ['rule', { ...whole().rule, runbookUrl: 'ftp://example.com' }, 'must be an address'],
  ['rule', { ...whole().rule, kind: 'ml' }, 'must be one of match, threshold'],
  ['rule', { ...whole().rule, query: 'x' }, 'is not a field of the alert'],
  ['resolvedBy', { kind: 'quiet', eventId: 'e' }, 'is not a field of the alert'],
  ['resolvedBy', { kind: 'timeout' }, 'must be one of quiet, event, person'],
  ['tenant', 'acme', 'is not a field of the alert; check the spelling, or put it under labels'],
])('a wrong %s (%j) is named with its path and what to do', (field, value, message) => {
  const faults = faultsOf({ ...whole(), [field]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(new RegExp(`^${field}`));
  expect(faults[0]).toContain(message);
});

test('all faults are told at once, and none of them tells a value', () => {
  const faults = faultsOf({ ...whole(), title: 1, status: 'hunter2', sequence: 0, extra: 'hunter2' });
  expect(faults).toHaveLength(4);
  expect(faults.join()).not.toContain('hunter2');
});

test('texts are cleaned, secrets in sentences are masked, and what is too long is cut', () => {
  const { title, message, samples, links, labels } = parseAlert({
    ...whole(),
    title: `a\u0000b ${'x'.repeat(300)}`,
    message: 'login with password=hunter2 failed',
    samples: Array.from({ length: 12 }, () => whole().samples?.[0]),
    links: Array.from({ length: 11 }, () => ({ url: 'https://example.com', text: 'x\ud800' })),
    labels: { a: 'x'.repeat(3_000) },
  });
  expect(title).toMatch(/^ab x+$/);
  expect(title).toHaveLength(256);
  expect(message).not.toContain('hunter2');
  expect(samples).toHaveLength(10);
  expect(links).toHaveLength(10);
  expect(links?.[0]?.text).toBe('x\ufffd');
  expect(labels?.a).toHaveLength(2_048);
});

test('a title is one line', () => {
  expect(parseAlert({ ...whole(), title: 'MFA off\r\nBcc: all@example.com' }).title).toBe(
    'MFA off Bcc: all@example.com',
  );
});

test('times come out in UTC with milliseconds', () => {
  expect(parseAlert({ ...whole(), occurredAt: '2026-11-01T13:00:00+01:00' }).occurredAt).toBe(
    '2026-11-01T12:00:00.000Z',
  );
});

test('parsing again changes nothing, whatever the texts', () => {
  fc.assert(
    fc.property(alerts(), (alert) => {
      const once = parseAlert(alert);
      expect(parseAlert(once)).toEqual(once);
      expect(parseAlert(JSON.parse(JSON.stringify(once)))).toEqual(once);
    }),
  );
});

test('whatever comes, it is a notice or a list of faults', () => {
  const spoiled = fc
    .tuple(
      alerts(),
      fc.constantFrom(...REQUIRED, 'samples', 'links', 'group', 'resolvedBy', '__proto__'),
      fc.anything(),
    )
    .map(([alert, field, value]) => ({ ...alert, [field]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), spoiled), (value) => void faultsOf(value)),
    { numRuns: 500 },
  );
});

const circular: Record<string, unknown> = { ...whole() };
circular.rule = circular;
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();

test.each([
  [
    'a getter that throws',
    Object.defineProperty({ ...whole() }, 'title', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    }),
  ],
  ['a revoked proxy', proxy],
  ['a revoked proxy within', { ...whole(), rule: proxy }],
  ['what refers to itself', circular],
  [
    'a getter of resolvedBy that throws',
    {
      ...whole(),
      resolvedBy: {
        get kind() {
          throw new Error('no');
        },
      },
    },
  ],
  ['nothing', undefined],
  ['a function', () => undefined],
])('%s is a fault, not a crash', (_, value) => {
  expect(faultsOf(value).length).toBeGreaterThan(0);
});
