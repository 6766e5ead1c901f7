/** Counts as metrics without a call: one log line in the Embedded Metric Format, which CloudWatch turns into metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
import { METRIC_NAMESPACE } from '../domain/metrics.ts';

export interface CountMetricsOptions {
  readonly dimension: { readonly name: string; readonly value: string };
  readonly now?: () => number;
  /** Takes one whole line. */
  readonly write?: (line: string) => void;
}

/** Metric name → count. What is 0 is left out: no data is 0 to whoever sums up. */
export type CountMetrics = (counts: Readonly<Record<string, number>>) => void;

export function makeCountMetrics(options: CountMetricsOptions): CountMetrics {
  const { dimension, now = Date.now, write = (line) => void process.stdout.write(`${line}\n`) } = options;
  return (counts) => {
    const counted = Object.entries(counts).filter(([, count]) => count > 0);
    if (counted.length === 0) return;
    write(
      JSON.stringify({
        _aws: {
          Timestamp: now(),
          CloudWatchMetrics: [
            {
              Namespace: METRIC_NAMESPACE,
              Dimensions: [[dimension.name]],
              Metrics: counted.map(([name]) => ({ Name: name, Unit: 'Count' })),
            },
          ],
        },
        [dimension.name]: dimension.value,
        ...Object.fromEntries(counted),
      }),
    );
  };
}
