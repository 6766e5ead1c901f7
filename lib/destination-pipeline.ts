/** A destination's own part of a deployment: rule, queue, dead letters, Lambda, its rights to its secrets and to what it
 * writes to alone, alarms. */
import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { destinationToText } from '../src/aws/deployed-destination.ts';
import { deliveriesKey } from '../src/aws/dynamo/alert-memory.ts';
import { ENVIRONMENT, type EnvironmentName } from '../src/aws/environment.ts';
import { CONSUMER_METRICS, METRIC_NAMESPACE, QUEUE_DIMENSION } from '../src/domain/metrics.ts';
import type { Destination } from '../src/sink/destination.ts';
import { withEmailTopic } from './email-topic.ts';
import { grantSecret } from './grant-secret.ts';
import { QueueConsumer } from './queue-consumer.ts';
import { RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';
import { StreamFunction } from './stream-function.ts';

export interface DestinationPipelineProps {
  readonly destination: Destination;
  readonly bus: IEventBus;
  /** Of the bus, with the destination's pattern. */
  readonly rule: Rule;
  /** For destinations that take alerts. */
  readonly alerts: ITable;
  readonly settings: Partial<Readonly<Record<EnvironmentName, string>>>;
  readonly logRetentionDays: number;
  readonly alarmPrefix: string;
  readonly topic?: ITopic | undefined;
  readonly rehearsal: boolean;
}

export class DestinationPipeline extends Construct {
  readonly alarms: readonly RunbookAlarm[];
  readonly consumer: QueueConsumer;

  constructor(scope: Construct, id: string, props: DestinationPipelineProps) {
    super(scope, id);
    const { bus, rule, alerts, settings, logRetentionDays, alarmPrefix, topic, rehearsal } = props;
    const destination = withEmailTopic(this, props.destination);
    const takesAlerts = destination.sink.takes === 'alerts';
    const consumer = new QueueConsumer(this, 'Waiting', destination.route, { rehearsal });
    const fn = new StreamFunction(this, 'Deliver', {
      bundle: 'deliver',
      description: `Brings events to ${destination.name} (${destination.sink.title})`,
      timeout: consumer.timeout,
      memorySize: 512,
      logRetentionDays,
      settings: {
        ...settings,
        ...(takesAlerts && { [ENVIRONMENT.alertsTable]: alerts.tableName }),
        [ENVIRONMENT.destination]: destinationToText(destination),
        [ENVIRONMENT.queueUrl]: consumer.queue.queueUrl,
        [ENVIRONMENT.deadLetterQueueUrl]: consumer.deadLetters.queueUrl,
      },
    });
    this.consumer = consumer;
    consumer.feedFrom(rule);
    consumer.feedFromReplays(bus);
    consumer.consumeWith(fn, destination.maxConcurrency);
    // What waits out an outage is sent anew.
    consumer.queue.grantSendMessages(fn);
    for (const [option, ref] of Object.entries(destination.secrets)) grantSecret(this, option, ref, fn);
    this.#grantRights(fn, destination);
    if (takesAlerts) this.#grantMemory(fn, destination, alerts);

    const minute = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };
    const alarm = (id: string, alarmProps: Omit<RunbookAlarmProps, 'prefix' | 'destination' | 'topic'>) =>
      new RunbookAlarm(this, id, {
        ...alarmProps,
        prefix: alarmPrefix,
        destination: destination.name,
        topic,
      });
    this.alarms = [
      alarm('DeadLetters', {
        kind: 'destination-dead-letters',
        metric: consumer.deadLetters.metricApproximateNumberOfMessagesVisible(minute),
        threshold: 0,
      }),
      alarm('Misconfigured', {
        kind: 'destination-misconfigured',
        metric: new Metric({
          namespace: METRIC_NAMESPACE,
          metricName: CONSUMER_METRICS.misconfigured,
          dimensionsMap: { [QUEUE_DIMENSION]: consumer.queue.queueName },
          statistic: Stats.SUM,
          period: Duration.minutes(5),
        }),
        threshold: 0,
      }),
      alarm('Late', {
        kind: 'destination-late',
        metric: consumer.queue.metricApproximateAgeOfOldestMessage(minute),
        threshold: LATE_SECONDS,
        periods: 5,
      }),
    ];
  }

  /** Of its own rows: what it told of which alert. */
  #grantMemory(fn: StreamFunction, { name }: Destination, alerts: ITable): void {
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [alerts.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [deliveriesKey(name)] } },
      }),
    );
  }

  /** What its sink says that it needs. Where there is a policy on the other side too, people must know the role. */
  #grantRights(fn: StreamFunction, { name, sink, settings }: Destination): void {
    const rights = sink.rights?.(settings) ?? [];
    for (const { actions, resources } of rights) {
      fn.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
      for (const resource of resources.filter((one) => one.includes('*')))
        Validations.of(fn.role ?? fn).acknowledge({
          id: `AwsSolutions-IAM5[Resource::${resource}]`,
          reason: `The destination ${name} writes there, under names that are not known before.`,
        });
    }
    if (rights.length > 0)
      new CfnOutput(this, 'Role', {
        value: fn.role?.roleArn ?? '',
        description: `Who writes to ${name}, for policies that name it`,
      });
  }
}

const LATE_SECONDS = 900;
