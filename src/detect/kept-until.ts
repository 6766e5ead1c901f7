/** How long a store keeps what it was given: the same in each home. */
import { type AlertRecord, KEEP_RECORDS_MS } from '../domain/alert/alert-record.ts';
import type { Silence } from '../domain/alert/silence.ts';
import type { StateChange } from './ports.ts';

const KEEP_SILENCES_MS = 30 * 24 * 60 * 60 * 1_000;

/** Undefined for a state that the clock still has to deal with: it stays until that is done, however late. */
export function stateKeptUntilMs({ dueMs, expiresAtMs }: StateChange): number | undefined {
  return dueMs === undefined ? expiresAtMs : undefined;
}

/** A record never goes before the state that it was written with. */
export function recordKeptUntilMs({ expiresAtMs }: StateChange, record: AlertRecord): number {
  const changedMs = Date.parse(record.alert.occurredAt);
  return Math.max(changedMs + KEEP_RECORDS_MS, expiresAtMs);
}

export function silenceKeptUntilMs({ until }: Silence): number {
  return Date.parse(until) + KEEP_SILENCES_MS;
}

/** Those that are kept and end after a time, newest first. */
export function listedSilences(
  silences: readonly Silence[],
  endsAfterMs: number,
  nowMs: number,
): readonly Silence[] {
  return silences
    .filter(({ until }) => Date.parse(until) > endsAfterMs)
    .filter((silence) => silenceKeptUntilMs(silence) > nowMs)
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? 1 : -1));
}

function orderOf({ from, id }: Silence): string {
  return `${from} ${id}`;
}
