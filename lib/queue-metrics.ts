/** The figures of one queue and its consumer, by what they tell. */
import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { type CONSUMER_METRICS, METRIC_NAMESPACE, QUEUE_DIMENSION } from '../src/domain/metrics.ts';

export interface WatchedQueue {
  readonly bus: IEventBus;
  /** Of the rule that feeds it, as it is named itself, without its bus. */
  readonly ruleName: string;
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
}

const MINUTE = Duration.minutes(1);

/** A metric over `period`; each call makes its own, because CloudWatch wants one period in an expression. */
export function queueMetrics({ bus, ruleName, queue, deadLetters }: WatchedQueue) {
  return {
    /** What the bus gave to the queue. */
    given: (period: Duration) =>
      new Metric({
        namespace: 'AWS/Events',
        metricName: 'Invocations',
        // A rule of the default bus is named without it.
        dimensionsMap: {
          ...(bus.eventBusName !== 'default' && { EventBusName: bus.eventBusName }),
          RuleName: ruleName,
        },
        statistic: Stats.SUM,
        period,
      }),
    /** What the consumer counts. */
    counted: (metricName: (typeof CONSUMER_METRICS)[keyof typeof CONSUMER_METRICS], period: Duration) =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        dimensionsMap: { [QUEUE_DIMENSION]: queue.queueName },
        statistic: Stats.SUM,
        period,
      }),
    waiting: (period: Duration) =>
      queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
    oldestSeconds: queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: Stats.MAXIMUM }),
    dead: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: Stats.MAXIMUM }),
  };
}
