/** Reads what the bus carries once more: whoever can put events on it may have gone past the door. */

import type { Alert } from '../domain/alert/alert.ts';
import { parseAlert } from '../domain/alert/parse-alert.ts';
import {
  AUDIT_ALERT,
  AUDIT_EVENT,
  type BusEvent,
  SYSTEM_SOURCE,
  SYSTEM_TENANT,
} from '../domain/bus-event.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { AuditEventError } from '../domain/event/audit-event-error.ts';
import { parseAuditEvent } from '../domain/event/parse-audit-event.ts';

/** Which tenants a bus `source` may write into; a source that is not named may write into none. */
export type Producers = Readonly<Record<string, readonly string[]>>;

export type BusDetail =
  | { readonly kind: 'event'; readonly tenantId: string; readonly event: AuditEvent }
  | { readonly kind: 'alert'; readonly tenantId: string; readonly event: Alert }
  | {
      readonly kind: 'refused';
      readonly reason: 'invalid_event' | 'tenant_not_allowed';
      /** What is wrong, with its path; never a value. */
      readonly detail: string;
    };

/** The event or alert, cleaned, if its producer may write into its tenant.
 * Without `producers` any source is trusted with any tenant but the reserved one. */
export function readBusDetail(bus: BusEvent, producers?: Producers): BusDetail {
  const read = readDetail(bus);
  if (read.kind === 'refused' || mayWrite(bus.source, read.tenantId, producers)) return read;
  return {
    kind: 'refused',
    reason: 'tenant_not_allowed',
    detail: `source ${bus.source} may not write into tenant ${read.tenantId}: add it to producers, or mend the producer`,
  };
}

/** The system's own source writes where it must; the reserved tenant is its alone. */
export function mayWrite(source: string, tenantId: string, producers?: Producers): boolean {
  if (source === SYSTEM_SOURCE) return true;
  if (tenantId === SYSTEM_TENANT) return false;
  if (!producers) return true;
  return Object.hasOwn(producers, source) && (producers[source]?.includes(tenantId) ?? false);
}

function readDetail(bus: BusEvent): BusDetail {
  try {
    if (bus['detail-type'] === AUDIT_EVENT) {
      const event = parseAuditEvent(bus.detail);
      return { kind: 'event', tenantId: event.tenantId, event };
    }
    if (bus['detail-type'] === AUDIT_ALERT) {
      const event = parseAlert(bus.detail);
      return { kind: 'alert', tenantId: event.tenantId, event };
    }
    return invalid(`detail-type must be ${AUDIT_EVENT} or ${AUDIT_ALERT}`);
  } catch (error) {
    if (!(error instanceof AuditEventError)) throw error;
    const [first, ...others] = error.issues;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    return invalid(first ? `${first.path} ${first.message}${more}` : error.message);
  }
}

function invalid(detail: string): BusDetail {
  return { kind: 'refused', reason: 'invalid_event', detail };
}
