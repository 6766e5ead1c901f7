/** The figures of a deployment's alerts: what the rules were given, and how the clock goes. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ALERT_METRICS,
  CONSUMER_METRICS,
  FUNCTION_DIMENSION,
  METRIC_NAMESPACE,
} from '../src/domain/metrics.ts';
import type { Alerting } from './alerting.ts';
import { queueMetrics } from './queue-metrics.ts';

export interface WatchedAlerts {
  readonly bus: IEventBus;
  readonly detectRuleName: string;
  readonly rules: Alerting['rules'];
  readonly tick: IFunction;
}

const HOUR = Duration.hours(1);
const MINUTE = Duration.minutes(1);

export function alertMetrics({ bus, detectRuleName, rules, tick }: WatchedAlerts) {
  const functions = rules ? [rules.fn, tick] : [tick];
  return {
    tickMs: tick.metricDuration({ period: MINUTE, statistic: Stats.MAXIMUM }),
    tickErrors: tick.metricErrors({ period: MINUTE }),
    /** By whichever Lambda found it. */
    fired: functions.map((fn) => counted(ALERT_METRICS.alerts_fired, fn)),
    ended: functions.map((fn) => counted(ALERT_METRICS.alerts_resolved, fn)),
    /** Where there are rules. */
    detect: rules && detectMetrics(bus, detectRuleName, rules.consumer),
  };
}

function counted(metricName: string, fn: IFunction): IMetric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [FUNCTION_DIMENSION]: fn.functionName },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });
}

function detectMetrics(
  bus: IEventBus,
  ruleName: string,
  { queue, deadLetters }: NonNullable<Alerting['rules']>['consumer'],
) {
  const metrics = queueMetrics({ bus, ruleName, queue, deadLetters });
  return {
    ...metrics,
    /** The bus or a person gave to the queue, and no rule has seen: in − settled − waiting. Repeats make it smaller. */
    unaccounted: (): IMetric =>
      new MathExpression({
        label: 'Unaccounted for',
        expression: 'FILL(given,0)+FILL(replayed,0)-(FILL(received,0)-FILL(retried,0))-FILL(waiting,0)',
        usingMetrics: {
          given: metrics.given(HOUR),
          replayed: metrics.counted(CONSUMER_METRICS.replayed, HOUR),
          received: metrics.counted(CONSUMER_METRICS.received, HOUR),
          retried: metrics.counted(CONSUMER_METRICS.retried, HOUR),
          waiting: metrics.waiting(HOUR),
        },
        period: HOUR,
      }),
  };
}

export type AlertMetrics = ReturnType<typeof alertMetrics>;
