/** The construct: audit events in, live to those who may see them, and on record. */
import { CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { type CfnRule, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as AwsLambda } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT, type EnvironmentName } from '../src/aws/environment.ts';
import { SYSTEM_SOURCE } from '../src/domain/bus-event.ts';
import { TOPOLOGY } from '../src/domain/topology.ts';
import { AuditBus } from './audit-bus.ts';
import { LiveStream } from './live-stream.ts';
import { QueueConsumer } from './queue-consumer.ts';
import { StreamFunction } from './stream-function.ts';
import { Tables } from './tables.ts';

export interface AuditStreamProps {
  /** OIDC issuer of viewers' tokens, exactly as they name it in `iss`. Default: nobody is let in. */
  readonly issuer?: string;
  /** What tokens must name in `aud`. Default `audit-stream`. */
  readonly audience?: string;
  /** The claim that names a viewer's tenant or tenants. Default `tenant_id`. */
  readonly tenantClaim?: string;
  /** The claim that names a viewer's roles. Default `roles`. */
  readonly rolesClaim?: string;
  /** Browsers' origins that may connect, as `https://host`. Default: none; programs that are no browsers need none. */
  readonly allowedOrigins?: readonly string[];
  /** Bus source → tenants that it may write into. Default: any source is trusted. */
  readonly producers?: Readonly<Record<string, readonly string[]>>;
  /** How long viewers can go back, in days. Default 7. */
  readonly trailRetentionDays?: number;
  /** How long the archive keeps events for replay, in days. Default 30. */
  readonly archiveRetentionDays?: number;
  /** An existing bus. Default: a new one. */
  readonly bus?: IEventBus;
  /** `source.environment` of the system's own events. Default `default`. */
  readonly environment?: string;
  /** Protects the trail from deletion. Default true. */
  readonly production?: boolean;
  /** For the rehearsal against an emulator: leaves out what that does not know, see docs/decisions/rehearsal.md. */
  readonly rehearsal?: boolean;
}

export class AuditStream extends Construct {
  readonly bus: IEventBus;
  /** Where viewers connect. */
  readonly streamUrl: string;

  constructor(scope: Construct, id: string, props: AuditStreamProps = {}) {
    super(scope, id);
    const { rehearsal = false, production = true } = props;
    const trailDays = props.trailRetentionDays ?? 7;
    const { bus } = new AuditBus(this, 'Bus', {
      ...(props.bus && { bus: props.bus }),
      archiveRetentionDays: props.archiveRetentionDays ?? 30,
      withArchive: !rehearsal,
    });
    this.bus = bus;
    const tables = new Tables(this, 'Tables', { production });
    const connectionsTable = { [ENVIRONMENT.connectionsTable]: tables.connections.tableName };
    const trailTable = {
      [ENVIRONMENT.trailTable]: tables.trail.tableName,
      [ENVIRONMENT.trailDays]: String(trailDays),
    };
    const producers = props.producers ? { [ENVIRONMENT.producers]: JSON.stringify(props.producers) } : {};
    const access = {
      ...(props.issuer !== undefined && { [ENVIRONMENT.issuer]: props.issuer }),
      [ENVIRONMENT.audience]: props.audience ?? 'audit-stream',
      [ENVIRONMENT.tenantClaim]: props.tenantClaim ?? 'tenant_id',
      [ENVIRONMENT.rolesClaim]: props.rolesClaim ?? 'roles',
      [ENVIRONMENT.allowedOrigins]: JSON.stringify(props.allowedOrigins ?? []),
    };
    const ownEvents = {
      [ENVIRONMENT.busName]: bus.eventBusName,
      [ENVIRONMENT.environment]: props.environment ?? 'default',
    };
    const lambda = (
      name: string,
      bundle: string,
      description: string,
      settings: Partial<Record<EnvironmentName, string>>,
      { timeout = Duration.seconds(10), memorySize = 512 } = {},
    ) =>
      new StreamFunction(this, name, {
        bundle,
        description,
        settings,
        timeout,
        memorySize,
        logRetention: RetentionDays.ONE_MONTH,
      });

    const recording = new QueueConsumer(this, 'Record', TOPOLOGY.record);
    const queues = {
      [ENVIRONMENT.recordQueueUrl]: recording.queue.queueUrl,
      [ENVIRONMENT.recordDeadLetterQueueUrl]: recording.deadLetters.queueUrl,
    };
    const recordRule = this.#rule(
      'RecordRule',
      TOPOLOGY.record.pattern,
      'Audit events and alerts, for the trail',
    );

