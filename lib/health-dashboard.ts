/** One screen that answers: is anything lost, late or stuck? */
import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  PeriodOverride,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlertMetrics } from './alert-metrics.ts';
import type { RunbookAlarm } from './runbook-alarm.ts';
import type { StreamMetrics } from './stream-metrics.ts';

export interface HealthDashboardProps {
  readonly metrics: StreamMetrics;
  readonly alarms: readonly RunbookAlarm[];
  /** Where the deployment makes alerts. */
  readonly alerts?: AlertMetrics;
}

const FIVE = Duration.minutes(5);

export class HealthDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { metrics, alarms, alerts }: HealthDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', { periodOverride: PeriodOverride.INHERIT });
    const heading = (markdown: string) => new TextWidget({ markdown, width: 24, height: 1 });
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 8, height: 6, leftYAxis: { min: 0 } });
    this.dashboard.addWidgets(
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: alarms.map(({ alarm }) => alarm),
        width: 24,
        height: 3,
      }),
    );
    this.dashboard.addWidgets(heading('## Lost?'));
    this.dashboard.addWidgets(
      new SingleValueWidget({
        title: 'Unaccounted for, last hour',
        metrics: [metrics.unaccounted()],
        width: 8,
        height: 6,
      }),
      graph('Given to the trail, and what became of it', [
        metrics.events(FIVE),
        metrics.recorded(FIVE),
        metrics.duplicates(FIVE),
        metrics.rejected(FIVE),
      ]),
      graph('Dead letters', [metrics.dead, metrics.broadcastDead]),
    );
    this.dashboard.addWidgets(heading('## Late?'));
    this.dashboard.addWidgets(
      graph('Oldest event that waits, s', [metrics.oldestSeconds]),
      graph('broadcast, ms', [
        metrics.broadcastMs('p50'),
        metrics.broadcastMs('p95'),
        metrics.broadcastMs('p99'),
      ]),
      graph('Pushes, and % missed (the pull brings them)', [metrics.sent(FIVE)], [metrics.missedPushes()]),
    );
    this.dashboard.addWidgets(heading('## Stuck?'));
    this.dashboard.addWidgets(
      graph('Waiting for the trail', [metrics.waiting(FIVE)]),
      graph('Lambdas: errors, throttles', [metrics.errors(), metrics.throttles()]),
      graph('DynamoDB: throttled; clocks refused', [metrics.tableThrottles(), metrics.clockRefused(FIVE)]),
    );
    if (!alerts) return;
    const { detect, tickMs, tickErrors, fired, ended } = alerts;
    this.dashboard.addWidgets(heading('## Alerts'));
    this.dashboard.addWidgets(
      ...(detect
        ? [
            graph(
              'Given to the rules; unaccounted for, last hour',
              [detect.given(FIVE)],
              [detect.unaccounted()],
            ),
            graph(
              'Waiting for the rules, dead letters; oldest, s',
              [detect.waiting(FIVE), detect.dead],
              [detect.oldestSeconds],
            ),
          ]
        : []),
      graph('Alerts fired and ended; the clock’s errors', [...fired, ...ended], [tickErrors]),
      graph('The clock, ms', [tickMs]),
    );
  }
}
