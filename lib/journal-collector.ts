/** The way back of what audited functions journalled: their logs → one Lambda → the bus. */
import { Duration, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as AwsLambda } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { FilterPattern, type ILogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../src/aws/environment.ts';
import { subscriptionName } from '../src/aws/journal/subscription-name.ts';
import { acknowledgePlainHttp } from './queue-consumer.ts';
import { RunbookAlarm } from './runbook-alarm.ts';
import { StreamFunction } from './stream-function.ts';

export interface JournalCollectorProps {
  readonly bus: IEventBus;
  readonly logRetentionDays: number;
  readonly alarmPrefix: string;
  readonly topic?: ITopic | undefined;
  /** Its emulator does not know whose an event is, and speaks plain HTTP. */
  readonly rehearsal: boolean;
}

export class JournalCollector extends Construct {
  readonly alarm: RunbookAlarm;
  readonly deadLetters: Queue;
  readonly #fn: StreamFunction;

  constructor(scope: Construct, id: string, props: JournalCollectorProps) {
    super(scope, id);
    const { bus, logRetentionDays, alarmPrefix, topic, rehearsal } = props;
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !rehearsal,
      retentionPeriod: Duration.days(14),
    });
    this.deadLetters = deadLetters;
    this.#fn = new StreamFunction(this, 'Journal', {
      bundle: 'journal',
      description: 'Brings journalled records to the bus',
      timeout: Duration.seconds(30),
      memorySize: 512,
      logRetentionDays,
      settings: {
        [ENVIRONMENT.busName]: bus.eventBusName,
        [ENVIRONMENT.journalDeadLetterQueueUrl]: deadLetters.queueUrl,
      },
    });
    // CloudWatch Logs calls it asynchronously: Lambda tries twice more, for six hours where it is throttled.
    this.#fn.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(deadLetters),
    });
    deadLetters.grantSendMessages(this.#fn);
    this.#fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        ...(!rehearsal && { conditions: { StringLike: { 'events:source': 'audit.*' } } }),
      }),
    );
    this.alarm = new RunbookAlarm(this, 'JournalDeadLetters', {
      kind: 'journal-dead-letters',
      prefix: alarmPrefix,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 0,
      topic,
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, of the Lambda that reads journals.',
    });
    if (rehearsal) acknowledgePlainHttp(deadLetters);
  }

  /** Everything that `fn` journals from now on comes to the bus as `service`'s. */
  collect(fn: AwsLambda, service: string, logGroup: ILogGroup): void {
    new SubscriptionFilter(fn, 'AuditJournal', {
      logGroup,
      destination: new LambdaDestination(this.#fn),
      filterPattern: FilterPattern.literal('{ $.auditStreamJournal = 1 }'),
      filterName: subscriptionName(service),
    });
  }
}
