import { expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { destinationFromText } from '../../src/aws/deployed-destination.ts';
import { aStack, type Resource } from './a-stack.ts';

const apiKey = { secret: 'datadog/api-key' };
const destinations = {
  datadog: { apiKey, filter: { severity: ['high'] }, maxConcurrency: 3 },
  search: {
    sink: 'opensearch',
    url: 'https://search.example.com',
    username: 'u',
    password: { parameter: '/p/w' },
  },
};
const deliveries = (stack: ReturnType<typeof aStack>) =>
  stack.ofType('AWS::Lambda::Function').filter(([id]) => id.includes('Deliver')) as [string, Resource][];

interface Statement {
  readonly Action: string | readonly string[];
}

/** What its role may besides its queues, log and secrets. */
function ownRights(stack: ReturnType<typeof aStack>, name: string) {
  const statements = stack
    .ofType('AWS::IAM::Policy')
    .filter(([id]) => id.includes(`Destination${name}`))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
  return statements.filter(({ Action }) => !/^(sqs|secretsmanager|ssm|logs):/.test([Action].flat().join()));
}

test('each destination has its rule, queue, dead letters and Lambda', () => {
  const stack = aStack({ destinations });
  expect(deliveries(stack)).toHaveLength(2);
  stack.template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { 'detail-type': ['Audit Event'], detail: { severity: ['high'] } },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
  stack.template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 3 },
  });
  const queues = stack.ofType('AWS::SQS::Queue').filter(([id]) => id.includes('Destination'));
  expect(queues).toHaveLength(4);
});

test('its Lambda is told the destination, and where its secrets are, never what they are', () => {
  const [[, { Properties }]] = deliveries(aStack({ destinations })) as [[string, Resource]];
  const { Variables } = Properties.Environment as { Variables: Record<string, string> };
  const destination = destinationFromText(Variables.DESTINATION ?? '');
  expect(destination).toMatchObject({ name: 'datadog', sink: { name: 'datadog' }, secrets: { apiKey } });
  expect(Buffer.byteLength(Variables.DESTINATION ?? '')).toBeLessThan(2_000);
});

test('a Lambda may read its own secrets, its own queues, and nothing else', () => {
  const policies = aStack({ destinations })
    .ofType('AWS::IAM::Policy')
    .filter(([id]) => id.includes('Destination'));
  const of = (name: string) => JSON.stringify(policies.find(([id]) => id.includes(name)));
  expect(of('datadog')).toContain('secret:datadog/api-key-??????');
  expect(of('datadog')).not.toContain('ssm:');
  expect(of('search')).toContain(':parameter/p/w');
  expect(of('search')).not.toContain('secretsmanager:');
  for (const [, policy] of policies) expect(JSON.stringify(policy)).not.toContain('events:PutEvents');
});

test('trap 52: no queue is FIFO: order where it matters is kept by what was told, and nothing blocks what is behind it', () => {
  for (const [, { Properties }] of aStack({ destinations }).ofType('AWS::SQS::Queue'))
    expect(Properties.FifoQueue).toBeUndefined();
});

