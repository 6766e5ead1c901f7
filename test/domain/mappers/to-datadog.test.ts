import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { toDatadog } from '../../../src/domain/mappers/index.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { CORPUS } from './corpus.ts';

const contract = JSON.parse(
  readFileSync(new URL('../../data/contracts/datadog-logs-intake-v2.openapi.json', import.meta.url), 'utf8'),
);
const isValid = new Ajv({ strict: false }).compile(contract.components.schemas.HTTPLogItem);
const MAX_BYTES = 1_000_000;

test('every real record is a log that the intake takes whole', () => {
  expect(CORPUS.length).toBeGreaterThan(1_900);
  for (const event of CORPUS) {
    const log = toDatadog(event);
    if (!isValid(log)) throw new Error(`${event.id}: ${JSON.stringify(isValid.errors)}`);
    expect(Buffer.byteLength(JSON.stringify(log))).toBeLessThan(MAX_BYTES);
    expect(new Date(log.timestamp).toISOString()).toBe(event.occurredAt);
    expect(log.ddtags).toMatch(/^env:[^\s,]+,tenant:[^\s,]+(?:,version:[^\s,]+)?$/);
    expect(Number.isInteger(log.duration ?? 0)).toBe(true);
    expect(log.audit).toBe(event);
  }
});

test('it uses Datadog’s standard attributes', () => {
  const event = anAuditEvent({
    id: 'e-1',
    action: 'order.placed',
    severity: 'low',
    actor: { type: 'user', id: 'u-1', name: 'Ada', email: 'ada@example.com' },
    targets: [{ type: 'order', id: '7' }],
    source: {
      service: 'orders',
      environment: 'Production EU',
      version: '1,4',
      functionName: 'orders-api',
      requestId: 'r-1',
    },
    context: { ip: '203.0.113.9', userAgent: 'curl', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
    http: { method: 'POST', path: '/orders', statusCode: 500 },
    performance: { durationMs: 1.5 },
    error: { name: 'RangeError', message: 'no' },
    outcome: 'error',
  });
  expect(toDatadog(event)).toEqual({
    ddsource: 'audit',
    ddtags: 'env:production_eu,tenant:acme,version:1_4',
    service: 'orders',
    hostname: 'orders-api',
    message: 'Ada: order.placed on order 7, error',
    status: 'error',
    timestamp: Date.parse(event.occurredAt),
    evt: { id: 'e-1', name: 'order.placed', category: 'data_change', outcome: 'error', type: 'update' },
    usr: { id: 'u-1', name: 'Ada', email: 'ada@example.com' },
    asset: { type: 'order', id: '7' },
    network: { client: { ip: '203.0.113.9' } },
    http: {
      method: 'POST',
      useragent: 'curl',
      request_id: 'r-1',
      url: '/orders',
      url_details: { path: '/orders' },
      status_code: 500,
    },
    duration: 1_500_000,
    error: { kind: 'RangeError', message: 'no' },
    otel: { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' },
    audit: event,
  });
});

test.each([
  ['info', 'success', 'info'],
  ['low', 'denied', 'warn'],
  ['medium', 'success', 'warn'],
  ['info', 'error', 'error'],
  ['critical', 'error', 'critical'],
  ['high', 'failure', 'error'],
] as const)('severity %s and outcome %s are the status %s', (severity, outcome, status) => {
  expect(toDatadog(anAuditEvent({ severity, outcome })).status).toBe(status);
});

test('a field of the event cannot take a reserved name’s place', () => {
  const log = toDatadog(anAuditEvent({ metadata: { status: 'failed', host: 'x', service: 'y', date: 'z' } }));
  expect([log.status, log.service]).toEqual(['info', 'billing']);
  expect(Object.keys(log)).not.toEqual(expect.arrayContaining(['host']));
});
