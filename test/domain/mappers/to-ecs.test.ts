import { expect, test } from '@jest/globals';
import { toEcs } from '../../../src/domain/mappers/index.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { CORPUS } from './corpus.ts';

/** https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference */
const CATEGORIES = [
  'api',
  'authentication',
  'configuration',
  'database',
  'iam',
  'intrusion_detection',
  'process',
];
const TYPES = [
  'access',
  'allowed',
  'change',
  'creation',
  'deletion',
  'denied',
  'end',
  'error',
  'info',
  'start',
];

test('every real record keeps to the values that ECS allows, and has no empty field', () => {
  expect(CORPUS.length).toBeGreaterThan(1_900);
  for (const record of CORPUS) {
    const { event, '@timestamp': time, audit } = toEcs(record);
    expect(time).toBe(record.occurredAt);
    expect(event.id).toBe(record.id);
    expect(CATEGORIES).toEqual(expect.arrayContaining(event.category as string[]));
    expect(TYPES).toEqual(expect.arrayContaining(event.type as string[]));
    expect(['success', 'failure', 'unknown']).toContain(event.outcome);
    expect((audit as { raw: unknown }).raw).toBe(record);
    // What the producer wrote may be empty; what we make of it is not.
    const { audit: _own, labels: _theirs, ...made } = toEcs(record);
    expect(JSON.stringify(made)).not.toMatch(/:(?:\{\}|\[\]|null)/);
  }
});

test('it says who, on whose behalf, to whom, where and within which trace', () => {
  const record = anAuditEvent({
    id: 'e-1',
    action: 'user.role_granted',
    activity: 'grant',
    category: 'iam',
    outcome: 'denied',
    severity: 'high',
    reason: { code: 'E1', message: 'not an owner' },
    actor: {
      type: 'user',
      id: 'u-1',
      name: 'Ada',
      roles: ['admin'],
      onBehalfOf: { type: 'user', id: 'u-2' },
    },
    targets: [
      { type: 'user', id: 'u-9', name: 'Eve' },
      { type: 'role', id: 'owner' },
    ],
    source: {
      service: 'iam',
      environment: 'production',
      functionName: 'f',
      requestId: 'r-1',
      coldStart: true,
      region: 'eu-west-1',
      accountId: '123456789012',
    },
    context: {
      ip: '203.0.113.9',
      ips: ['203.0.113.9', '10.0.0.1'],
      userAgent: 'curl',
      traceId: 't',
      correlationId: 'c',
    },
    http: { method: 'PUT', path: '/roles', statusCode: 403, requestBytes: 7 },
    performance: { durationMs: 0.25 },
    labels: { plan: 'gold' },
  });
  expect(toEcs(record)).toEqual({
    '@timestamp': record.occurredAt,
    event: {
      id: 'e-1',
      kind: 'event',
      action: 'user.role_granted',
      category: ['iam'],
      type: ['change', 'denied'],
      outcome: 'failure',
      severity: 4,
      created: record.recordedAt,
      reason: 'not an owner',
      duration: 250_000,
      dataset: 'audit.iam',
      module: 'audit',
    },
    organization: { id: 'acme' },
    user: {
      id: 'u-1',
      name: 'Ada',
      roles: ['admin'],
      effective: { id: 'u-2' },
      target: { id: 'u-9', name: 'Eve' },
    },
    client: { ip: '203.0.113.9' },
    source: { ip: '203.0.113.9' },
    user_agent: { original: 'curl' },
    http: { request: { method: 'PUT', body: { bytes: 7 } }, response: { status_code: 403 } },
    url: { path: '/roles' },
    trace: { id: 't' },
    service: { name: 'iam', environment: 'production' },
    faas: { name: 'f', execution: 'r-1', coldstart: true },
    cloud: { region: 'eu-west-1', account: { id: '123456789012' } },
    related: { user: ['u-1', 'u-9'], ip: ['203.0.113.9', '10.0.0.1'] },
    labels: { plan: 'gold' },
    audit: {
      outcome: 'denied',
      actorType: 'user',
      targets: record.targets,
      correlationId: 'c',
      raw: record,
    },
  });
});
