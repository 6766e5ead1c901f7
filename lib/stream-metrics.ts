/** The figures of a deployment, by what they tell: read by its alarms and its dashboard. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import {
  BROADCAST_METRICS,
  CONSUMER_METRICS,
  FUNCTION_DIMENSION,
  METRIC_NAMESPACE,
} from '../src/domain/metrics.ts';
import { queueMetrics } from './queue-metrics.ts';

export interface Watched {
  readonly bus: IEventBus;
  /** As the rule is named itself, without its bus. */
  readonly recordRuleName: string;
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  readonly broadcastDeadLetters: IQueue;
  readonly broadcast: IFunction;
  readonly fanOut: IFunction;
  readonly functions: readonly IFunction[];
  readonly tables: readonly Pick<ITable, 'metric'>[];
}

const HOUR = Duration.hours(1);
const MINUTE = Duration.minutes(1);

export function streamMetrics(watched: Watched) {
  const { bus, recordRuleName, queue, deadLetters, broadcastDeadLetters, broadcast, fanOut } = watched;
  const record = queueMetrics({ bus, ruleName: recordRuleName, queue, deadLetters });
  const pushed = (metricName: string, fn: IFunction, period: Duration) =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [FUNCTION_DIMENSION]: fn.functionName },
      statistic: Stats.SUM,
      period,
    });

  return {
    events: record.given,
    recorded: (period: Duration) => record.counted(CONSUMER_METRICS.recorded, period),
    duplicates: (period: Duration) => record.counted(CONSUMER_METRICS.duplicates, period),
    rejected: (period: Duration) => record.counted(CONSUMER_METRICS.rejected, period),
    clockRefused: (period: Duration) => record.counted(CONSUMER_METRICS.clockRefused, period),
    waiting: record.waiting,
    oldestSeconds: record.oldestSeconds,
    dead: record.dead,
    broadcastDead: broadcastDeadLetters.metricApproximateNumberOfMessagesVisible({
      period: MINUTE,
      statistic: Stats.MAXIMUM,
    }),
    /** The bus or a person gave to the queue, and nobody says what became of it: in − out − waiting. Repeats make it smaller. */
    unaccounted: (): IMetric =>
      new MathExpression({
        label: 'Unaccounted for',
        expression:
          'FILL(given,0)+FILL(replayed,0)-FILL(recorded,0)-FILL(duplicates,0)-FILL(rejected,0)-FILL(waiting,0)',
        usingMetrics: {
          given: record.given(HOUR),
          replayed: record.counted(CONSUMER_METRICS.replayed, HOUR),
          recorded: record.counted(CONSUMER_METRICS.recorded, HOUR),
          duplicates: record.counted(CONSUMER_METRICS.duplicates, HOUR),
          rejected: record.counted(CONSUMER_METRICS.rejected, HOUR),
          waiting: record.waiting(HOUR),
        },
        period: HOUR,
      }),
    /** Percent of the pushes that did not arrive; the pull brings them. */
    missedPushes: (): IMetric => {
      const period = Duration.minutes(5);
      const of = (name: string) => ({
        [`${name.toLowerCase()}A`]: pushed(name, broadcast, period),
        [`${name.toLowerCase()}B`]: pushed(name, fanOut, period),
      });
      return new MathExpression({
        label: 'Missed pushes, %',
        expression:
          '100*(FILL(failedA,0)+FILL(failedB,0)+FILL(lateA,0)+FILL(lateB,0)+FILL(throttledA,0)+FILL(throttledB,0))/matchedA',
        usingMetrics: {
          matchedA: pushed(BROADCAST_METRICS.matched, broadcast, period),
          ...of(BROADCAST_METRICS.failed),
          ...of(BROADCAST_METRICS.late),
          ...of(BROADCAST_METRICS.throttled),
        },
        period,
      });
    },
    sent: (period: Duration) => pushed(BROADCAST_METRICS.sent, broadcast, period),
    broadcastMs: (statistic: string) => broadcast.metricDuration({ period: MINUTE, statistic }),
    errors: (): IMetric =>
      sumOf(
        'error',
        'Errors',
        watched.functions.map((fn) => fn.metricErrors({ period: MINUTE })),
      ),
    throttles: (): IMetric =>
      sumOf(
        'throttle',
        'Throttles',
        watched.functions.map((fn) => fn.metricThrottles({ period: MINUTE })),
      ),
    tableThrottles: (): IMetric =>
      sumOf(
        'table',
        'Throttled requests',
        watched.tables.flatMap((table) =>
          ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metric) =>
            table.metric(metric, { period: MINUTE, statistic: Stats.SUM }),
          ),
        ),
      ),
  };
}

export type StreamMetrics = ReturnType<typeof streamMetrics>;

function sumOf(id: string, label: string, metrics: readonly IMetric[]): IMetric {
  const named = Object.fromEntries(metrics.map((metric, i) => [`${id}${i}`, metric]));
  return new MathExpression({
    label,
    expression: Object.keys(named)
      .map((name) => `FILL(${name},0)`)
      .join('+'),
    usingMetrics: named,
    period: MINUTE,
  });
}