    const connect = lambda('Connect', 'connect', 'Lets viewers in', {
      ...connectionsTable,
      ...access,
      ...ownEvents,
    });
    const disconnect = lambda('Disconnect', 'disconnect', 'Forgets viewers', connectionsTable);
    const subscribe = lambda('Subscribe', 'subscribe', 'Begins and ends subscriptions', {
      ...connectionsTable,
      ...access,
      ...ownEvents,
    });
    const pull = lambda(
      'Pull',
      'pull',
      'Reads the trail for viewers',
      { ...connectionsTable, ...trailTable },
      { memorySize: 1_024 },
    );
    const operate = lambda('Operate', 'operate', 'Answers operators: books and dead letters', {
      ...connectionsTable,
      ...trailTable,
      ...ownEvents,
      ...queues,
      [ENVIRONMENT.recordRuleName]: recordRule.ruleName,
    });
    const fanOut = lambda('FanOut', 'fan-out', 'Pushes a part of a large fan-out', connectionsTable, {
      memorySize: 1_024,
    });
    const broadcast = lambda(
      'Broadcast',
      'broadcast',
      'Pushes events to the viewers whose filters match',
      { ...connectionsTable, ...producers, [ENVIRONMENT.fanOutFunction]: fanOut.functionName },
      { memorySize: 1_024 },
    );
    const record = lambda(
      'Recorder',
      'record',
      'Appends events to the trail',
      { ...trailTable, ...producers, ...queues },
      { timeout: recording.timeout, memorySize: 1_024 },
    );

    const live = new LiveStream(this, 'Live', {
      connect,
      disconnect,
      subscribe,
      pull,
      operate,
      withRouteResponses: !rehearsal,
    });
    this.streamUrl = live.stage.url;
    const endpoint = rehearsal ? this.#rehearsedEndpoint(live) : live.managementEndpoint;
    for (const fn of [subscribe, pull, operate, broadcast, fanOut]) {
      fn.addEnvironment(ENVIRONMENT.managementEndpoint, endpoint);
      live.grantSpeak(fn);
    }

    for (const fn of [connect, disconnect, subscribe, broadcast, fanOut])
      tables.connections.grant(
        fn,
        ...['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].map(
          (name) => `dynamodb:${name}`,
        ),
      );
    for (const fn of [pull, operate]) {
      tables.connections.grant(fn, 'dynamodb:GetItem', 'dynamodb:Query');
      tables.trail.grant(fn, 'dynamodb:GetItem', 'dynamodb:Query');
    }
    tables.trail.grant(record, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem');
    for (const fn of [connect, subscribe, operate]) this.#grantOwnEvents(fn);
    fanOut.grantInvoke(broadcast);
    recording.queue.grant(operate, 'sqs:GetQueueAttributes');
    recording.deadLetters.grant(
      operate,
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:ChangeMessageVisibility',
    );
    operate.addToRolePolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ['cloudwatch:GetMetricData'], resources: ['*'] }),
    );

    recording.feedFrom(recordRule);
    recording.consumeWith(record);
    this.#broadcastWith(broadcast, fanOut);
    this.#outputs();
  }

  /** Lets a producer put events on the bus, of one source only if it is named. */
  grantPutEvents(producer: IGrantable, source?: string): void {
    producer.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        ...(source !== undefined && { conditions: { StringEquals: { 'events:source': source } } }),
      }),
    );
  }

  #grantOwnEvents(fn: AwsLambda): void {
    this.grantPutEvents(fn, SYSTEM_SOURCE);
  }

  /** The pattern as the topology has it: the construct's own type does not know `replay-name`. */
  #rule(id: string, pattern: object, description: string): Rule {
    const rule = new Rule(this, id, { eventBus: this.bus, description, eventPattern: { source: ['audit'] } });
    (rule.node.defaultChild as CfnRule).eventPattern = pattern;
    return rule;
  }

  #broadcastWith(broadcast: AwsLambda, fanOut: AwsLambda): void {
    const { pattern, retryAttempts, maxAgeSeconds } = TOPOLOGY.broadcast;
    const once = { retryAttempts, maxEventAge: Duration.seconds(maxAgeSeconds) };
    const deadLetterQueue = new Queue(this, 'BroadcastDeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    broadcast.configureAsyncInvoke(once);
    fanOut.configureAsyncInvoke(once);
    this.#rule('BroadcastRule', pattern, 'Audit events and alerts, live').addTarget(
      new LambdaFunction(broadcast, { ...once, deadLetterQueue }),
    );
  }

  #rehearsedEndpoint(live: LiveStream): string {
    const base = new CfnParameter(Stack.of(this), 'ManagementBaseUrl', {
      description: 'Where the emulator serves @connections',
    });
    return `${base.valueAsString}/${live.api.apiId}/${live.stage.stageName}`;
  }

  #outputs(): void {
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    output('StreamUrl', this.streamUrl, 'Where viewers connect');
    output('BusName', this.bus.eventBusName, 'Where producers put events');
    output('BusArn', this.bus.eventBusArn, 'The same, for policies and other accounts');
  }
}
