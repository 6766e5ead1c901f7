/** What a broadcast reports, as metrics. */
import { BROADCAST_METRICS } from '../domain/metrics.ts';
import type { BroadcastReport } from '../stream/broadcast.ts';

export function broadcastCounts({
  refused,
  matched,
  sent,
  gone,
  throttled,
  failed,
  late,
}: BroadcastReport): Readonly<Record<string, number>> {
  return {
    [BROADCAST_METRICS.matched]: matched,
    [BROADCAST_METRICS.sent]: sent,
    [BROADCAST_METRICS.gone]: gone,
    [BROADCAST_METRICS.throttled]: throttled,
    [BROADCAST_METRICS.failed]: failed,
    [BROADCAST_METRICS.late]: late,
    [BROADCAST_METRICS.refused]: refused === undefined ? 0 : 1,
  };
}
