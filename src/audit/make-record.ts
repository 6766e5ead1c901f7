/** Puts the record together: what the event said, how it ended, where it ran. */
import type { AuditEvent, Source } from '../domain/event/audit-event.ts';
import { activityOf, defaultAction } from './action.ts';
import type { Facts } from './sources/facts.ts';
import { type Ending, statusOf, whatHappened } from './what-happened.ts';

export interface RecordParts {
  readonly id: string;
  readonly tenantId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly remainingMs?: number;
  readonly facts: Facts;
  readonly ending: Ending;
  readonly source: Source;
  readonly actions: Readonly<Record<string, string>>;
}

export function makeRecord(parts: RecordParts): AuditEvent {
  const { facts, ending, remainingMs } = parts;
  const { route, http, targets = [], context, redactedPaths = [] } = facts;
  const statusCode = statusOf(ending.kind === 'answered' ? ending.response : ending.error);
  return {
    schemaVersion: '1.0',
    id: parts.id,
    tenantId: parts.tenantId,
    occurredAt: new Date(parts.startedAtMs).toISOString(),
    recordedAt: new Date(parts.endedAtMs).toISOString(),
    action: (route !== undefined && parts.actions[route]) || defaultAction(route, http?.method),
    activity: activityOf(http?.method),
    category: http === undefined ? 'system' : 'api',
    ...whatHappened(ending),
    actor: facts.actor,
    targets,
    source: parts.source,
    ...(context && { context }),
    ...(http && { http: { ...http, ...(statusCode !== undefined && { statusCode }) } }),
    performance: { durationMs: parts.durationMs, ...(remainingMs !== undefined && { remainingMs }) },
    ...(redactedPaths.length > 0 && { privacy: { redactedPaths } }),
  };
}
