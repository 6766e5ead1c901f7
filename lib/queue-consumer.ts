/** A consumer behind its own queue and dead-letter queue, as the topology describes it. */
import { Arn, ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type IQueue, Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { REPLAY_RULE_PREFIX } from '../src/domain/replay-fence.ts';
import type { QueuedRoute } from '../src/domain/topology.ts';

/** Lambda wants as much for batches over 10.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const LARGE_BATCH_WINDOW_MS = 1_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_FACTOR = 6;

export class QueueConsumer extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** How long the consumer may take: give its function this timeout. */
  readonly timeout: Duration;
  readonly #route: QueuedRoute;
  /** The emulator of the rehearsal speaks plain HTTP, and knows each batch call as an action of its own. */
  readonly #rehearsal: boolean;
  readonly #windowMs: number;

  constructor(scope: Construct, id: string, route: QueuedRoute, { rehearsal = false } = {}) {
    super(scope, id);
    this.#route = route;
    this.#rehearsal = rehearsal;
    this.#windowMs =
      route.batchSize > 10 ? Math.max(LARGE_BATCH_WINDOW_MS, route.batchWindowMs) : route.batchWindowMs;
    this.timeout = Duration.millis(route.visibilityMs);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !rehearsal,
      retentionPeriod: Duration.days(route.deadLetterRetentionDays),
      redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL },
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !rehearsal,
      retentionPeriod: Duration.days(route.retentionDays),
      visibilityTimeout: Duration.millis(VISIBILITY_FACTOR * route.visibilityMs + this.#windowMs),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: route.maxReceives },
    });
    if (rehearsal) for (const queue of [this.queue, this.deadLetters]) acknowledgePlainHttp(queue);
  }

  /** Events of the rule wait in the queue. */
  feedFrom(rule: Rule): void {
    rule.addTarget(new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters }));
  }

  /** And so do those of rules that are there for one filtered replay, which are none of the stack's. Whoever may make
   * such rules may have them send any text: not for the trail.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions */
  feedFromReplays(bus: IEventBus): void {
    const rules = Arn.format(
      {
        service: 'events',
        resource: 'rule',
        // A rule of the default bus is named without it.
        resourceName: `${bus.eventBusName === 'default' ? '' : `${bus.eventBusName}/`}${REPLAY_RULE_PREFIX}*`,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      },
      Stack.of(this),
    );
    for (const queue of [this.queue, this.deadLetters])
      queue.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnLike: { 'aws:SourceArn': rules } },
        }),
      );
  }

  /** The function may work with the dead letters: look at them, send them back to the queue, delete them. */
  letWork(fn: IFunction): void {
    this.queue.grant(fn, 'sqs:GetQueueAttributes', 'sqs:SendMessage');
    grantDeadLetters(this.deadLetters, fn, this.#rehearsal);
    if (this.#rehearsal) this.queue.grant(fn, 'sqs:SendMessageBatch');
  }

  /** The function takes them from there, and may give single ones up. */
  consumeWith(fn: IFunction, maxConcurrency = MAX_CONCURRENCY): void {
    fn.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: this.#route.batchSize,
        maxBatchingWindow: Duration.millis(this.#windowMs),
        reportBatchItemFailures: true,
        maxConcurrency,
      }),
    );
    this.queue.grant(fn, 'sqs:ChangeMessageVisibility');
    this.deadLetters.grantSendMessages(fn);
    if (!this.#rehearsal) return;
    this.queue.grant(fn, 'sqs:SendMessageBatch', 'sqs:ChangeMessageVisibilityBatch');
    this.deadLetters.grant(fn, 'sqs:SendMessageBatch');
  }
}

/** To look at them and to delete them; where they go back to is another queue. */
export function grantDeadLetters(deadLetters: IQueue, fn: IFunction, rehearsal: boolean): void {
  deadLetters.grant(
    fn,
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    ...(rehearsal ? ['sqs:DeleteMessageBatch', 'sqs:ChangeMessageVisibilityBatch'] : []),
  );
}

export function acknowledgePlainHttp(queue: Queue): void {
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS4',
    reason: 'Only in the rehearsal: its emulator speaks plain HTTP.',
  });
}

/** So that one consumer cannot take the whole account's Lambdas. */
const MAX_CONCURRENCY = 50;
