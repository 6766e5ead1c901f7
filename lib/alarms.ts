/** The alarms of a deployment: what may be lost, late or stuck. Each has its article in docs/runbook.md. */
import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';
import type { StreamMetrics } from './stream-metrics.ts';

export interface AlarmsProps {
  readonly metrics: StreamMetrics;
  readonly topic?: ITopic | undefined;
  /** The emulator of the rehearsal refuses alarms over several metrics. */
  readonly withMetricMath: boolean;
}

export class Alarms extends Construct {
  readonly all: readonly RunbookAlarm[];

  constructor(scope: Construct, id: string, { metrics, topic, withMetricMath }: AlarmsProps) {
    super(scope, id);
    const alarm = (name: string, props: Omit<RunbookAlarmProps, 'topic'>) =>
      new RunbookAlarm(this, name, { ...props, topic });
    this.all = [
      alarm('DeadLetters', {
        article: 'Events wait in the dead letters',
        metric: metrics.dead,
        threshold: 0,
      }),
      alarm('BroadcastDeadLetters', {
        article: 'The bus could not call broadcast',
        metric: metrics.broadcastDead,
        threshold: 0,
      }),
      alarm('TrailLate', {
        article: 'The trail is late',
        metric: metrics.oldestSeconds,
        threshold: 60,
        periods: 3,
      }),
      alarm('ClockWrong', {
        article: 'A clock is wrong',
        metric: metrics.clockRefused(Duration.minutes(1)),
        threshold: 0,
      }),
      alarm('Silence', {
        article: 'No audit event for a day',
        metric: metrics.events(Duration.days(1)),
        threshold: 1,
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        whenSilent: true,
      }),
      ...(withMetricMath
        ? [
            alarm('Unaccounted', {
              article: 'Something is unaccounted for',
              metric: metrics.unaccounted(),
              threshold: 0,
              periods: 3,
            }),
            alarm('MissedPushes', {
              article: 'Pushes are missed',
              metric: metrics.missedPushes(),
              threshold: 5,
              periods: 3,
            }),
            alarm('Errors', {
              article: 'A Lambda fails',
              metric: metrics.errors(),
              threshold: 0,
              periods: 3,
            }),
            alarm('Throttles', {
              article: 'Lambdas are throttled',
              metric: metrics.throttles(),
              threshold: 0,
              periods: 3,
            }),
            alarm('TableThrottles', {
              article: 'DynamoDB throttles',
              metric: metrics.tableThrottles(),
              threshold: 0,
              periods: 5,
            }),
          ]
        : []),
    ];
  }
}
