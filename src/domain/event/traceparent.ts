/** Writes the ids of a trace as its header. https://www.w3.org/TR/trace-context/#traceparent-header */
import type { Context } from './audit-event.ts';

/** Nothing unless both ids are known. Marked as sampled: who handed them over did so. */
export function traceparentOf({ traceId, spanId }: Context = {}): string | undefined {
  return traceId === undefined || spanId === undefined ? undefined : `00-${traceId}-${spanId}-01`;
}
