import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { readAlarmName } from '../../src/aws/alerts/alarms.ts';
import { SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import { matches, parseFilter } from '../../src/domain/filter/index.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { anAuditedFunction, aStack, type Resource } from './a-stack.ts';

const alertRules = fileURLToPath(new URL('../rehearsal/rules', import.meta.url));
const destinations = {
  slack: { token: { secret: 'slack/token' }, channel: 'C0123456789' },
  pagerduty: { routingKey: { secret: 'pagerduty/key' } },
  datadog: { apiKey: { secret: 'datadog/key' } },
};
const configured = { alertRules, destinations };
const pagerdutyWebhookSecret = { parameter: '/pagerduty/webhook' };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
/** A folder of rules with one file. */
function aRuleFolder(file: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-rules-'));
  folders.push(folder);
  writeFileSync(join(folder, file), text);
  return folder;
}

const functions = (stack: ReturnType<typeof aStack>, name: RegExp) =>
  stack.ofType('AWS::Lambda::Function').filter(([id]) => name.test(id));
const variables = (stack: ReturnType<typeof aStack>, name: RegExp) => {
  const [[, { Properties }]] = functions(stack, name) as [[string, Resource]];
  return (Properties.Environment as { Variables: Record<string, unknown> }).Variables;
};

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const rights = (stack: ReturnType<typeof aStack>, role: RegExp) =>
  stack
    .ofType('AWS::IAM::Policy')
    .filter(([id]) => role.test(id))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
const actions = (stack: ReturnType<typeof aStack>, role: RegExp) => [
  ...new Set(rights(stack, role).flatMap(({ Action }) => Action)),
];

test('with rules, the bus feeds detect through its queue, as the topology says', () => {
  const stack = aStack(configured);
  const { detect } = TOPOLOGY;
  stack.template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: detect.pattern,
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
  stack.template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: detect.batchSize,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  });
  const [[, detector]] = functions(stack, /Detector/) as [[string, Resource]];
  expect(detector.Properties.Timeout).toBe(detect.visibilityMs / 1_000);
});

test('the rules take no alerts and no replays, so that no alert can cause another', () => {
  const [[, rule]] = aStack(configured)
    .ofType('AWS::Events::Rule')
    .filter(([id]) => id.includes('DetectRule')) as [[string, Resource]];
  const filter = parseFilter(rule.Properties.EventPattern);
  const event = { source: SYSTEM_SOURCE, detail: {} };
  expect(matches(filter, { ...event, 'detail-type': 'Audit Event' })).toBe(true);
  expect(matches(filter, { ...event, 'detail-type': 'Audit Alert' })).toBe(false);
  expect(matches(filter, { ...event, 'detail-type': 'Audit Event', 'replay-name': 'x' })).toBe(false);
});

test('without rules and without destinations of alerts there is nothing of alerts, and operate is not told of any', () => {
  const stack = aStack({ destinations: { datadog: destinations.datadog } });
  expect(stack.text).not.toMatch(/Detect|Tick|AWS::Scheduler/);
  expect(variables(stack, /Operate/)).not.toHaveProperty('ALERTS_TABLE');
  expect(actions(stack, /OperateRole/).join()).not.toContain('PutItem');
});

test('destinations of alerts alone hear of the pipeline: the clock is there, and no queue for rules', () => {
  const stack = aStack({ destinations: { slack: destinations.slack } });
  expect(functions(stack, /Tick/)).toHaveLength(1);
  expect(functions(stack, /Detector/)).toEqual([]);
  expect(stack.ofType('AWS::Events::Rule').filter(([id]) => id.includes('DetectRule'))).toEqual([]);
  expect(variables(stack, /Operate/)).toHaveProperty('ALERTS_TABLE');
});

