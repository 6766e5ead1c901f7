/** The construct: audit events in, live to those who may see them, and on record. */
import { Annotations, CfnOutput, CfnParameter, Duration, Names, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type CfnRule, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as AwsLambda } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT, type EnvironmentName } from '../src/aws/environment.ts';
import { SYSTEM_SERVICE, SYSTEM_SOURCE } from '../src/domain/bus-event.ts';
import { busSourceOf } from '../src/domain/service-name.ts';
import { TOPOLOGY } from '../src/domain/topology.ts';
import { Alarms } from './alarms.ts';
import { alertMetrics } from './alert-metrics.ts';
import { alertChannels, readAlertRules } from './alert-rules.ts';
import { Alerting, type AlertingFacts, besideCode } from './alerting.ts';
import { AuditBus } from './audit-bus.ts';
import { type AuditedOptions, checkService } from './audited-options.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { DestinationPipeline } from './destination-pipeline.ts';
import { grantAlertRows } from './grant-alert-rows.ts';
import { HealthDashboard } from './health-dashboard.ts';
import { JournalCollector } from './journal-collector.ts';
import { LiveStream } from './live-stream.ts';
import { acknowledgePlainHttp, grantDeadLetters, QueueConsumer } from './queue-consumer.ts';
import { readDestinations } from './read-destinations.ts';
import type { RunbookAlarm } from './runbook-alarm.ts';
import { StreamFunction, type StreamFunctionProps } from './stream-function.ts';
import { streamMetrics } from './stream-metrics.ts';
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
  /** Where events go besides the trail, by name: docs/delivery.md. Default: nowhere. */
  readonly destinations?: Configuration['destinations'];
  /** Folder of the rules that make alerts of events: docs/rules.md. Default: none; where there are destinations of alerts,
   * they hear of this stack's own alarms. */
  readonly alertRules?: string;
  /** Where the secret of PagerDuty's webhook is, as for destinations: what is acknowledged or resolved at PagerDuty is so
   * here too. Default: PagerDuty cannot say. */
  readonly pagerdutyWebhookSecret?: Configuration['pagerdutyWebhookSecret'];
  /** Where the page is, for the links of alerts. Default: they have none. */
  readonly dashboardUrl?: string;
  /** How long viewers can go back, in days. Default 7. */
  readonly trailRetentionDays?: number;
  /** How long the archive keeps events for replay, in days. Default 30. */
  readonly archiveRetentionDays?: number;
  /** How long logs are kept, in days: one of CloudWatch's spans. Default 30. */
  readonly logRetentionDays?: number;
  /** An existing bus. Default: a new one. */
  readonly bus?: IEventBus;
  /** Who hears of alarms, by e-mail: AWS asks the address to confirm. Default: nobody. */
  readonly alarmEmail?: string;
  /** Who hears of alarms: an existing topic. Default: a new one if there is `alarmEmail`. */
  readonly alarmTopic?: ITopic;
  /** The account lets API Gateway write logs already. Default false: this stack sees to it, for account and region. */
  readonly apiGatewayLogRoleExists?: boolean;
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
  readonly #alarms: RunbookAlarm[];
  readonly #journal: () => JournalCollector;
  readonly #environment: string;
  readonly #rehearsal: boolean;

  constructor(scope: Construct, id: string, props: AuditStreamProps = {}) {
    super(scope, id);
    const { rehearsal = false, production = true } = props;
    checkProps(props);
    if (props.issuer === undefined) this.#warn('no-issuer', NO_ISSUER);
    if (props.producers === undefined) this.#warn('any-producer', ANY_PRODUCER);
    this.#rehearsal = rehearsal;
    const logRetentionDays = props.logRetentionDays ?? 30;
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
      more: Partial<Pick<StreamFunctionProps, 'timeout' | 'memorySize' | 'beside'>> = {},
    ) =>
      new StreamFunction(this, name, {
        bundle,
        description,
        settings,
        timeout: Duration.seconds(10),
        memorySize: 512,
        logRetentionDays,
        ...more,
      });

    const destinations = readDestinations(props.destinations ?? {}, 'destinations', []);
    const alerting = alertingOf(props.alertRules, alertChannels(destinations));
    const alertsSettings =
      props.dashboardUrl === undefined ? {} : { [ENVIRONMENT.dashboardUrl]: props.dashboardUrl };

    const recording = new QueueConsumer(this, 'Record', TOPOLOGY.record, { rehearsal });
    const queues = {
      [ENVIRONMENT.recordQueueUrl]: recording.queue.queueUrl,
      [ENVIRONMENT.recordDeadLetterQueueUrl]: recording.deadLetters.queueUrl,
    };
    const recordRuleName = this.#ruleName('RecordRule');
    const recordRule = this.#rule(
      'RecordRule',
      TOPOLOGY.record.pattern,
      'Audit events and alerts, for the trail',
      recordRuleName,
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
    const operate = lambda(
      'Operate',
      'operate',
      'Answers operators: books, dead letters and alerts',
      {
        ...connectionsTable,
        ...ownEvents,
        ...queues,
        [ENVIRONMENT.recordRuleName]: recordRuleName,
        ...(alerting && { ...alertsSettings, [ENVIRONMENT.alertsTable]: tables.alerts.tableName }),
      },
      alerting && { beside: besideCode(alerting) },
    );
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
      logRetentionDays,
      logRoleExists: props.apiGatewayLogRoleExists ?? false,
      withRouteResponses: !rehearsal,
    });
    this.streamUrl = live.stage.url;
    const endpoint = rehearsal ? this.#rehearsedEndpoint(live) : live.managementEndpoint;
    for (const fn of [subscribe, pull, operate, broadcast, fanOut]) {
      fn.addEnvironment(ENVIRONMENT.managementEndpoint, endpoint);
      live.grantSpeak(fn);
    }

    const connections = (fn: AwsLambda, ...actions: readonly string[]) =>
      tables.connections.grant(fn, ...actions.map((action) => `dynamodb:${action}`));
    connections(connect, 'PutItem', 'UpdateItem', 'Query', 'DeleteItem');
    connections(subscribe, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    for (const fn of [disconnect, broadcast, fanOut])
      connections(fn, 'GetItem', 'Query', 'UpdateItem', 'DeleteItem', 'BatchWriteItem');
    for (const fn of [pull, operate]) connections(fn, 'GetItem', 'Query');
    tables.trail.grant(pull, 'dynamodb:GetItem', 'dynamodb:Query');
    tables.trail.grant(record, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    if (alerting) grantAlertRows(operate, tables.alerts as unknown as ITable, { silences: true });
    broadcast.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fanOut.functionArn] }),
    );
    operate.addToRolePolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ['cloudwatch:GetMetricData'], resources: ['*'] }),
    );

    Validations.of(operate.role ?? operate).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'GetMetricData cannot be limited to resources, and reads figures only.',
    });
    recording.feedFrom(recordRule);
    recording.consumeWith(record);
    const broadcastDeadLetters = this.#broadcastWith(broadcast, fanOut);
    const topic = props.alarmTopic ?? this.#alarmTopic(props.alarmEmail);
    const alarmPrefix = alarmPrefixOf(this);
    const alerts =
      alerting &&
      new Alerting(this, 'Alerting', {
        ...alerting,
        alerts: tables.alerts as unknown as ITable,
        settings: { ...connectionsTable, ...producers, ...ownEvents, ...alertsSettings },
        webhookSecret: props.pagerdutyWebhookSecret,
        logRetentionDays,
        alarmPrefix,
        topic,
        rehearsal,
      });
    const detectRuleName = this.#ruleName('DetectRule');
    alerts?.rules?.consumer.feedFrom(
      this.#rule('DetectRule', TOPOLOGY.detect.pattern, 'Audit events, for the rules', detectRuleName),
    );
    const metrics = streamMetrics({
      bus,
      recordRuleName,
      queue: recording.queue,
      deadLetters: recording.deadLetters,
      broadcastDeadLetters,
      broadcast,
      fanOut,
      functions: [connect, disconnect, subscribe, pull, operate, broadcast, fanOut, record],
      tables: [tables.connections, tables.trail, tables.alerts],
    });
    const alarms = new Alarms(this, 'Alarms', {
      metrics,
      prefix: alarmPrefix,
      topic,
      withMetricMath: !rehearsal,
    });
    this.#alarms = [...alarms.all, ...(alerts?.alarms ?? [])];
    this.#environment = props.environment ?? 'default';
    this.#journal = once(() => {
      const collector = new JournalCollector(this, 'Journal', {
        bus,
        logRetentionDays,
        alarmPrefix,
        topic,
        rehearsal,
      });
      this.#alarms.push(collector.alarm);
      return collector;
    });
    const consumers = new Map([[TOPOLOGY.record.name as string, recording]]);
    if (alerts?.rules) consumers.set(TOPOLOGY.detect.name, alerts.rules.consumer);
    for (const destination of destinations) {
      const { name, sink, route } = destination;
      const pipeline = new DestinationPipeline(this, `Destination-${name}`, {
        destination,
        bus,
        rule: this.#rule(
          `Destination-${name}-Rule`,
          route.pattern,
          `Audit events for ${name} (${sink.title})`,
        ),
        alerts: tables.alerts as unknown as ITable,
        settings: producers,
        logRetentionDays,
        alarmPrefix,
        topic,
        rehearsal,
      });
      this.#alarms.push(...pipeline.alarms);
      consumers.set(name, pipeline.consumer);
    }
    new HealthDashboard(this, 'Health', {
      metrics,
      alarms: this.#alarms,
      ...(alerts && { alerts: alertMetrics({ bus, detectRuleName, ...alerts }) }),
    });
    this.#letWork(operate, consumers, broadcastDeadLetters);
    const calledByPeople = [connect, subscribe, operate, ...(alerts?.webhook ? [alerts.webhook] : [])];
    for (const fn of new Set([...calledByPeople, ...(alerts?.functions ?? [])]))
      this.grantPutEvents(fn, SYSTEM_SOURCE);
    for (const fn of calledByPeople) this.#journal().collect(fn, SYSTEM_SERVICE, fn.logGroup);
    this.#outputs();
  }

  /** For actions of your own. */
  get alarms(): readonly RunbookAlarm[] {
    return this.#alarms;
  }

  /** All that a function with the middleware needs: it may put events of its service on the bus, knows where that is, and
   * what it journals is collected.
   * @throws Error when `service` is no name of a service. */
  auditedBy(fn: AwsLambda, options: AuditedOptions): void {
    const { service, collectJournal = true, ...logs } = options;
    checkService(service);
    this.grantPutEvents(fn, busSourceOf(service));
    // An ARN, so that the function may be in another account; PutEvents takes either.
    fn.addEnvironment('AUDIT_STREAM_BUS', this.bus.eventBusArn);
    fn.addEnvironment('AUDIT_STREAM_ENVIRONMENT', this.#environment);
    if (collectJournal) this.collectJournal(fn, { service, ...logs });
  }

  /** What the function journals comes to the bus as its service's, by a subscription to its log group. A log group takes
   * two subscriptions: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
   * @throws Error when `service` is no name of a service, or the function's journal is collected already. */
  collectJournal(fn: AwsLambda, { service, logGroup }: Pick<AuditedOptions, 'service' | 'logGroup'>): void {
    checkService(service);
    if (fn.node.tryFindChild('AuditJournal'))
      throw new Error(`The journal of ${fn.node.path} is collected already: auditedBy does it too.`);
    this.#journal().collect(fn, service, logGroup ?? fn.logGroup);
  }

  /** Lets a producer put events on the bus, of one source only if it is named. */
  grantPutEvents(producer: IGrantable, source?: string): void {
    producer.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        // The emulator of the rehearsal does not know whose an event is, and would refuse.
        ...(source !== undefined &&
          !this.#rehearsal && { conditions: { StringEquals: { 'events:source': source } } }),
      }),
    );
  }

  /** Given by us, for the metrics: what CloudFormation answers for a rule on a bus of one's own is `bus|rule`. */
  #ruleName(id: string): string {
    return `${Names.uniqueResourceName(this, { maxLength: 48 })}-${id}`;
  }

  /** The pattern as the topology has it: the construct's own type does not know `replay-name`. */
  #rule(id: string, pattern: object, description: string, ruleName?: string): Rule {
    const rule = new Rule(this, id, {
      eventBus: this.bus,
      ...(ruleName !== undefined && { ruleName }),
      description,
      eventPattern: { source: ['audit'] },
    });
    (rule.node.defaultChild as CfnRule).eventPattern = pattern;
    return rule;
  }

  #alarmTopic(email: string | undefined): ITopic | undefined {
    if (email === undefined) return undefined;
    const topic = new Topic(this, 'AlarmTopic', { displayName: 'Audit Stream', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    return topic as unknown as ITopic;
  }

  #broadcastWith(broadcast: AwsLambda, fanOut: AwsLambda): Queue {
    const { pattern, retryAttempts, maxAgeSeconds } = TOPOLOGY.broadcast;
    const once = { retryAttempts, maxEventAge: Duration.seconds(maxAgeSeconds) };
    const deadLetterQueue = new Queue(this, 'BroadcastDeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !this.#rehearsal,
      retentionPeriod: Duration.days(14),
    });
    broadcast.configureAsyncInvoke(once);
    fanOut.configureAsyncInvoke(once);
    const ruleName = this.#ruleName('BroadcastRule');
    this.#rule('BroadcastRule', pattern, 'Audit events and alerts, live', ruleName).addTarget(
      new LambdaFunction(broadcast, { ...once, deadLetterQueue }),
    );
    Validations.of(deadLetterQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, of the rule that calls broadcast.',
    });
    if (this.#rehearsal) acknowledgePlainHttp(deadLetterQueue);
    return deadLetterQueue;
  }

  /** Dead letters of every queue; those of broadcast and the journal have no queue to go back to. */
  #letWork(
    operate: StreamFunction,
    consumers: ReadonlyMap<string, QueueConsumer>,
    broadcastDeadLetters: Queue,
  ): void {
    const { deadLetters: journalDeadLetters } = this.#journal();
    for (const consumer of consumers.values()) consumer.letWork(operate);
    for (const deadLetters of [broadcastDeadLetters, journalDeadLetters])
      grantDeadLetters(deadLetters, operate, this.#rehearsal);
    const names = [...consumers].map(([name, { queue }]) => [name, queue.queueName]);
    operate.addEnvironment(ENVIRONMENT.queueNames, JSON.stringify(Object.fromEntries(names)));
    operate.addEnvironment(ENVIRONMENT.broadcastDeadLetterQueueUrl, broadcastDeadLetters.queueUrl);
    operate.addEnvironment(ENVIRONMENT.journalDeadLetterQueueUrl, journalDeadLetters.queueUrl);
  }

  #rehearsedEndpoint(live: LiveStream): string {
    const base = new CfnParameter(Stack.of(this), 'ManagementBaseUrl', {
      description: 'Where the emulator serves @connections',
    });
    return `${base.valueAsString}/${live.api.apiId}/${live.stage.stageName}`;
  }

  #warn(id: string, message: string): void {
    Annotations.of(this).addWarningV2(`audit-stream:${id}`, message);
  }

  #outputs(): void {
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description }).overrideLogicalId(name);
    output('StreamUrl', this.streamUrl, 'Where viewers connect');
    output('BusName', this.bus.eventBusName, 'Where producers put events');
    output('BusArn', this.bus.eventBusArn, 'The same, for policies and other accounts');
  }
}

/** Undefined: nothing makes alerts, and nobody would hear of them. */
function alertingOf(folder: string | undefined, channels: readonly string[]): AlertingFacts | undefined {
  if (folder === undefined) return channels.length > 0 ? { documents: [], channels } : undefined;
  return { documents: readAlertRules(folder, channels, 'alertRules', []), channels };
}

/** Tells alarms of this deployment from all others of the account: the stack's name, and the construct's place in it. */
function alarmPrefixOf(scope: Construct): string {
  const stack = Stack.of(scope);
  const scopes = scope.node.scopes.slice(stack.node.scopes.length);
  return [stack.stackName, ...scopes.map(({ node }) => node.id)].join('-');
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const NO_ISSUER =
  'No issuer is configured, so nobody will be let in to watch: set issuer to your OIDC issuer (docs/deploy.md).';
const ANY_PRODUCER =
  'No producers are configured, so whoever may put events on the bus may write for every tenant: set producers (docs/send.md).';

/** What TypeScript cannot check, and what a JavaScript app may get wrong; throws with every fault. */
function checkProps({ bus, alarmTopic, rehearsal, ...settings }: AuditStreamProps): void {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  readConfiguration(Object.fromEntries(given));
}
