/** How the alarms of a deployment stand, as CloudWatch answers: what was not told when it changed is found here. */
import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from './alarm-condition.ts';

/** Throws what the SDK throws. */
export function makeReadAlarms(
  client: Pick<CloudWatchClient, 'send'>,
  prefix: string,
): () => Promise<readonly AlarmState[]> {
  return async () => {
    const found: AlarmState[] = [];
    let next: string | undefined;
    do {
      const { MetricAlarms = [], NextToken } = await client.send(
        new DescribeAlarmsCommand({
          AlarmNamePrefix: `${prefix}-`,
          AlarmTypes: ['MetricAlarm'],
          MaxRecords: PAGE,
          ...(next !== undefined && { NextToken: next }),
        }),
      );
      for (const { AlarmName: name = '', StateValue: value = '' } of MetricAlarms)
        found.push({ name, value });
      next = NextToken;
    } while (next !== undefined);
    return found;
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const PAGE = 100;
