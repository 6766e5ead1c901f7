/** How the system's own events reach the bus: past the door's checks of producers, with the same claim on their id. */
import { AUDIT_EVENT } from '../domain/bus-event.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { contentHash } from '../domain/event/content-hash.ts';
import type { Publish } from '../stream/ports.ts';
import type { Accepted } from './store/accept.ts';
import type { Store } from './store/open-store.ts';

export function makePublish(store: Pick<Store, 'accept'>): Publish {
  return async (entries) => {
    const outcomes = await store.accept(
      entries.map((entry) => {
        if (entry.detailType !== AUDIT_EVENT) return entry;
        const event = entry.detail as AuditEvent;
        return {
          ...entry,
          claim: { tenantId: event.tenantId, id: event.id, contentHash: contentHash(event) },
        };
      }),
    );
    return outcomes.map(asPublished);
  };
}

function asPublished(outcome: Accepted): Awaited<ReturnType<Publish>>[number] {
  switch (outcome.kind) {
    case 'accepted':
    case 'duplicate':
      return { kind: 'accepted', busId: outcome.busId };
    case 'id_conflict':
      return { kind: 'refused', code: 'IdConflict', message: 'another event has this id already' };
    case 'unavailable':
      return { kind: 'refused', code: 'Unavailable', message: outcome.message };
  }
}