test('the clock is called once a minute, and not again for a minute that is over', () => {
  const stack = aStack(configured);
  const [[tickId]] = functions(stack, /Tick/) as [[string, Resource]];
  stack.template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    Target: Match.objectLike({
      Arn: { 'Fn::GetAtt': [tickId, 'Arn'] },
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    }),
  });
  stack.template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: tickId },
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 60,
  });
});

test('the clock hears of every alarm of this stack on the account’s own bus, and of no other', () => {
  const stack = aStack({ ...configured, pagerdutyWebhookSecret }, (own) => void anAuditedFunction(own));
  const [[, rule]] = stack.ofType('AWS::Events::Rule').filter(([id]) => id.includes('AlarmChanges')) as [
    [string, Resource],
  ];
  expect(rule.Properties.EventBusName).toBeUndefined();
  const filter = parseFilter(rule.Properties.EventPattern);
  const change = (alarmName: string) => ({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { alarmName },
  });
  const names = stack
    .ofType('AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => Properties.AlarmName as string);
  expect(names.length).toBeGreaterThan(15);
  expect(new Set(names).size).toBe(names.length);
  const prefix = variables(stack, /Tick/).ALARM_PREFIX as string;
  for (const name of names) {
    expect(matches(filter, change(name))).toBe(true);
    expect(readAlarmName(prefix, name)).toBeDefined();
  }
  expect(
    names
      .map((name) => readAlarmName(prefix, name)?.destination)
      .filter(Boolean)
      .sort(),
  ).toEqual(
    Object.keys(destinations)
      .flatMap((name) => [name, name, name])
      .sort(),
  );
  expect(matches(filter, change('Other-AuditStream-trail-late'))).toBe(false);
});

test('two deployments of an account have alarms of their own', () => {
  const names = (id: string) =>
    aStack({}, () => undefined, id)
      .ofType('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties.AlarmName as string);
  expect(names('First').filter((name) => names('Second').includes(name))).toEqual([]);
});

test('the Lambdas of alerts put the system’s own events alone, and write no row of what destinations told', () => {
  const stack = aStack({ ...configured, pagerdutyWebhookSecret });
  for (const role of [/DetectorRole/, /TickRole/, /PagerDutyWebhookRole/, /OperateRole/]) {
    const puts = rights(stack, role).filter(({ Action }) => Action === 'events:PutEvents');
    expect(puts.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'events:source': SYSTEM_SOURCE } },
    ]);
    const rows = rights(stack, role).filter(({ Resource }) =>
      JSON.stringify(Resource).includes('TablesAlerts'),
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { Action, Condition } of rows) {
      expect([Action].flat().join()).not.toMatch(/Scan|Batch(?!Get)|Table|\*/);
      expect(JSON.stringify(Condition)).toContain('dynamodb:LeadingKeys');
      expect(JSON.stringify(Condition)).not.toContain('deliveries');
    }
  }
});

test('the detector reaches no trail, no viewer and no secret; the clock besides looks at alarms', () => {
  const stack = aStack({ ...configured, pagerdutyWebhookSecret });
  const others = (role: RegExp) =>
    actions(stack, role).filter((action) => !/^(logs|sqs|dynamodb|events):/.test(action));
  expect(others(/DetectorRole/)).toEqual([]);
  expect(others(/TickRole/)).toEqual(['cloudwatch:DescribeAlarms']);
  expect(others(/PagerDutyWebhookRole/)).toEqual(['ssm:GetParameter']);
  for (const role of [/DetectorRole/, /TickRole/, /PagerDutyWebhookRole/])
    expect(JSON.stringify(rights(stack, role))).not.toMatch(/TablesTrail|execute-api/);
});

test('PagerDuty’s way back is there only where its secret is configured, open to it, with that secret alone', () => {
  expect(aStack(configured).text).not.toMatch(/AWS::Lambda::Url|WebhookUrl/);
  const stack = aStack({ ...configured, pagerdutyWebhookSecret });
  stack.template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
  expect(Object.keys(stack.template.toJSON().Outputs)).toContain('PagerDutyWebhookUrl');
  const told = variables(stack, /PagerDutyWebhook/);
  expect(JSON.parse(told.PAGERDUTY_WEBHOOK_SECRET as string)).toEqual(pagerdutyWebhookSecret);
  expect(JSON.stringify(rights(stack, /PagerDutyWebhookRole/))).toContain(':parameter/pagerduty/webhook');
});

