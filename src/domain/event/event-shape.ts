/** The audit event as a table: each field with its kind and limit, in the order of the type. */
import { TENANT_ID } from '../tenant-id.ts';
import { ACTIVITIES, ACTOR_TYPES, CATEGORIES, OUTCOMES, SEVERITIES } from './audit-event.ts';
import {
  flag,
  line,
  listOf,
  mapOf,
  name,
  number,
  objectOf,
  oneOf,
  refused,
  sentence,
  stripped,
  text,
  timestamp,
  whole,
} from './field-kinds.ts';
import { freeJson, freeObject } from './free-json.ts';
import { networkContext } from './network-context.ts';
import type { Read } from './reading.ts';

/** The label by which the system says that the event's two clocks disagree; it takes no producer's place. */
export const CLOCK_SKEW = 'clock_skew';

const NOWHERE_ELSE = 'check the spelling, or put it under metadata';
const ID = /^[A-Za-z0-9._:-]+$/;
/** An action's form, `dot.case`, and its length. */
export const ACTION = /^[a-z0-9_]+(\.[a-z0-9_]+)+$/;
export const MAX_ACTION_LENGTH = 128;

const key = name(1024);
const label = text(2048);
const names = listOf(label, { max: 256, over: 'cut' });
const lines = mapOf(line(4096), 256);

const scalar: Read = (value, at) =>
  typeof value === 'string'
    ? label(value, at)
    : typeof value === 'number' || typeof value === 'boolean'
      ? freeJson(value, at)
      : at.fault('must be a string, a number, true or false', value, 'put anything else under metadata');
const scalars = mapOf(scalar, 64);

const labelValue: Read = (value, at) =>
  typeof value === 'string' && value.length > 256
    ? at.fault('must have at most 256 characters', value, 'put longer texts under metadata')
    : label(value, at);

const nested = (shape: Readonly<Record<string, Read>>) => objectOf(shape, NOWHERE_ELSE);

/** A name with `!` is required. */
export const eventShape: Read = objectOf(
  {
    'schemaVersion!': oneOf(['1.0']),
    'id!': name(64, ID, 'a UUIDv7 or ULID'),
    idempotencyKey: name(256),
    'tenantId!': name(64, TENANT_ID, 'acme'),
    'occurredAt!': timestamp,
    'recordedAt!': timestamp,
    'action!': name(MAX_ACTION_LENGTH, ACTION, 'invoice.approved'),
    actionVersion: whole(0),
    'activity!': oneOf(ACTIVITIES),
    'category!': oneOf(CATEGORIES),
    'outcome!': oneOf(OUTCOMES),
    reason: nested({ code: label, message: sentence(2048), policyId: label }),
    'severity!': oneOf(SEVERITIES),
    message: sentence(1024),
    'actor!': nested({
      'type!': oneOf(ACTOR_TYPES),
      'id!': key,
      name: label,
      email: label,
      roles: names,
      groups: names,
      sessionId: label,
      mfa: flag,
      credentialId: label,
      onBehalfOf: nested({ 'type!': key, 'id!': key, name: label }),
      metadata: scalars,
    }),
    'targets!': listOf(
      nested({ 'type!': key, 'id!': key, name: label, ownerId: label, parentId: label, metadata: scalars }),
      { max: 50, over: 'refuse' },
    ),
    changes: listOf(
      nested({
        'path!': key,
        'op!': oneOf(['add', 'remove', 'replace']),
        before: freeJson,
        after: freeJson,
        redacted: flag,
      }),
      { max: 500, over: 'cut' },
    ),
    'source!': nested({
      'service!': key,
      'environment!': key,
      version: label,
      component: label,
      region: label,
      accountId: label,
      functionName: label,
      functionVersion: label,
      requestId: label,
      coldStart: flag,
    }),
    context: networkContext(
      nested({
        ip: label,
        ips: names,
        userAgent: label,
        geo: nested({ country: label, region: label, city: label }),
        correlationId: label,
        traceId: label,
        spanId: label,
        causationId: label,
      }),
    ),
    http: nested({
      method: label,
      route: label,
      path: label,
      statusCode: whole(100, 599),
      requestBytes: whole(0),
      responseBytes: whole(0),
      request: nested({ headers: lines, query: lines, body: freeJson }),
      response: nested({ headers: lines, body: freeJson }),
    }),
    performance: nested({
      'durationMs!': number(0),
      auditOverheadMs: number(0),
      memoryUsedMb: number(0),
      remainingMs: number(0),
    }),
    error: nested({
      'name!': label,
      'message!': sentence(4096),
      code: label,
      stack: sentence(16_384),
      retryable: flag,
      phase: oneOf(['before', 'handler', 'after', 'timeout']),
    }),
    privacy: nested({
      classification: oneOf(['public', 'internal', 'confidential', 'restricted']),
      redactedPaths: names,
      truncatedPaths: names,
      subjectIds: names,
      keyId: label,
    }),
    dataRef: refused('is set by the system; send the data under metadata, or leave the field out'),
    labels: mapOf(labelValue, 64, CLOCK_SKEW),
    metadata: freeObject,
    integrity: stripped,
    pipeline: stripped,
  },
  NOWHERE_ELSE,
);
