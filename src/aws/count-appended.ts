/** Counts what the trail says of each append: new entries, and those that it had already. */
import { CONSUMER_METRICS } from '../domain/metrics.ts';
import type { Trail } from '../stream/ports.ts';
import type { CountMetrics } from './count-metrics.ts';

export function countAppended(trail: Trail, count: CountMetrics): Trail {
  return {
    ...trail,
    async append(entries) {
      const appended = await trail.append(entries);
      const ofKind = (wanted: string) => appended.filter(({ kind }) => kind === wanted).length;
      count({
        [CONSUMER_METRICS.recorded]: ofKind('appended'),
        [CONSUMER_METRICS.duplicates]: ofKind('duplicate'),
      });
      return appended;
    },
  };
}
