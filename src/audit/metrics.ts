/** Performance as CloudWatch metrics: one line for each invocation in the Embedded Metric Format, without a call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { MIDDLEWARE_METRICS, MIDDLEWARE_NAMESPACE } from '../domain/metrics.ts';
import type { AuditOptions } from './options.ts';
import { environmentOf } from './running-in.ts';

export interface Metrics {
  /** A failure of the middleware's own: counted with the next line. */
  failed(): void;
  line(record: AuditEvent, overheadMs: number): string;
}

/** Two dimensions, which a process never changes: the service and its environment. */
export function makeMetrics(options: AuditOptions): Metrics {
  const { service, metrics = process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined } = options;
  const described = JSON.stringify([
    {
      Namespace: MIDDLEWARE_NAMESPACE,
      Dimensions: [['Service', 'Environment']],
      Metrics: Object.entries(MIDDLEWARE_METRICS).map(([Name, Unit]) => ({ Name, Unit })),
    },
  ]);
  const dimensions = JSON.stringify({ Service: service, Environment: environmentOf(options) }).slice(1, -1);
  let failures = 0;
  return {
    failed() {
      failures++;
    },
    line({ performance, source, outcome, recordedAt }, overheadMs) {
      if (!metrics) return '';
      const values: Record<keyof typeof MIDDLEWARE_METRICS, number> = {
        Duration: performance?.durationMs ?? 0,
        AuditOverhead: Math.round(overheadMs * 1_000) / 1_000,
        MemoryUsed: performance?.memoryUsedMb ?? 0,
        RemainingTime: performance?.remainingMs ?? 0,
        ColdStarts: source.coldStart ? 1 : 0,
        Errors: outcome === 'error' ? 1 : 0,
        AuditFailures: failures,
      };
      failures = 0;
      const head = `{"_aws":{"Timestamp":${Date.parse(recordedAt)},"CloudWatchMetrics":${described}},${dimensions}`;
      return `${head},${JSON.stringify(values).slice(1)}\n`;
    },
  };
}
