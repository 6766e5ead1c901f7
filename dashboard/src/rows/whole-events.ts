/** The events of rows, with the whole of those that came trimmed: a download must not be less than what was recorded. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import type { EventRow } from './row.ts';

export interface WholeEvents {
  readonly events: readonly AuditEvent[];
  /** How many could only be had in part. */
  readonly partial: number;
}

/** One after the other: large events are rare, and the server counts messages. */
export async function wholeEvents(
  rows: readonly EventRow[],
  fetchWhole: (id: string) => Promise<AuditEvent>,
): Promise<WholeEvents> {
  const events: AuditEvent[] = [];
  let partial = 0;
  for (const { id, event, trimmed } of rows) {
    const whole = trimmed ? await fetchWhole(id).catch(() => undefined) : event;
    if (whole === undefined) partial++;
    events.push(whole ?? event);
  }
  return { events, partial };
}
