/** Counts what the trail says of each append: new entries, those that it had already, those refused by the clock. */
import { CONSUMER_METRICS } from '../domain/metrics.ts';
import type { Trail } from '../stream/ports.ts';
import type { CountMetrics } from './count-metrics.ts';
import { ClockError } from './dynamo/clock-guard.ts';

export function countAppended(trail: Trail, count: CountMetrics): Trail {
  return {
    ...trail,
    async append(entries) {
      const appended = await trail.append(entries).catch((error) => {
        if (error instanceof ClockError) count({ [CONSUMER_METRICS.clockRefused]: entries.length });
        throw error;
      });
      const ofKind = (wanted: string) => appended.filter(({ kind }) => kind === wanted).length;
      count({
        [CONSUMER_METRICS.recorded]: ofKind('appended'),
        [CONSUMER_METRICS.duplicates]: ofKind('duplicate'),
      });
      return appended;
    },
  };
}
