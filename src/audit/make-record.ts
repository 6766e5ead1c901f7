/** Puts the record together: what the event said, how it ended, where it ran. */
import type { AuditEvent, Source } from '../domain/event/audit-event.ts';
import { activityOf, defaultAction } from './action.ts';
import { type BodyOptions, withBodies } from './bodies.ts';
import type { Facts } from './sources/facts.ts';
import { type Ending, statusOfEnding, whatHappened } from './what-happened.ts';

export interface RecordParts {
  readonly id: string;
  readonly tenantId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Asked last, so that it covers the making. */
  readonly performance: () => NonNullable<AuditEvent['performance']>;
  readonly facts: Facts;
  readonly ending: Ending;
  /** Of the error, if there is one. */
  readonly phase: NonNullable<AuditEvent['error']>['phase'];
  readonly source: Source;
  readonly actions: Readonly<Record<string, string>>;
  /** Of the invocation. */
  readonly event: unknown;
  readonly bodies: BodyOptions;
}

export function makeRecord(parts: RecordParts): AuditEvent {
  const { facts, ending } = parts;
  const { itemCount, targets = [], context } = facts;
  const exchange = facts.http && withBodies(facts.http, parts.event, responseOf(ending), parts.bodies);
  const http = exchange?.http;
  const redactedPaths = exchange?.redactedPaths ?? [];
  const truncatedPaths = exchange?.truncatedPaths ?? [];
  const failed = failedItems(facts, ending);
  const statusCode = statusOfEnding(ending);
  return {
    schemaVersion: '1.0',
    id: parts.id,
    tenantId: parts.tenantId,
    occurredAt: new Date(parts.startedAtMs).toISOString(),
    recordedAt: new Date(parts.endedAtMs).toISOString(),
    action: actionOf(facts, parts.actions),
    activity: activityOf(http?.method),
    category: http === undefined ? 'system' : 'api',
    ...whatHappened(ending, failed, parts.phase),
    actor: facts.actor,
    targets,
    source: parts.source,
    ...(context && { context }),
    ...(http && { http: { ...http, ...(statusCode !== undefined && { statusCode }) } }),
    ...(itemCount !== undefined && { metadata: { items: itemCount, failedItems: failed } }),
    ...(redactedPaths.length + truncatedPaths.length > 0 && { privacy: { redactedPaths, truncatedPaths } }),
    performance: parts.performance(),
  };
}

/** Of a streamed response the body is the beginning that was kept, of as many bytes as went through. */
function responseOf(ending: Ending): unknown {
  if (!('response' in ending)) return;
  const { response, streamed } = ending;
  return streamed === undefined
    ? response
    : { ...(response as object), body: streamed.text, bytes: streamed.bytes };
}

/** A route, or what the record would be called, may be named anew. */
function actionOf({ route, action, http }: Facts, actions: Readonly<Record<string, string>>): string {
  const name = action ?? defaultAction(route, http?.method);
  return (route !== undefined && actions[route]) || actions[name] || name;
}

/** Those that the handler reported, or all when it threw.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting */
function failedItems({ itemCount = 0 }: Facts, ending: Ending): number {
  if (ending.kind !== 'answered') return itemCount;
  const { batchItemFailures } = (ending.response ?? {}) as { batchItemFailures?: unknown };
  return Array.isArray(batchItemFailures) ? Math.min(batchItemFailures.length, itemCount) : 0;
}
