/** Who gets what of a replay: every rule of the synthesized template, asked with the matcher. */
import { expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { AuditStreamProps } from '../../lib/audit-stream.ts';
import { AUDIT_ALERT, AUDIT_EVENT } from '../../src/domain/bus-event.ts';
import { matches, parseFilter } from '../../src/domain/filter/index.ts';
import { filteredReplayNameFor, replayNameFor } from '../../src/domain/replay-fence.ts';
import { anEvent, onBus } from '../stream/memory-home.ts';
import { aStack } from './a-stack.ts';

const apiKey = { secret: 'datadog/api-key' };
const destinations = {
  datadog: { apiKey },
  'datadog-high': { sink: 'datadog', apiKey, filter: { severity: ['high'] } },
  search: { sink: 'opensearch', url: 'https://search.example.com' },
};
const names = Object.keys(destinations);
const NOW_MS = Date.UTC(2026, 10, 1, 12);

const rules = aStack({ destinations })
  .ofType('AWS::Events::Rule')
  .map(([id, { Properties }]) => ({
    name: nameOf(id),
    filter: parseFilter(Properties.EventPattern),
  }));

/** The route that a rule's logical id speaks of; a rule that is none of ours fails the test. */
function nameOf(id: string): string {
  const found = ['Broadcast', 'Record', ...names.toSorted((a, b) => b.length - a.length)].find((name) =>
    id.includes(`${name.replaceAll('-', '')}Rule`),
  );
  if (found === undefined) throw new Error(`whose rule is ${id}? Say here what it takes of a replay`);
  return found;
}
const takers = (replayName?: string, type: string = AUDIT_EVENT) =>
  rules
    .filter(({ filter }) =>
      matches(
        filter,
        onBus(anEvent({ severity: 'high' }), {
          'detail-type': type,
          ...(replayName !== undefined && { 'replay-name': replayName }),
        }),
      ),
    )
    .map(({ name }) => name)
    .sort();

test('what is live goes to everybody', () => {
  expect(takers()).toEqual(['Broadcast', 'Record', ...names]);
});

test('a replay reaches the trail, which knows what it has, and the one destination that its name begins with', () => {
  for (const name of names) expect(takers(replayNameFor(name, NOW_MS))).toEqual(['Record', name]);
  expect(takers(replayNameFor('record', NOW_MS))).toEqual(['Record']);
});

test('trap 60: a replay that somebody starts in the console under any other name reaches the trail alone', () => {
  for (const name of ['restore-after-outage', 'datadog', 'Datadog.1', 'datadog-low.1', '.'])
    expect(takers(name)).toEqual(['Record']);
  for (const name of names) expect(takers(filteredReplayNameFor(name, NOW_MS))).toEqual(['Record']);
});

test('alerts of a replay go no other way', () => {
  expect(takers(undefined, AUDIT_ALERT)).toEqual(['Broadcast', 'Record']);
  for (const name of ['restore-after-outage', ...names.map((name) => replayNameFor(name, NOW_MS))])
    expect(takers(name, AUDIT_ALERT)).toEqual(['Record']);
});

test('queues and dead letters of destinations take what rules of this bus for one replay send; the trail’s do not', () => {
  const { ofType } = aStack({ destinations });
  const policies = ofType('AWS::SQS::QueuePolicy').map(([id, { Properties }]) => ({
    id,
    like: statementsOf(Properties).filter(({ Condition }) => Condition?.ArnLike !== undefined),
  }));
  for (const { id, like } of policies) {
    expect(like).toHaveLength(id.includes('Destination') ? 1 : 0);
    for (const { Action, Effect, Principal, Condition } of like) {
      expect({ Action, Effect, Principal }).toEqual({
        Action: 'sqs:SendMessage',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
      });
      expect(sourceOf(Condition)).toMatch(/:rule\/\{"Ref":"AuditStreamBus\w+"\}\/audit-stream-replay-\*$/);
    }
  }
  expect(policies.filter(({ like }) => like.length > 0)).toHaveLength(2 * names.length);
});

test('on the default bus such rules are named without it', () => {
  const bus = EventBus.fromEventBusName(new Stack(), 'Default', 'default') as NonNullable<
    AuditStreamProps['bus']
  >;
  const like = aStack({ bus, destinations: { datadog: { apiKey } } })
    .ofType('AWS::SQS::QueuePolicy')
    .flatMap(([, { Properties }]) => statementsOf(Properties))
    .filter(({ Condition }) => Condition?.ArnLike !== undefined);
  expect(like).toHaveLength(2);
  for (const { Condition } of like) expect(sourceOf(Condition)).toMatch(/:rule\/audit-stream-replay-\*$/);
});

interface Statement {
  readonly Action: unknown;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function statementsOf(properties: Readonly<Record<string, unknown>>): readonly Statement[] {
  return (properties.PolicyDocument as { Statement: readonly Statement[] }).Statement;
}

/** The ARN as one text, with what CloudFormation fills in as it is. */
function sourceOf(condition: Statement['Condition']): string {
  const join = condition?.ArnLike?.['aws:SourceArn'] as { 'Fn::Join': [string, readonly unknown[]] };
  return join['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('');
}
