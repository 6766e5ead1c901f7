import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { toCloudEvent } from '../../../src/domain/mappers/index.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { CORPUS } from './corpus.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../data/contracts/cloudevents.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv) => void)(ajv);
const isValid = ajv.compile(schema);
test('every real record is a valid CloudEvent, and its attributes keep to the names that the specification allows', () => {
  expect(CORPUS.length).toBeGreaterThan(1_900);
  for (const event of CORPUS) {
    const mapped = toCloudEvent(event);
    if (!isValid(mapped)) throw new Error(`${event.id}: ${JSON.stringify(isValid.errors)}`);
    // https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention
    for (const name of Object.keys(mapped)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
    expect(mapped.data).toBe(event);
  }
});

test('it says who, what, where and within which trace', () => {
  const event = anAuditEvent({
    id: 'e-1',
    tenantId: 'acme',
    action: 'order.placed',
    actor: { type: 'service', id: 'billing' },
    targets: [{ type: 'order', id: '7' }],
    source: { service: 'my orders', environment: 'production' },
    context: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
  });
  expect(toCloudEvent(event)).toMatchObject({
    id: 'e-1',
    source: '/production/my%20orders',
    type: 'audit.order.placed',
    subject: 'order/7',
    time: event.occurredAt,
    tenantid: 'acme',
    authtype: 'service_account',
    authid: 'billing',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  });
});

test('nobody has no id, and what has no target no subject', () => {
  const mapped = toCloudEvent(anAuditEvent({ actor: { type: 'anonymous', id: 'anonymous' }, targets: [] }));
  expect(mapped.authtype).toBe('unauthenticated');
  expect(mapped).not.toHaveProperty('authid');
  expect(mapped).not.toHaveProperty('subject');
});
