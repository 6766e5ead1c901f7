import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { anchorOf } from '../../src/aws/alerts/alarms.ts';
import { anAuditedFunction, aStack } from './a-stack.ts';

const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const alertRules = fileURLToPath(new URL('../rehearsal/rules', import.meta.url));
const destinations = {
  datadog: { apiKey: { secret: 'datadog/api-key' } },
  slack: { token: { secret: 'slack/token' }, channel: 'C0123456789' },
  pagerduty: { routingKey: { secret: 'pagerduty/key' } },
};
const whole = () => aStack({ destinations, alertRules }, (stack) => void anAuditedFunction(stack));
const alarms = whole()
  .ofType('AWS::CloudWatch::Alarm')
  .map(([, { Properties }]) => Properties.AlarmDescription as string);

/** The section about a deployment, article by article. */
const articles = [...(runbook.split('\n# A deployment in AWS\n')[1] ?? '').matchAll(/^## (.+)$/gm)].map(
  ([, title = '']) => title,
);

test('every alarm has an article that bears its name, and every article about an alarm has its alarm', () => {
  const named = new Set(alarms.map((description) => description.split('. What to do')[0]));
  expect([...named].sort()).toEqual(articles.sort());
});

test('every alarm says where its article is', () => {
  for (const title of articles)
    expect(alarms.some((description) => description.endsWith(`docs/runbook.md#${anchorOf(title)}`))).toBe(
      true,
    );
});

test('every dead-letter queue has an alarm', () => {
  const { ofType } = whole();
  const watched = JSON.stringify(ofType('AWS::CloudWatch::Alarm'));
  const queues = ofType('AWS::SQS::Queue').filter(([id]) => /DeadLetters/.test(id));
  expect(queues.length).toBeGreaterThan(0);
  for (const [id] of queues) expect(watched).toContain(id);
});

test('alarms go to the address that asked for them', () => {
  const { template, ofType } = aStack(
    { alarmEmail: 'on-call@example.com' },
    (stack) => void anAuditedFunction(stack),
  );
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'on-call@example.com',
  });
  for (const [, { Properties }] of ofType('AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions).toHaveLength(1);
    expect(Properties.OKActions).toHaveLength(1);
  }
});