test('operators reach the dead letters of detect by its name', () => {
  const names = variables(aStack(configured), /Operate/).QUEUE_NAMES;
  expect(JSON.stringify(names)).toContain('detect');
  expect(JSON.stringify(variables(aStack(), /Operate/).QUEUE_NAMES)).not.toContain('detect');
});

test('the page’s address reaches those who make links', () => {
  const dashboardUrl = 'https://audit.example.com';
  const stack = aStack({ ...configured, dashboardUrl });
  for (const name of [/Detector/, /Tick/, /Operate/])
    expect(variables(stack, name).DASHBOARD_URL).toBe(dashboardUrl);
});

test('every fault of the rules is in the error of the synthesis, beside the others', () => {
  const folder = aRuleFolder(
    'bad.yaml',
    'rules:\n  - {id: one, kind: macth}\n  - {id: two, name: Two, why: w, kind: match, pattern: {action: [a.b]}, severity: high, title: t, channels: [slakc]}\n',
  );
  const synth = () => aStack({ ...configured, alertRules: folder, audience: '' });
  expect(synth).toThrow('audit-stream.audience: must be a text');
  expect(synth).toThrow('audit-stream.alertRules: bad.yaml: rule one: kind');
  expect(synth).toThrow('channels names slakc, which is no destination of alerts; did you mean slack?');
});

test.each([
  [{ alertRules: '/nowhere/rules' }, 'audit-stream.alertRules: /nowhere/rules: is not there'],
  [{ alertRules: 7 }, 'audit-stream.alertRules: must be the folder of the rules'],
  [{ pagerdutyWebhookSecret }, 'audit-stream.pagerdutyWebhookSecret: there are no alerts'],
  [
    { ...configured, pagerdutyWebhookSecret: { env: 'SECRET' } },
    'audit-stream.pagerdutyWebhookSecret: must say where the secret is',
  ],
  [
    { ...configured, pagerdutyWebhookSecret: 'the-secret-itself' },
    'audit-stream.pagerdutyWebhookSecret: must say where the secret is',
  ],
  [{ ...configured, dashboardUrl: 'audit.example.com' }, 'audit-stream.dashboardUrl: must be the address'],
])('%j is refused with a sentence', (props, sentence) => {
  const synth = () => aStack(props as Parameters<typeof aStack>[0]);
  expect(synth).toThrow(sentence);
  expect(synth).not.toThrow('the-secret-itself');
});

test('a folder without a rule is a mistake', () => {
  const alertRules = aRuleFolder('README.md', '# nothing yet');
  expect(() => aStack({ alertRules })).toThrow('has no rules; write one, or leave the setting out');
});

test('the schedule may call the clock, for this account, and nothing else', () => {
  const stack = aStack(configured);
  const [[tickId]] = functions(stack, /Tick/) as [[string, Resource]];
  expect(rights(stack, /ScheduleRole/)).toEqual([
    { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [tickId, 'Arn'] } },
  ]);
  const [[, role]] = stack.ofType('AWS::IAM::Role').filter(([id]) => id.includes('ScheduleRole')) as [
    [string, Resource],
  ];
  expect(JSON.stringify(role.Properties.AssumeRolePolicyDocument)).toContain('aws:SourceAccount');
});

test('only reading figures and alarms has the whole account as its resource', () => {
  const stack = aStack({ ...configured, pagerdutyWebhookSecret });
  const wide = rights(stack, /./).filter(({ Resource }) => Resource === '*');
  expect(wide.map(({ Action }) => Action).sort()).toEqual([
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
  ]);
});
