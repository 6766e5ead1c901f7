import { expect, test } from '@jest/globals';
import { alarmIn, conditionOf } from '../../../src/aws/alerts/alarm-condition.ts';
import { ALARMS, type AlarmKind, alarmName, readAlarmName } from '../../../src/aws/alerts/alarms.ts';

const PREFIX = 'AuditStream-AuditStream';
const late = alarmName(PREFIX, 'destination-late', 'slack');

/** As AWS documents it, with our names.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const change = (alarmName: string, value: string) => ({
  version: '0',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '123456789012',
  time: '2019-10-02T17:04:40Z',
  region: 'us-east-1',
  resources: [`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarmName}`],
  detail: {
    alarmName,
    configuration: {
      description: 'A destination is late. What to do: docs/runbook.md#a-destination-is-late',
      metrics: [
        {
          id: '30b6c6b2-a864-43a2-4877-c09a1afc3b87',
          metricStat: {
            metric: {
              dimensions: { QueueName: 'q' },
              name: 'ApproximateAgeOfOldestMessage',
              namespace: 'AWS/SQS',
            },
            period: 60,
            stat: 'Maximum',
          },
          returnData: true,
        },
      ],
    },
    previousState: { reason: 'Threshold Crossed', timestamp: '2019-10-01T13:56:40.987+0000', value: 'OK' },
    state: {
      reason: 'Threshold Crossed: 1 out of the last 1 datapoints [999.0 (02/10/19 16:59:00)] was greater',
      reasonData: '{"version":"1.0"}',
      timestamp: '2019-10-02T17:04:40.989+0000',
      value,
    },
  },
});

test('an alarm that goes off is a condition that is broken, with its article, and never told through its destination', () => {
  const alarm = alarmIn(change(late, 'ALARM'));
  expect(alarm).toEqual({ name: late, value: 'ALARM' });
  expect(conditionOf(PREFIX, { name: late, value: 'ALARM' })).toEqual({
    id: 'pipeline-destination-late',
    name: 'A destination is late',
    subject: 'slack',
    isBroken: true,
    severity: 'medium',
    title: 'A destination is late: slack',
    message: `CloudWatch's alarm ${late}. What to do: docs/runbook.md#a-destination-is-late`,
    notThrough: 'slack',
  });
});

test('OK is well, and what CloudWatch does not know stays as it was', () => {
  expect(conditionOf(PREFIX, { name: late, value: 'OK' })?.isBroken).toBe(false);
  expect(conditionOf(PREFIX, { name: late, value: 'INSUFFICIENT_DATA' })).toBeUndefined();
  expect(conditionOf(PREFIX, { name: late, value: 'SOMETHING_NEW' })).toBeUndefined();
});

test('an alarm of no destination may be told through all', () => {
  const condition = conditionOf(PREFIX, { name: alarmName(PREFIX, 'trail-late'), value: 'ALARM' });
  expect(condition).toMatchObject({ subject: 'record', title: 'The trail is late' });
  expect(condition).not.toHaveProperty('notThrough');
});

test.each([
  ['another deployment', 'Other-AuditStream-trail-late'],
  ['a deployment whose name begins alike', `${PREFIX}-2-trail-late`],
  ['an alarm of somebody’s own', `${PREFIX}-cpu`],
  ['no alarm of ours at all', 'constructor'],
  ['a name of every object', `${PREFIX}-constructor`],
])('%s says nothing', (_, name) => {
  expect(conditionOf(PREFIX, { name, value: 'ALARM' })).toBeUndefined();
});

test('every kind and destination is read back from its name, within what CloudWatch takes', () => {
  const longest = 'a'.repeat(40);
  for (const kind of Object.keys(ALARMS) as AlarmKind[])
    for (const destination of [undefined, longest]) {
      const name = alarmName('x'.repeat(128), kind, destination);
      expect(name.length).toBeLessThanOrEqual(255);
      expect(readAlarmName('x'.repeat(128), name)).toEqual({ kind, ...(destination && { destination }) });
    }
});

test.each([
  ['a tick of the schedule', {}],
  ['another event', { ...change(late, 'ALARM'), 'detail-type': 'CloudWatch Alarm Configuration Change' }],
  ['an event without a state', { ...change(late, 'ALARM'), detail: { alarmName: late } }],
  ['text', 'ALARM'],
  ['nothing', undefined],
])('%s is about no alarm', (_, event) => {
  expect(alarmIn(event)).toBeUndefined();
});
