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

test('without destinations there is none, and a disabled one is not made', () => {
  expect(deliveries(aStack())).toEqual([]);
  expect(deliveries(aStack({ destinations: { datadog: { apiKey, enabled: false } } }))).toEqual([]);
});

test.each([
  [
    { datadog: { apiKey: { env: 'DD_API_KEY' } } },
    'datadog.apiKey: an environment variable or a file is no place',
  ],
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
])('a wrong destination fails at synth with a sentence', (wrong, fault) => {
  expect(() => aStack({ destinations: wrong })).toThrow(fault);
});
