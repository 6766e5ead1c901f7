/** An event in the queue of the detector. */
import { AUDIT_EVENT } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { QueueMessage } from '../../src/stream/ports.ts';

let made = 0;

export function messageOf(event: AuditEvent, nowMs: number): QueueMessage {
  return {
    messageId: `message-${++made}`,
    receiveCount: 1,
    acceptedAtMs: nowMs,
    event: {
      version: '0',
      id: `bus-${made}`,
      'detail-type': AUDIT_EVENT,
      source: 'audit.billing',
      account: '000000000000',
      time: new Date(nowMs).toISOString(),
      region: 'local',
      resources: [],
      detail: event,
    },
  };
}
