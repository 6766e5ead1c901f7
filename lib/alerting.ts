/** Alerts in a deployment: the rules' queue and Lambda, the clock that ends, repeats and looks at the alarms, PagerDuty's
 * way back, and who may reach which rows. */
import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ALARM_STATE_CHANGE } from '../src/aws/alerts/alarm-condition.ts';
import { ENVIRONMENT, type EnvironmentName } from '../src/aws/environment.ts';
import type { RuleDocument } from '../src/domain/rules/rule-book.ts';
import { TOPOLOGY } from '../src/domain/topology.ts';
import type { StoredSecretRef } from '../src/sink/options.ts';
import { type AlertRights, grantAlertRows } from './grant-alert-rows.ts';
import { grantSecret } from './grant-secret.ts';
import { QueueConsumer } from './queue-consumer.ts';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';
import { StreamFunction, type StreamFunctionProps } from './stream-function.ts';

/** What the Lambdas of alerts have beside their code. */
export interface AlertingFacts {
  /** None: only what the pipeline says of itself makes alerts. */
  readonly documents: readonly RuleDocument[];
  /** Destinations of alerts, by name. */
  readonly channels: readonly string[];
}

export interface AlertingProps extends AlertingFacts {
  readonly alerts: ITable;
  /** The bus, the tables and whom to trust, for every one of its Lambdas. */
  readonly settings: Partial<Readonly<Record<EnvironmentName, string>>>;
  readonly webhookSecret?: StoredSecretRef | undefined;
  readonly logRetentionDays: number;
  readonly alarmPrefix: string;
  readonly topic?: ITopic | undefined;
  readonly rehearsal: boolean;
}

/** The file beside the code: see `lambdas/alerts/alerting.ts`. */
export function besideCode({ documents, channels }: AlertingFacts): Readonly<Record<string, string>> {
  return { 'alerting.json': JSON.stringify({ documents, channels }) };
}

export class Alerting extends Construct {
  readonly alarms: readonly RunbookAlarm[];
  /** Where there are rules. */
  readonly rules: { readonly consumer: QueueConsumer; readonly fn: StreamFunction } | undefined;
  readonly tick: StreamFunction;
  readonly webhook: StreamFunction | undefined;
  readonly #props: AlertingProps;

  constructor(scope: Construct, id: string, props: AlertingProps) {
    super(scope, id);
    this.#props = props;
    this.rules = props.documents.length === 0 ? undefined : this.#detect();
    this.tick = this.#clock();
    this.webhook = props.webhookSecret && this.#webhookWith(props.webhookSecret);
    this.alarms = this.#alarms();
  }

  /** All of its Lambdas, each of which puts notices on the bus. */
  get functions(): readonly StreamFunction[] {
    return [this.rules?.fn, this.tick, this.webhook].filter((fn) => fn !== undefined);
  }

