/** Plays the bundled records as if they happened now: new ids, new times, over and over until it is stopped. */
import { readFileSync } from 'node:fs';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import { newEventId } from '../src/domain/event/new-event-id.ts';
import { pause } from './pause.ts';

export interface PlayOptions {
  readonly records?: readonly AuditEvent[];
  readonly eventsPerSecond: number;
  readonly send: (event: AuditEvent) => Promise<void>;
  readonly signal: AbortSignal;
  readonly now?: () => number;
  readonly newId?: (nowMs: number) => string;
  /** Resolves after so many ms, or when the signal says stop. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Resolves when the signal stops it. A `send` that fails stops it too. */
export async function play({
  records = bundledRecords(),
  eventsPerSecond,
  send,
  signal,
  now = Date.now,
  newId = newEventId,
  sleep = pause,
}: PlayOptions): Promise<void> {
  const startMs = now();
  for (let sent = 0; ; ) {
    for (const group of relatedGroups(records)) {
      for (const [i, record] of group.entries()) {
        await sleep(startMs + (sent * 1000) / eventsPerSecond - now(), signal);
        if (signal.aborted) return;
        await send(asIfNow(record, group, i, now(), newId));
        sent++;
      }
    }
  }
}

export function bundledRecords(): readonly AuditEvent[] {
  return readFileSync(new URL('./events.ndjson', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEvent);
}

/** Longer pauses than this are not part of one story. */
const STORY_PAUSE_MS = 10 * 60_000;

/** Neighbours of one correlation or session, in the order of their times. */
export function relatedGroups(records: readonly AuditEvent[]): readonly (readonly AuditEvent[])[] {
  const groups: AuditEvent[][] = [];
  for (const record of records) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const key = storyOf(record);
    const pauseMs =
      last === undefined ? Infinity : Date.parse(record.occurredAt) - Date.parse(last.occurredAt);
    if (
      group &&
      last &&
      key !== undefined &&
      key === storyOf(last) &&
      pauseMs >= 0 &&
      pauseMs <= STORY_PAUSE_MS
    )
      group.push(record);
    else groups.push([record]);
  }
  return groups;
}

const storyOf = ({ context, actor }: AuditEvent) => context?.correlationId ?? actor.sessionId;

/** The spacing within a group stays: its last event happens now, the others as long before as they did. */
function asIfNow(
  record: AuditEvent,
  group: readonly AuditEvent[],
  i: number,
  nowMs: number,
  newId: (nowMs: number) => string,
): AuditEvent {
  const at = (event: AuditEvent) => Date.parse(event.occurredAt);
  const beforeLastMs = at(group.at(-1) as AuditEvent) - at(group[i] as AuditEvent);
  const delayMs = Math.min(1000, Math.max(0, Date.parse(record.recordedAt) - at(record)));
  return {
    ...record,
    id: newId(nowMs),
    occurredAt: new Date(nowMs - beforeLastMs - delayMs).toISOString(),
    recordedAt: new Date(nowMs - beforeLastMs).toISOString(),
  };
}
