import type { CloudWatchClient, DescribeAlarmsCommandInput } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import { makeReadAlarms } from '../../../src/aws/alerts/read-alarms.ts';

test('all pages are read, of this deployment’s alarms alone', async () => {
  const asked: DescribeAlarmsCommandInput[] = [];
  const pages = [
    { MetricAlarms: [{ AlarmName: 'p-trail-late', StateValue: 'OK' }], NextToken: 'more' },
    { MetricAlarms: [{ AlarmName: 'p-clock-wrong', StateValue: 'ALARM' }] },
  ];
  const send = async ({ input }: { input: DescribeAlarmsCommandInput }) => {
    asked.push(input);
    return pages[asked.length - 1];
  };
  const readAlarms = makeReadAlarms({ send } as unknown as Pick<CloudWatchClient, 'send'>, 'p');
  expect(await readAlarms()).toEqual([
    { name: 'p-trail-late', value: 'OK' },
    { name: 'p-clock-wrong', value: 'ALARM' },
  ]);
  expect(asked).toEqual([
    { AlarmNamePrefix: 'p-', AlarmTypes: ['MetricAlarm'], MaxRecords: 100 },
    { AlarmNamePrefix: 'p-', AlarmTypes: ['MetricAlarm'], MaxRecords: 100, NextToken: 'more' },
  ]);
});
