/** What an app of one's own gets for its audited functions, and that nothing of it can go in circles. */
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { anAuditedFunction, aStack } from './a-stack.ts';

const two = () =>
  aStack({ environment: 'production' }, (stack) => {
    anAuditedFunction(stack, 'Billing', 'billing');
    anAuditedFunction(stack, 'Orders', 'orders');
  });

test('a function may put its own service’s events, knows the bus, and its journal is subscribed to', () => {
  const { template } = two();
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'events:PutEvents',
          Condition: { StringEquals: { 'events:source': 'audit.billing' } },
        }),
      ]),
    },
    Roles: [{ Ref: Match.stringLikeRegexp('^BillingServiceRole') }],
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: { AUDIT_STREAM_BUS: Match.anyValue(), AUDIT_STREAM_ENVIRONMENT: 'production' },
    },
  });
  for (const service of ['billing', 'orders'])
    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', {
      FilterPattern: '{ $.auditStreamJournal = 1 }',
      FilterName: `audit-stream-journal-${service}`,
    });
});

test('one Lambda reads all journals, and its failures wait in a queue of its own', () => {
  const { template, ofType } = two();
  const readers = ofType('AWS::Lambda::Function').filter(
    ([, { Properties }]) => Properties.Description === 'Brings journalled records to the bus',
  );
  expect(readers).toHaveLength(1);
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
  });
});

test.each([
  ['', 'service must be a name'],
  ['two words', 'service must be a name'],
  ['audit-stream', 'is the system'],
])('the service “%s” is refused as the app is synthesized', (service, message) => {
  expect(() => aStack({}, (stack) => void anAuditedFunction(stack, 'Billing', service))).toThrow(message);
});

test('a journal is collected once', () => {
  expect(() =>
    aStack({}, (stack) => {
      const fn = anAuditedFunction(stack);
      stack.auditStream.collectJournal(fn, { service: 'billing' });
    }),
  ).toThrow('is collected already');
});

describe('nothing goes in circles', () => {
  test('no rule targets a Lambda that may put what the rule matches back on the bus', () => {
    const { ofType } = two();
    const targets = new Set(
      ofType('AWS::Events::Rule').flatMap(([, { Properties }]) =>
        (Properties.Targets as { Arn: { 'Fn::GetAtt'?: [string] } }[]).map(
          ({ Arn }) => Arn['Fn::GetAtt']?.[0],
        ),
      ),
    );
    const queues = ofType('AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) =>
      targets.has((Properties.EventSourceArn as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]),
    );
    const reached = [
      ...targets,
      ...queues.map(([, { Properties }]) => (Properties.FunctionName as { Ref: string }).Ref),
    ];
    const roles = ofType('AWS::Lambda::Function')
      .filter(([id]) => reached.includes(id))
      .map(([, { Properties }]) => (Properties.Role as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]);
    // broadcast, and record behind its queue.
    expect(roles).toHaveLength(2);
    for (const [, { Properties }] of ofType('AWS::IAM::Policy')) {
      const mayPut = JSON.stringify(Properties.PolicyDocument).includes('events:PutEvents');
      for (const { Ref } of Properties.Roles as { Ref: string }[])
        expect(mayPut && roles.includes(Ref)).toBe(false);
    }
  });

  test('no subscription reads the logs of a Lambda that the bus or the journal starts', () => {
    const { ofType } = two();
    const groups = ofType('AWS::Logs::SubscriptionFilter').map(
      ([, { Properties }]) => (Properties.LogGroupName as { Ref: string }).Ref,
    );
    expect(groups.map((id) => id.replace(/^AuditStream|Log[0-9A-F]{8}$/g, '')).sort()).toEqual([
      'Billing',
      'Connect',
      'Operate',
      'Orders',
      'Subscribe',
    ]);
  });
});
