/** When the bus took an event, as well as it can be known: the envelope's time has whole seconds. */
import type { BusEvent } from '../domain/bus-event.ts';
import { isObject } from '../domain/protocol/fields.ts';

/** In ms. The producer's `recordedAt` sharpens the envelope's second if both speak of the same moment.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function acceptedAtMsOf(event: BusEvent, nowMs: number): number {
  const busMs = Date.parse(event.time);
  if (Number.isNaN(busMs)) return nowMs;
  const sentMs = isObject(event.detail) ? Date.parse(String(event.detail.recordedAt)) : Number.NaN;
  const isSameMoment = sentMs >= busMs - SECOND_MS && sentMs < busMs + SECOND_MS;
  return Math.min(nowMs, isSameMoment ? Math.max(sentMs, busMs) : busMs);
}

const SECOND_MS = 1_000;
