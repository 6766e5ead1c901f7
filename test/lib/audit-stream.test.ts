import { expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { AuditStreamProps } from '../../lib/audit-stream.ts';
import { SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { aStack, type Resource } from './a-stack.ts';

test('the bus feeds broadcast directly and record through its queue, by the topology’s own patterns', () => {
  const { template } = aStack();
  for (const { pattern } of [TOPOLOGY.broadcast, TOPOLOGY.record])
    template.hasResourceProperties('AWS::Events::Rule', { EventPattern: pattern });
  template.hasResourceProperties('AWS::Events::Rule', {
    Targets: [
      Match.objectLike({
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: TOPOLOGY.broadcast.maxAgeSeconds },
        DeadLetterConfig: Match.anyValue(),
      }),
    ],
  });
  template.resourcePropertiesCountIs('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 }, 2);
});

test('the queue of record is read as the topology says, single messages may fail, and a visibility outlasts six runs', () => {
  const { template, ofType } = aStack();
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: TOPOLOGY.record.batchSize,
    MaximumBatchingWindowInSeconds: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    RedrivePolicy: Match.objectLike({ maxReceiveCount: TOPOLOGY.record.maxReceives }),
    VisibilityTimeout: (6 * TOPOLOGY.record.visibilityMs) / 1_000 + 1,
    MessageRetentionPeriod: TOPOLOGY.record.retentionDays * 86_400,
  });
  const recorder = ofType('AWS::Lambda::Function').find(([id]) => id.includes('Recorder'))?.[1];
  expect(recorder?.Properties.Timeout).toBe(TOPOLOGY.record.visibilityMs / 1_000);
});

test('every queue is encrypted, takes TLS only, and is a dead-letter queue or has one', () => {
  const { ofType } = aStack();
  const queues = ofType('AWS::SQS::Queue');
  const policies = JSON.stringify(ofType('AWS::SQS::QueuePolicy'));
  for (const [id, { Properties }] of queues) {
    expect(Properties.SqsManagedSseEnabled).toBe(true);
    expect(policies).toContain(id);
    expect(Properties.RedrivePolicy !== undefined || /DeadLetters/.test(id)).toBe(true);
  }
  expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(queues.length);
});

test('trap 55: a dead-letter queue keeps longer than the queue before it, because SQS counts from the first enqueue', () => {
  const { ofType } = aStack();
  const days = (id: RegExp) =>
    (ofType('AWS::SQS::Queue').find(([name]) => id.test(name))?.[1].Properties
      .MessageRetentionPeriod as number) / 86_400;
  expect(days(/RecordDeadLetters/)).toBeGreaterThan(days(/RecordQueue/));
});

test('the trail is kept when the stack goes and cannot be deleted, unless it is no production', () => {
  const tableOf = (stack: ReturnType<typeof aStack>, name: RegExp) =>
    stack.ofType('AWS::DynamoDB::Table').find(([id]) => name.test(id))?.[1] as Resource;
  const kept = tableOf(aStack(), /Trail/);
  expect(kept).toMatchObject({
    DeletionPolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    },
  });
  expect(tableOf(aStack({ production: false }), /Trail/)).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
});

test('the clock finds alerts by an index that holds keys only, of those that it must look at', () => {
  const [, alerts] = aStack()
    .ofType('AWS::DynamoDB::Table')
    .find(([id]) => /Alerts/.test(id)) as [string, Resource];
  expect(alerts.Properties.GlobalSecondaryIndexes).toEqual([
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'duePk', KeyType: 'HASH' },
        { AttributeName: 'dueMs', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ]);
});

test('the WebSocket API has every route of the protocol, and all but connect and disconnect answer', () => {
  const { ofType } = aStack();
  const routes = ofType('AWS::ApiGatewayV2::Route').map(
    ([, { Properties }]) => Properties.RouteKey as string,
  );
  expect(routes.sort()).toEqual([
    '$connect',
    '$default',
    '$disconnect',
    'act',
    'fetch',
    'hello',
    'ping',
    'pull',
    'refresh',
    'subscribe',
    'unsubscribe',
  ]);
  expect(ofType('AWS::ApiGatewayV2::RouteResponse')).toHaveLength(routes.length - 2);
});

test('no log format holds a header, a query or the token', () => {
  const { ofType } = aStack();
  const [[, stage]] = ofType('AWS::ApiGatewayV2::Stage') as [[string, Resource]];
  const { Format } = stage.Properties.AccessLogSettings as { Format: string };
  expect(Format).toContain('$context.status');
  expect(Format).not.toMatch(/header|querystring|protocol|authorizer/i);
});

