/** What is measured: brings a batch of audit events to the stand-in. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';

/** Resolves when all are there; rejects when one is not. */
export type Bring = (events: readonly AuditEvent[]) => Promise<void>;
export type MakeBring = (url: string) => Bring;
