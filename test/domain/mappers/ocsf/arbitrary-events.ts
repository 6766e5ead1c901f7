/** Any parsed event: every field there or not, targets of the words that the mapper knows and of others. */
import fc from 'fast-check';
import {
  ACTIVITIES,
  ACTOR_TYPES,
  type AuditEvent,
  CATEGORIES,
  OUTCOMES,
  SEVERITIES,
} from '../../../../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../../../../src/domain/event/parse-audit-event.ts';

const TARGET_TYPES = [
  ...['user', 'service_account', 'role', 'policy', 'permission', 'group', 'team', 'device', 'organization'],
  ...['database', 'table', 'bucket', 's3_bucket', 'gcs_bucket', 'invoice', 'target_group', 'constructor'],
];

const text = fc.oneof(
  fc.constantFrom('', 'Ada', '__proto__', 'User', '0.0.0.0', 'größe 漢字 🔑', 'x'.repeat(2_000)),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);
const name = text.map((some) => `n${some}`.slice(0, 250));
const instant = fc
  .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const ip = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((v4) => `::ffff:${v4}`),
);
const count = fc.maxSafeNat();
const duration = fc.oneof(
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  fc.nat(),
  fc.constant(0.5),
);
const scalars = fc.dictionary(name, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 3 });
const lines = fc.dictionary(fc.oneof(name, fc.constantFrom('content-type', 'a b&c=d')), text, { maxKeys: 3 });

/** Required fields by `needed`; each of the others is there or not. */
function record<Fields extends Record<string, fc.Arbitrary<unknown>>>(
  fields: Fields,
  needed: readonly (keyof Fields & string)[] = [],
) {
  return fc.record(fields, { requiredKeys: [...needed] });
}

const target = record(
  {
    type: fc.oneof(fc.constantFrom(...TARGET_TYPES), name),
    id: name,
    name: text,
    ownerId: text,
    parentId: text,
    metadata: scalars,
  },
  ['type', 'id'],
);
const change = record(
  {
    path: name,
    op: fc.constantFrom('add', 'remove', 'replace'),
    before: fc.jsonValue({ maxDepth: 2 }),
    after: fc.jsonValue({ maxDepth: 2 }),
    redacted: fc.boolean(),
  },
  ['path', 'op'],
);

const written = record(
  {
    schemaVersion: fc.constant('1.0'),
    id: fc.uuid(),
    idempotencyKey: name,
    tenantId: fc.constantFrom('acme', 'Globex.eu-1'),
    occurredAt: instant,
    recordedAt: instant,
    action: fc.constantFrom('invoice.approved', 'user.role_granted', 'a.b.c'),
    actionVersion: count,
    activity: fc.constantFrom(...ACTIVITIES),
    category: fc.constantFrom(...CATEGORIES),
    outcome: fc.constantFrom(...OUTCOMES),
    reason: record({ code: text, message: text, policyId: text }),
    severity: fc.constantFrom(...SEVERITIES),
    message: text,
    actor: record(
      {
        type: fc.constantFrom(...ACTOR_TYPES),
        id: name,
        name: text,
        email: fc.oneof(fc.emailAddress(), fc.constantFrom('ada@localhost', 'nobody', 'ä@example.com')),
        roles: fc.array(text, { maxLength: 3 }),
        groups: fc.array(text, { maxLength: 3 }),
        sessionId: text,
        mfa: fc.boolean(),
        credentialId: text,
        onBehalfOf: record({ type: fc.constantFrom('user', 'service'), id: name, name: text }, [
          'type',
          'id',
        ]),
        metadata: scalars,
      },
      ['type', 'id'],
    ),
    targets: fc.oneof(
      { weight: 40, arbitrary: fc.array(target, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.array(target, { minLength: 50, maxLength: 50 }) },
    ),
    changes: fc.array(change, { maxLength: 4 }),
    source: record(
      {
        service: name,
        environment: name,
        version: text,
        component: text,
        region: fc.constantFrom('eu-west-1', 'westeurope'),
        accountId: fc.constantFrom('123456789012', '11111111-1111-1111-1111-111111111111', ''),
        functionName: text,
        functionVersion: text,
        requestId: text,
        coldStart: fc.boolean(),
      },
      ['service', 'environment'],
    ),
    context: record({
      ip,
      ips: fc.array(ip, { maxLength: 3 }),
      userAgent: text,
      geo: record({ country: text, region: text, city: text }),
      correlationId: text,
      traceId: fc.constant('4bf92f3577b34da6a3ce929d0e0e4736'),
      spanId: fc.constant('00f067aa0ba902b7'),
      causationId: text,
    }),
    http: record({
      method: fc.constantFrom('GET', 'POST', 'get', 'PROPFIND'),
      route: text,
      path: text,
      statusCode: fc.integer({ min: 100, max: 599 }),
      requestBytes: count,
      responseBytes: count,
      request: record({ headers: lines, query: lines, body: fc.jsonValue() }),
      response: record({ headers: lines, body: fc.jsonValue() }),
    }),
    performance: record(
      {
        durationMs: duration,
        auditOverheadMs: duration,
        memoryUsedMb: duration,
        remainingMs: duration,
      },
      ['durationMs'],
    ),
    error: record(
      {
        name: text,
        message: text,
        code: text,
        stack: text,
        retryable: fc.boolean(),
        phase: fc.constantFrom('before', 'handler', 'after', 'timeout'),
      },
      ['name', 'message'],
    ),
    privacy: record({
      classification: fc.constantFrom('public', 'internal', 'confidential', 'restricted'),
      redactedPaths: fc.array(text, { maxLength: 2 }),
      truncatedPaths: fc.array(text, { maxLength: 2 }),
      subjectIds: fc.array(text, { maxLength: 2 }),
      keyId: text,
    }),
    labels: fc.dictionary(name, name, { maxKeys: 3 }),
    metadata: fc.dictionary(name, fc.jsonValue(), { maxKeys: 3 }),
  },
  [
    ...(['schemaVersion', 'id', 'tenantId', 'occurredAt', 'recordedAt', 'action', 'activity'] as const),
    ...(['category', 'outcome', 'severity', 'actor', 'targets', 'source'] as const),
  ],
);

/** Rights of people and reads of stores, which chance alone would hardly meet. */
const telling = fc.oneof(
  fc.record({
    category: fc.constantFrom('iam' as const, 'authorization' as const),
    activity: fc.constantFrom('grant', 'revoke', 'create', 'delete', 'enable', 'disable'),
    targets: targetsOf('user', 'role', 'policy', 'group', 'invoice'),
  }),
  fc.record({
    category: fc.constant('data_access' as const),
    activity: fc.constant('read' as const),
    targets: targetsOf('database', 'table', 'bucket', 's3_bucket', 'gcs_bucket'),
  }),
);

function targetsOf(...types: readonly string[]) {
  const one = fc.tuple(target, fc.constantFrom(...types)).map(([some, type]) => ({ ...some, type }));
  return fc.array(one, { minLength: 1, maxLength: 3 });
}

export const anyEvent: fc.Arbitrary<AuditEvent> = fc
  .tuple(written, fc.option(telling, { nil: {}, freq: 1 }))
  .map(([event, more]) => parseAuditEvent({ ...event, ...more }));