test('the system’s own Lambdas may put events of their own source only; the one that reads journals, of any service', () => {
  const { ofType } = aStack();
  const statements = ofType('AWS::IAM::Policy').flatMap(
    ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
  );
  const puts = statements.filter(({ Action }) => JSON.stringify(Action).includes('events:PutEvents'));
  const own = { StringEquals: { 'events:source': SYSTEM_SOURCE } };
  const any = { StringLike: { 'events:source': 'audit.*' } };
  expect(puts.map(({ Condition }) => Condition)).toEqual([own, own, own, any]);
});

test('nothing that is called for deliveries may put events: no delivery can cause another', () => {
  const { ofType } = aStack();
  const mayPut = ofType('AWS::IAM::Policy')
    .filter(([, resource]) => JSON.stringify(resource).includes('events:PutEvents'))
    .map(([id]) => id);
  for (const id of mayPut) expect(id).not.toMatch(/Broadcast|FanOut|Recorder|Pull/);
});

test('only reading figures has the whole account as its resource', () => {
  const { ofType } = aStack();
  const wide = ofType('AWS::IAM::Policy').flatMap(([, { Properties }]) =>
    (Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] }).Statement.filter(
      ({ Resource }) => Resource === '*',
    ).map(({ Action }) => Action),
  );
  expect(wide).toEqual(['cloudwatch:GetMetricData']);
});

