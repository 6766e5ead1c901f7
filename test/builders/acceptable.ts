/** An audit event as the door hands it to the store. */
import { AUDIT_EVENT } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { contentHash } from '../../src/domain/event/content-hash.ts';
import type { Acceptable } from '../../src/local/store/accept.ts';
import { anAuditEvent } from './an-audit-event.ts';

export function acceptable(fields: Partial<AuditEvent> = {}): Acceptable {
  const detail = anAuditEvent(fields);
  return {
    source: 'audit.billing',
    detailType: AUDIT_EVENT,
    detail,
    claim: { tenantId: detail.tenantId, id: detail.id, contentHash: contentHash(detail) },
  };
}
