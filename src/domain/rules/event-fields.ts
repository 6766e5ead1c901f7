/** What can stand at which path of an audit event: `event/event-shape.ts` as a table that can be reasoned about. The type
 * sees to it that no field is missing, and a test that both say the same. */
import {
  ACTIVITIES,
  ACTOR_TYPES,
  type AuditEvent,
  CATEGORIES,
  OUTCOMES,
  SEVERITIES,
} from '../event/audit-event.ts';
import {
  action,
  address,
  any,
  choice,
  type FieldKind,
  flag,
  id,
  key,
  label,
  number,
  tenantId,
  timestamp,
  upTo,
  whole,
} from './value-kinds.ts';

export interface Field {
  readonly kind: FieldKind;
  /** Every event has it. */
  readonly isRequired: boolean;
  /** Wherever this object is, it has the field. */
  readonly requiredIn?: string;
}

/** What is at a path of the event; `group` where it is an object or a list of objects, undefined where nothing can be. */
export function fieldAt(path: string): Field | 'group' | undefined {
  let node: Node = { object: EVENT };
  let isRequired = true;
  let requiredIn: string | undefined;
  const steps = path.split('.');
  for (const [i, step] of steps.entries()) {
    if ('map' in node) return { kind: node.map, isRequired: false };
    if ('kind' in node) return node.kind === 'any' ? { kind: node, isRequired: false } : undefined;
    const fields: Readonly<Record<string, Node>> = 'list' in node ? node.list : node.object;
    const found: Node | undefined = own(fields, `${step}!`) ?? own(fields, step);
    if (found === undefined) return undefined;
    if (!Object.hasOwn(fields, `${step}!`)) {
      isRequired = false;
      requiredIn = undefined;
    } else if (!isRequired || 'list' in node) requiredIn ??= steps.slice(0, i).join('.');
    if ('list' in found) isRequired = false;
    node = found;
  }
  return 'kind' in node
    ? { kind: node, isRequired, ...(requiredIn !== undefined && { requiredIn }) }
    : 'group';
}

/** All paths that have a name, `metadata` and the like as one, for proposals. */
export function allPaths(): readonly string[] {
  return pathsIn(EVENT, '');
}

function pathsIn(fields: Readonly<Record<string, Node>>, prefix: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, node]) => {
    const path = prefix + name.replace('!', '');
    if ('list' in node) return pathsIn(node.list, `${path}.`);
    return 'object' in node ? pathsIn(node.object, `${path}.`) : [path];
  });
}

function own(fields: Readonly<Record<string, Node>>, name: string): Node | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

type Node =
  | FieldKind
  | { readonly object: Readonly<Record<string, Node>> }
  | { readonly list: Readonly<Record<string, Node>> }
  /** Keys that producers choose. */
  | { readonly map: FieldKind };

/** Each field of the type, with `!` where it is required. */
type Table<T> = {
  readonly [K in keyof T & string as Record<never, never> extends Pick<T, K> ? K : `${K}!`]-?: Entry<
    Exclude<T[K], undefined>
  >;
};
type Entry<V> = unknown extends V
  ? FieldKind
  : [V] extends [readonly (infer E)[]]
    ? E extends string
      ? FieldKind
      : { readonly list: Table<E> }
    : [V] extends [string | number | boolean]
      ? FieldKind
      : string extends keyof V
        ? { readonly map: FieldKind } | { readonly kind: 'any' }
        : { readonly object: Table<V> };

const geo: Table<{ country?: string; region?: string; city?: string }> = {
  country: label,
  region: label,
  city: label,
};

const EVENT: Table<AuditEvent> = {
  'schemaVersion!': choice('1.0'),
  'id!': id,
  idempotencyKey: upTo(256),
  'tenantId!': tenantId,
  'occurredAt!': timestamp,
  'recordedAt!': timestamp,
  'action!': action,
  actionVersion: whole(0),
  'activity!': choice(...ACTIVITIES),
  'category!': choice(...CATEGORIES),
  'outcome!': choice(...OUTCOMES),
  reason: { object: { code: label, message: label, policyId: label } },
  'severity!': choice(...SEVERITIES),
  message: upTo(1024),
  'actor!': {
    object: {
      'type!': choice(...ACTOR_TYPES),
      'id!': key,
      name: label,
      email: label,
      roles: label,
      groups: label,
      sessionId: label,
      mfa: flag,
      credentialId: label,
      onBehalfOf: { object: { 'type!': key, 'id!': key, name: label } },
      metadata: { map: any },
    },
  },
  'targets!': {
    list: { 'type!': key, 'id!': key, name: label, ownerId: label, parentId: label, metadata: { map: any } },
  },
  changes: {
    list: {
      'path!': key,
      'op!': choice('add', 'remove', 'replace'),
      before: any,
      after: any,
      redacted: flag,
    },
  },
  'source!': {
    object: {
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
    },
  },
  context: {
    object: {
      ip: address,
      ips: address,
      userAgent: label,
      geo: { object: geo },
      correlationId: label,
      traceId: label,
      spanId: label,
      causationId: label,
    },
  },
  http: {
    object: {
      method: label,
      route: label,
      path: label,
      statusCode: whole(100, 599),
      requestBytes: whole(0),
      responseBytes: whole(0),
      request: { object: { headers: { map: upTo(4096) }, query: { map: upTo(4096) }, body: any } },
      response: { object: { headers: { map: upTo(4096) }, body: any } },
    },
  },
  performance: {
    object: {
      'durationMs!': number(0),
      auditOverheadMs: number(0),
      memoryUsedMb: number(0),
      remainingMs: number(0),
    },
  },
  error: {
    object: {
      'name!': label,
      'message!': upTo(4096),
      code: label,
      stack: upTo(16_384),
      retryable: flag,
      phase: choice('before', 'handler', 'after', 'timeout'),
    },
  },
  privacy: {
    object: {
      classification: choice('public', 'internal', 'confidential', 'restricted'),
      redactedPaths: label,
      truncatedPaths: label,
      subjectIds: label,
      keyId: label,
    },
  },
  dataRef: { object: { 'uri!': any, 'sha256!': any, 'bytes!': any } },
  labels: { map: upTo(256) },
  metadata: any,
};