  #function(
    id: string,
    more: Pick<StreamFunctionProps, 'bundle' | 'description' | 'timeout' | 'memorySize'>,
    rights: AlertRights = {},
  ) {
    const { settings, alerts, logRetentionDays } = this.#props;
    const fn = new StreamFunction(this, id, {
      ...more,
      logRetentionDays,
      settings: { ...settings, [ENVIRONMENT.alertsTable]: alerts.tableName },
      beside: besideCode(this.#props),
    });
    grantAlertRows(fn, alerts, rights);
    return fn;
  }

  #detect(): NonNullable<Alerting['rules']> {
    const { rehearsal } = this.#props;
    const consumer = new QueueConsumer(this, 'Detect', TOPOLOGY.detect, { rehearsal });
    const fn = this.#function('Detector', {
      bundle: 'detect',
      description: 'Looks for what rules describe',
      timeout: consumer.timeout,
      memorySize: 1_024,
    });
    fn.addEnvironment(ENVIRONMENT.queueUrl, consumer.queue.queueUrl);
    fn.addEnvironment(ENVIRONMENT.deadLetterQueueUrl, consumer.deadLetters.queueUrl);
    consumer.consumeWith(fn, DETECT_CONCURRENCY);
    return { consumer, fn };
  }

  /** Called each minute, and when one of this stack's alarms changes. What one call misses the next one finds, so that
   * nothing is called twice and nothing waits among dead letters. */
  #clock(): StreamFunction {
    const { alarmPrefix } = this.#props;
    const tick = this.#function(
      'Tick',
      {
        bundle: 'tick',
        description: 'Ends and repeats alerts, and makes alerts of this stack’s alarms',
        timeout: Duration.seconds(60),
        memorySize: 512,
      },
      { due: true },
    );
    tick.addEnvironment(ENVIRONMENT.alarmPrefix, alarmPrefix);
    tick.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    const once = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    new Schedule(this, 'EveryMinute', {
      description: 'The clock of the alerts',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(tick, { ...once, role: this.#callerOf(tick) }),
    });
    // CloudWatch speaks on the account's own bus.
    new Rule(this, 'AlarmChanges', {
      description: 'Alarms of this stack, for the clock of the alerts',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: [ALARM_STATE_CHANGE],
        detail: { alarmName: [{ prefix: `${alarmPrefix}-` }] },
      },
      targets: [new LambdaFunction(tick, once)],
    });
    tick.addToRolePolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    Validations.of(tick.role ?? tick).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CloudWatch wants the right to all alarms, whichever are asked for; it reads only.',
    });
    return tick;
  }

  /** The CDK's own role could call every version of the function besides. */
  #callerOf(tick: StreamFunction): IRole {
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [tick.functionArn] }),
    );
    return role.withoutPolicyUpdates();
  }

  #webhookWith(secret: StoredSecretRef): StreamFunction {
    const webhook = this.#function('PagerDutyWebhook', {
      bundle: 'pagerduty-webhook',
      description: 'Acknowledges and resolves what was acknowledged and resolved at PagerDuty',
      timeout: Duration.seconds(10),
      memorySize: 512,
    });
    webhook.addEnvironment(ENVIRONMENT.pagerdutyWebhookSecret, JSON.stringify(secret));
    grantSecret(this, 'PagerDutyWebhookSecret', secret, webhook);
    // PagerDuty has no AWS credentials: the Lambda checks its signature.
    const { url } = webhook.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    new CfnOutput(this, 'WebhookUrl', {
      value: url,
      description: 'For PagerDuty’s webhook',
    }).overrideLogicalId('PagerDutyWebhookUrl');
    return webhook;
  }

  #alarms(): readonly RunbookAlarm[] {
    const { alarmPrefix: prefix, topic, rehearsal } = this.#props;
    const alarm = (id: string, props: Omit<RunbookAlarmProps, 'prefix' | 'topic'>) =>
      new RunbookAlarm(this, id, { ...props, prefix, topic });
    const minute = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };
    const alarms = [
      alarm('TickStopped', {
        kind: 'alert-clock-stopped',
        metric: this.tick.metricInvocations({ period: Duration.minutes(5), statistic: Stats.SUM }),
        threshold: 1,
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        periods: 2,
        whenSilent: true,
      }),
    ];
    if (this.rules) {
      const { queue, deadLetters } = this.rules.consumer;
      alarms.push(
        alarm('DetectDeadLetters', {
          kind: 'detect-dead-letters',
          metric: deadLetters.metricApproximateNumberOfMessagesVisible(minute),
          threshold: 0,
        }),
        alarm('DetectLate', {
          kind: 'detect-late',
          metric: queue.metricApproximateAgeOfOldestMessage(minute),
          threshold: LATE_SECONDS,
          periods: 3,
        }),
      );
    }
    // The emulator of the rehearsal refuses alarms over several metrics.
    if (!rehearsal)
      alarms.push(
        alarm('AlertsFail', { kind: 'alerts-fail', metric: this.#failures(), threshold: 0, periods: 3 }),
      );
    return alarms;
  }

  #failures(): MathExpression {
    const usingMetrics = Object.fromEntries(
      this.functions.flatMap((fn, i) => [
        [`error${i}`, fn.metricErrors({ period: Duration.minutes(1) })],
        [`throttle${i}`, fn.metricThrottles({ period: Duration.minutes(1) })],
      ]),
    );
    return new MathExpression({
      label: 'Errors and throttles of the alerts’ Lambdas',
      expression: Object.keys(usingMetrics)
        .map((name) => `FILL(${name},0)`)
        .join('+'),
      usingMetrics,
      period: Duration.minutes(1),
    });
  }
}

/** Groups that many events are of are written by one at a time: more would wait for each other. */
const DETECT_CONCURRENCY = 10;
const LATE_SECONDS = 60;
