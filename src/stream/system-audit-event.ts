/** Writes what somebody did to the system as an audit event of the reserved tenant. */
import { isIP } from 'node:net';
import { SYSTEM_TENANT } from '../domain/bus-event.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Principal } from './ports.ts';

export interface SystemEvent {
  readonly action: keyof typeof SAYS;
  /** Occurrences of one action and cause share an allowance: the subject, or one word for all strangers. */
  readonly cause: string;
  readonly principal?: Pick<Principal, 'subject' | 'name' | 'tenantId'> & Partial<Pick<Principal, 'roles'>>;
  /** Who it was where the token was good and only its rights were not. */
  readonly subject?: string;
  readonly reason?: { readonly code: string; readonly message?: string };
  readonly connectionId?: string;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly metadata?: Readonly<Record<string, string | number>>;
}

const MAX_CHARS = 256;

const SAYS = {
  'stream.connected': ['login', 'authentication', 'success', 'info', 'connected to the stream'],
  'stream.denied': ['login', 'authentication', 'denied', 'medium', 'was not let onto the stream'],
  'stream.subscribed': ['read', 'data_access', 'success', 'info', 'subscribed'],
  'stream.act_refused': ['execute', 'authorization', 'denied', 'medium', 'was refused an act'],
  'archive.replay_started': ['execute', 'system', 'success', 'medium', 'began a replay of the archive'],
  'archive.replayed': ['execute', 'system', 'success', 'medium', 'replayed the archive'],
  'stand_in.changed': ['update', 'configuration', 'success', 'low', 'changed a stand-in'],
  'dead_letters.replayed': ['execute', 'system', 'success', 'medium', 'replayed dead letters'],
  'dead_letters.purged': ['delete', 'system', 'success', 'high', 'purged dead letters'],
  'alert.acknowledged': ['update', 'system', 'success', 'low', 'acknowledged an alert'],
  'alert.resolved': ['update', 'system', 'success', 'low', 'resolved an alert'],
  'silence.created': ['create', 'configuration', 'success', 'medium', 'silenced alerts'],
  'silence.ended': ['delete', 'configuration', 'success', 'low', 'ended a silence of alerts'],
  'webhook.refused': ['update', 'authorization', 'denied', 'medium', 'was refused at a webhook'],
  'producer.refused': ['create', 'authorization', 'denied', 'medium', 'was refused at the door'],
} as const;

export function asAuditEvent(
  event: SystemEvent,
  suppressedBefore: number,
  made: { id: string; nowMs: number; environment: string },
): AuditEvent {
  const [activity, category, outcome, severity, did] = SAYS[event.action];
  const subject = event.principal?.subject ?? event.subject;
  const tenantId = event.principal?.tenantId;
  const time = new Date(made.nowMs).toISOString();
  const metadata = { ...event.metadata, ...(suppressedBefore > 0 ? { suppressedBefore } : {}) };
  const context = {
    ...(event.sourceIp !== undefined && isIP(event.sourceIp) ? { ip: event.sourceIp } : {}),
    ...(event.userAgent ? { userAgent: clean(event.userAgent) } : {}),
  };
  return {
    schemaVersion: '1.0',
    id: made.id,
    tenantId: SYSTEM_TENANT,
    occurredAt: time,
    recordedAt: time,
    action: event.action,
    activity,
    category,
    outcome,
    severity,
    ...(event.reason ? { reason: event.reason } : {}),
    message: `${subject === undefined ? 'Somebody' : clean(subject)} ${did}`,
    actor:
      subject === undefined
        ? { type: 'anonymous', id: 'anonymous' }
        : {
            type: 'user',
            id: clean(subject),
            ...(event.principal?.name ? { name: clean(event.principal.name) } : {}),
            ...(event.principal?.roles ? { roles: event.principal.roles } : {}),
          },
    targets: [
      ...(tenantId !== undefined ? [{ type: 'tenant', id: tenantId }] : []),
      ...(event.connectionId !== undefined ? [{ type: 'connection', id: event.connectionId }] : []),
    ],
    source: { service: 'audit-stream', environment: made.environment, component: 'stream' },
    ...(Object.keys(context).length > 0 ? { context } : {}),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

/** Short, well-formed, and without control characters: it came from a stranger's header or token. */
function clean(text: string): string {
  return [...text.toWellFormed()]
    .filter((char) => char >= ' ' && char !== '\u007f')
    .join('')
    .slice(0, MAX_CHARS)
    .toWellFormed();
}