test('operate may work with every queue’s dead letters, send to the queues they came from, and no more', () => {
  const { ofType } = aStack({ destinations: { datadog: { apiKey: { secret: 'key' } } } });
  const [, role] = ofType('AWS::IAM::Policy').find(([id]) => /OperateRole/.test(id)) as [string, Resource];
  const { Statement } = role.Properties.PolicyDocument as {
    Statement: { Action: string | string[]; Resource: unknown }[];
  };
  const rights = new Map<string, Set<string>>();
  for (const { Action, Resource } of Statement)
    for (const [resource = ''] of JSON.stringify(Resource).matchAll(/AuditStream\w+(?=",\s*"Arn")/g))
      for (const action of [Action].flat().filter((name) => name.startsWith('sqs:')))
        rights.set(resource, (rights.get(resource) ?? new Set()).add(action));
  const found = Object.fromEntries(
    [...rights].map(([queue, actions]) => [
      queue.replace(/^AuditStream|[0-9A-F]{8}$/g, ''),
      [...actions].toSorted(),
    ]),
  );
  const dead = ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'];
  const source = ['GetQueueAttributes', 'SendMessage'];
  const named = (actions: readonly string[]) => actions.map((action) => `sqs:${action}`);
  expect(found).toEqual({
    RecordQueue: named(source),
    RecordDeadLetters: named(dead),
    DestinationdatadogWaitingQueue: named(source),
    DestinationdatadogWaitingDeadLetters: named(dead),
    BroadcastDeadLetters: named(dead),
    JournalDeadLetters: named(dead),
  });
});

test('operate is told its queues by name, and as many as a stack can hold fit into its settings', () => {
  const destinations = Object.fromEntries(
    Array.from({ length: MOST_DESTINATIONS }, (_, n) => [
      `datadog-of-team-${n}`,
      { sink: 'datadog', apiKey: { secret: 'key' } },
    ]),
  );
  const { ofType } = aStack({ destinations });
  const [, operate] = ofType('AWS::Lambda::Function').find(([id]) => /Operate/.test(id)) as [
    string,
    Resource,
  ];
  const { Variables } = operate.Properties.Environment as { Variables: Record<string, unknown> };
  expect(Object.keys(Variables)).toEqual(
    expect.arrayContaining([
      'QUEUE_NAMES',
      'BROADCAST_DEAD_LETTER_QUEUE_URL',
      'JOURNAL_DEAD_LETTER_QUEUE_URL',
    ]),
  );
  const bytes = Object.entries(Variables).reduce(
    (sum, [name, value]) => sum + name.length + charsOf(value),
    0,
  );
  expect(bytes).toBeLessThan(4_096);
});

/** A stack has 500 resources at most: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_DESTINATIONS = 25;

/** Of a value once it is deployed: a queue's name has 80 characters at most, its URL 140, other values less. */
function charsOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  const [[intrinsic, of] = []] = Object.entries(value as Record<string, unknown>);
  if (intrinsic === 'Fn::Join')
    return (of as [string, unknown[]])[1].reduce<number>((sum, part) => sum + charsOf(part), 0);
  if (intrinsic === 'Fn::GetAtt') return 80;
  return intrinsic === 'Ref' && /Queue|DeadLetters/.test(String(of)) ? 140 : 60;
}

test('broadcast, fan-out and pull cannot write the trail, and record cannot speak to viewers', () => {
  const { ofType } = aStack();
  const policy = (name: RegExp) =>
    JSON.stringify(ofType('AWS::IAM::Policy').find(([id]) => name.test(id))?.[1].Properties);
  for (const name of [/BroadcastRole/, /FanOutRole/]) expect(policy(name)).not.toContain('TablesTrail');
  expect(policy(/PullRole/)).not.toMatch(/PutItem|UpdateItem|DeleteItem/);
  expect(policy(/RecorderRole/)).not.toMatch(/execute-api|TablesConnections/);
});

test('producers and access reach the Lambdas that decide by them', () => {
  const { ofType } = aStack({
    issuer: 'https://login.example.com',
    audience: 'audit',
    allowedOrigins: ['https://audit.example.com'],
    producers: { 'audit.billing': ['acme'] },
  });
  const variables = (name: RegExp) => {
    const [found] = ofType('AWS::Lambda::Function').filter(([id]) => name.test(id)) as [[string, Resource]];
    return (found[1].Properties.Environment as { Variables: Record<string, unknown> }).Variables;
  };
  for (const name of [/^AuditStreamBroadcast/, /^AuditStreamRecorder/])
    expect(variables(name).PRODUCERS).toBe('{"audit.billing":["acme"]}');
  for (const name of [/^AuditStreamConnect/, /^AuditStreamSubscribe/])
    expect(variables(name)).toMatchObject({ ISSUER: 'https://login.example.com', AUDIENCE: 'audit' });
  expect(variables(/^AuditStreamConnect/).ALLOWED_ORIGINS).toBe('["https://audit.example.com"]');
});

test('the same input gives the same template', () => {
  expect(aStack({ environment: 'test' }).text).toBe(aStack({ environment: 'test' }).text);
});

test('a wrong prop stops the synthesis with a sentence', () => {
  expect(() => aStack({ trailRetentionDays: 0 })).toThrow(
    'audit-stream.trailRetentionDays: must be a whole number of days from 1 to 365',
  );
  expect(() => aStack({ trailRetention: 7 } as never)).toThrow('audit-stream.trailRetention: is no setting');
});

test('the rehearsal leaves out exactly what the emulator does not know', () => {
  const types = (stack: ReturnType<typeof aStack>) => {
    const all = Object.values(stack.template.toJSON().Resources as Record<string, Resource>);
    return all.map(({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm' && Properties.Metrics !== undefined
        ? `${Type} over several metrics`
        : Type,
    );
  };
  const rehearsed = types(aStack({ rehearsal: true, production: false }));
  const left = types(aStack({ production: false }));
  for (const type of rehearsed) left.splice(left.indexOf(type), 1);
  expect([...new Set(left)].sort()).toEqual([
    'AWS::ApiGatewayV2::RouteResponse',
    'AWS::CloudWatch::Alarm over several metrics',
    'AWS::Events::Archive',
    // They have nothing but TLS in them.
    'AWS::SQS::QueuePolicy',
  ]);
});

test('the rehearsal’s queues take plain HTTP, and no others', () => {
  const destinations = { datadog: { apiKey: { secret: 'key' } } };
  const tlsOnly = (stack: ReturnType<typeof aStack>) =>
    stack.text.match(/"aws:SecureTransport":"false"/g)?.length;
  const all = aStack({ destinations, production: false });
  expect(tlsOnly(all)).toBe(all.ofType('AWS::SQS::Queue').length);
  expect(tlsOnly(aStack({ destinations, production: false, rehearsal: true }))).toBeUndefined();
});

test('alarms and books ask for the rule’s figures by its own name, and by its bus unless that is the default one', () => {
  const figures = (stack: ReturnType<typeof aStack>) => {
    const silence = stack
      .ofType('AWS::CloudWatch::Alarm')
      .find(([, { Properties }]) => Properties.MetricName === 'Invocations')?.[1].Properties;
    const rule = stack.ofType('AWS::Events::Rule').find(([id]) => /RecordRule/.test(id))?.[1].Properties.Name;
    return { rule, dimensions: silence?.Dimensions as { Name: string; Value: unknown }[] };
  };
  const own = aStack();
  const { rule, dimensions } = figures(own);
  expect(rule).toEqual(expect.stringMatching(/^[\w.-]{1,64}$/));
  expect(dimensions).toEqual([
    { Name: 'EventBusName', Value: expect.anything() },
    { Name: 'RuleName', Value: rule },
  ]);
  expect(own.text).toContain(`"RECORD_RULE_NAME":"${rule}"`);

  const onDefault = figures(
    aStack({
      bus: EventBus.fromEventBusName(new Stack(), 'Default', 'default') as NonNullable<
        AuditStreamProps['bus']
      >,
    }),
  );
  expect(onDefault.dimensions).toEqual([{ Name: 'RuleName', Value: onDefault.rule }]);
});
