/** One line of the table: an event as it came, or a span that could not be proven. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export interface EventRow {
  readonly kind: 'event';
  readonly id: string;
  readonly event: AuditEvent;
  /** Its place: when the bus took it. */
  readonly atMs: number;
  readonly via: 'push' | 'pull';
  /** When it reached this page. */
  readonly arrivedAtMs: number;
  readonly trimmed: boolean;
}

export interface GapRow {
  readonly kind: 'gap';
  readonly id: string;
  readonly atMs: number;
  readonly fromMs: number;
  readonly reason: 'retention' | 'memory';
}

export type Row = EventRow | GapRow;