test('trap 61: the bus may write into the dead letters of each of its rules', () => {
  const stack = aStack({ destinations });
  const policies = stack
    .ofType('AWS::SQS::QueuePolicy')
    .map(([, { Properties }]) => JSON.stringify(Properties));
  const rules = stack.ofType('AWS::Events::Rule');
  expect(rules.length).toBeGreaterThan(3);
  for (const [ruleId, { Properties }] of rules)
    for (const { DeadLetterConfig } of Properties.Targets as { DeadLetterConfig: { Arn: object } }[]) {
      const [queueId = ''] = (DeadLetterConfig.Arn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      const allowed = policies.find(
        (text) => text.includes(`"Queues":[{"Ref":"${queueId}"}]`) && text.includes('events.amazonaws.com'),
      );
      expect({ ruleId, allowed: allowed?.includes(ruleId) }).toEqual({ ruleId, allowed: true });
    }
});

test('a role has the rights that its sink says, and is told to people who must name it', () => {
  const arn = 'arn:aws:es:eu-west-1:123456789012:domain/audit';
  const url = 'https://search.example.com';
  const stack = aStack({ destinations: { ...destinations, domain: { sink: 'opensearch', url, arn } } });
  expect(ownRights(stack, 'domain')).toEqual([
    { Action: 'es:ESHttpPost', Effect: 'Allow', Resource: `${arn}/_bulk` },
    {
      Action: ['es:ESHttpGet', 'es:ESHttpPut'],
      Effect: 'Allow',
      Resource: `${arn}/_index_template/audit-events`,
    },
  ]);
  expect(ownRights(stack, 'search')).toEqual([]);
  const outputs = Object.entries(stack.template.toJSON().Outputs).filter(([id]) =>
    id.includes('Destination'),
  );
  expect(outputs).toEqual([
    [
      expect.stringContaining('domain'),
      {
        Description: expect.stringContaining('domain'),
        Value: { 'Fn::GetAtt': [expect.any(String), 'Arn'] },
      },
    ],
  ]);
});

test('a bucket is written below the prefix, with the key, and nothing else', () => {
  const kmsKey = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd';
  const bucket = { sink: 's3', bucket: 'acme-audit', region: 'eu-west-1', prefix: 'logs/audit', kmsKey };
  const stack = aStack({ destinations: { archive: bucket } });
  expect(ownRights(stack, 'archive')).toEqual([
    { Action: 's3:PutObject', Effect: 'Allow', Resource: 'arn:aws:s3:::acme-audit/logs/audit/*' },
    { Action: 'kms:GenerateDataKey', Effect: 'Allow', Resource: kmsKey },
  ]);
});

test('without destinations there is none, and a disabled one is not made', () => {
  expect(deliveries(aStack())).toEqual([]);
  expect(deliveries(aStack({ destinations: { datadog: { apiKey, enabled: false } } }))).toEqual([]);
});

test.each([
  [
    { datadog: { apiKey: { env: 'DD_API_KEY' } } },
    'datadog.apiKey: an environment variable or a file is no place',
  ],
  [{ email: {} }, 'destinations.email: topicArn is missing'],
  [{ 'pagerduty-change': { routingKey: { secret: 'k' } } }, 'pagerduty-change: filter is missing'],
  [
    { datadog: { apiKey, site: 'x' } },
    'audit-stream.destinations.datadog.site: must be one of datadoghq.com',
  ],
  [
    {
      datadog: {
        apiKey,
        filter: { action: Array.from({ length: 60 }, (_, i) => `action.number_${i}.${'x'.repeat(30)}`) },
      },
    },
    'datadog.filter: makes a rule of',
  ],
  [
    { s3: { bucket: 'acme-audit', region: 'eu-west-1', prefix: '/' } },
    'audit-stream.destinations.s3.prefix: must be as "logs/audit"',
  ],
  [
    {
      search: {
        sink: 'opensearch',
        url: 'https://x',
        arn: 'arn:aws:aoss:us-east-1:123456789012:collection/07tjusf2h91cunochc',
        retentionDays: 30,
      },
    },
    'audit-stream.destinations.search: retentionDays must be left out',
  ],
])('a wrong destination fails at synth with a sentence', (wrong, fault) => {
  expect(() => aStack({ destinations: wrong })).toThrow(fault);
});

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:alerts';
const mailPolicy = (stack: ReturnType<typeof aStack>) =>
  JSON.stringify(stack.ofType('AWS::IAM::Policy').filter(([id]) => id.includes('Destinationemail')));

test('e-mail to a topic of one’s own: its Lambda may publish to that one and ask who confirmed', () => {
  const stack = aStack({ destinations: { email: { topicArn } } });
  expect(stack.ofType('AWS::SNS::Topic')).toEqual([]);
  stack.template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: ['sns:Publish', 'sns:GetTopicAttributes'], Resource: topicArn }),
      ]),
    },
  });
});

test('trap 46, 48: e-mail to addresses makes a standard topic of the default size that filters nothing', () => {
  const addresses = ['on-call@example.com', 'ciso@example.com'];
  const stack = aStack({ destinations: { email: { addresses } } });
  const [[topicId, topic] = ['', undefined]] = stack.ofType('AWS::SNS::Topic');
  expect(topic?.Properties).toEqual({ DisplayName: 'Audit Stream' });
  expect(stack.ofType('AWS::SNS::Subscription').map(([, { Properties }]) => Properties)).toEqual(
    addresses.map((Endpoint) => ({ Endpoint, Protocol: 'email', TopicArn: { Ref: topicId } })),
  );
  stack.template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Deny', Sid: 'AllowPublishThroughSSLOnly' })] },
  });
  expect(mailPolicy(stack)).toContain(
    `{"Action":["sns:Publish","sns:GetTopicAttributes"],"Effect":"Allow","Resource":{"Ref":"${topicId}"}}`,
  );
});

test('its Lambda learns the topic when it is deployed, and none of the addresses', () => {
  const stack = aStack({ destinations: { email: { addresses: ['on-call@example.com'] } } });
  const [[topicId] = ['']] = stack.ofType('AWS::SNS::Topic');
  const [[, { Properties }]] = deliveries(stack) as [[string, Resource]];
  const { Variables } = Properties.Environment as {
    Variables: { DESTINATION: { 'Fn::Join': [string, (string | { Ref: string })[]] } };
  };
  const [glue, parts] = Variables.DESTINATION['Fn::Join'];
  const text = parts.map((part) => (typeof part === 'string' ? part : `${topicArn}-${part.Ref}`)).join(glue);
  expect(destinationFromText(text).settings).toEqual({
    topicArn: `${topicArn}-${topicId}`,
    reminders: false,
  });
});

test('PagerDuty takes alerts, and its Lambda remembers what it told in rows of its own', () => {
  const stack = aStack({ destinations: { pagerduty: { routingKey: { secret: 'pagerduty/key' } } } });
  stack.template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { 'detail-type': ['Audit Alert'] },
  });
  const policies = JSON.stringify(stack.ofType('AWS::IAM::Policy'));
  expect(policies).toContain('secret:pagerduty/key-??????');
  expect(policies).toContain('dynamodb:LeadingKeys');
});
