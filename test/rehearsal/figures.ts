/** CloudWatch's figures of a deployment on the emulator, which makes none of its own: put where AWS would have them. */
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CONSUMER_METRICS, METRIC_NAMESPACE, QUEUE_DIMENSION } from '../../src/domain/metrics.ts';
import { CREDENTIALS, type MiniStack, REGION } from './ministack.ts';

/** Old enough for the books, which leave out the last five minutes. */
const AGE_MS = 12 * 60_000;

/** Adds counts; the queues are empty at both ends. */
export async function putFigures(
  cloud: MiniStack,
  busName: string,
  { queued, recorded }: { readonly queued: number; readonly recorded: number },
): Promise<void> {
  const client = {
    endpoint: cloud.url,
    region: REGION,
    credentials: CREDENTIALS,
  };
  const { QueueUrls = [] } = await new SQSClient(client).send(new ListQueuesCommand({}));
  const { Rules = [] } = await new EventBridgeClient(client).send(
    new ListRulesCommand({ EventBusName: busName }),
  );
  const names = QueueUrls.map((url) => url.slice(url.lastIndexOf('/') + 1));
  const queue = names.find((name) => /RecordQueue/.test(name)) ?? '';
  const rule = Rules.find(({ Name = '' }) => /RecordRule/.test(Name))?.Name ?? '';
  const cloudWatch = new CloudWatchClient(client);
  const put = (
    namespace: string,
    metric: string,
    value: number,
    dimensions: Record<string, string>,
    ageMs = AGE_MS,
  ) =>
    cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [
          {
            MetricName: metric,
            Value: value,
            Unit: 'Count',
            Timestamp: new Date(Date.now() - ageMs),
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
        ],
      }),
    );
  await put('AWS/Events', 'Invocations', queued, { EventBusName: busName, RuleName: rule });
  await put('AWS/SQS', 'NumberOfMessagesSent', queued, { QueueName: queue });
  await put(METRIC_NAMESPACE, CONSUMER_METRICS.recorded, recorded, { [QUEUE_DIMENSION]: queue });
  // The rules have seen all of them.
  const detect = names.find((name) => /DetectQueue/.test(name)) ?? '';
  await put('AWS/SQS', 'NumberOfMessagesSent', queued, { QueueName: detect });
  await put(METRIC_NAMESPACE, CONSUMER_METRICS.received, queued, { [QUEUE_DIMENSION]: detect });
  // Every minute of the last quarter of an hour has one, as SQS makes them.
  for (const name of names.filter((one) => /Record|Detect/.test(one)))
    for (let minute = 5; minute <= 16; minute++)
      await put('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 0, { QueueName: name }, minute * 60_000);
}
