/** The alarms of a deployment: what may be lost, late or stuck. Each has its article in docs/runbook.md. */
import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';
import type { StreamMetrics } from './stream-metrics.ts';

export interface AlarmsProps {
  readonly metrics: StreamMetrics;
  readonly prefix: string;
  readonly topic?: ITopic | undefined;
  /** The emulator of the rehearsal refuses alarms over several metrics. */
  readonly withMetricMath: boolean;
}

export class Alarms extends Construct {
  readonly all: readonly RunbookAlarm[];

  constructor(scope: Construct, id: string, { metrics, prefix, topic, withMetricMath }: AlarmsProps) {
    super(scope, id);
    const alarm = (name: string, props: Omit<RunbookAlarmProps, 'prefix' | 'topic'>) =>
      new RunbookAlarm(this, name, { ...props, prefix, topic });
    this.all = [
      alarm('DeadLetters', {
        kind: 'dead-letters',
        metric: metrics.dead,
        threshold: 0,
      }),
      alarm('BroadcastDeadLetters', {
        kind: 'broadcast-dead-letters',
        metric: metrics.broadcastDead,
        threshold: 0,
      }),
      alarm('TrailLate', {
        kind: 'trail-late',
        metric: metrics.oldestSeconds,
        threshold: 60,
        periods: 3,
      }),
      alarm('ClockWrong', {
        kind: 'clock-wrong',
        metric: metrics.clockRefused(Duration.minutes(1)),
        threshold: 0,
      }),
      alarm('Silence', {
        kind: 'no-events',
        metric: metrics.events(Duration.days(1)),
        threshold: 1,
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        whenSilent: true,
      }),
      ...(withMetricMath
        ? [
            alarm('Unaccounted', {
              kind: 'unaccounted',
              metric: metrics.unaccounted(),
              threshold: 0,
              periods: 3,
            }),
            alarm('MissedPushes', {
              kind: 'pushes-missed',
              metric: metrics.missedPushes(),
              threshold: 5,
              periods: 3,
            }),
            alarm('Errors', {
              kind: 'lambda-fails',
              metric: metrics.errors(),
              threshold: 0,
              periods: 3,
            }),
            alarm('Throttles', {
              kind: 'lambda-throttled',
              metric: metrics.throttles(),
              threshold: 0,
              periods: 3,
            }),
            alarm('TableThrottles', {
              kind: 'table-throttled',
              metric: metrics.tableThrottles(),
              threshold: 0,
              periods: 5,
            }),
          ]
        : []),
    ];
  }
}
