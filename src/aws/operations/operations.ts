/** What a deployment answers its operators: the books, and the work with dead letters. */
import { CloudWatchClient, type CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { TOPOLOGY } from '../../domain/topology.ts';
import type { Operations } from '../../stream/act.ts';
import { makePlaces, type QueueUrls } from '../queue/dead-letter-queues.ts';
import { type DeadLettersOptions, makeDeadLetters } from '../queue/dead-letters.ts';
import { sqsCalls } from '../queue/queue-calls.ts';
import { makeMetricFigures } from './metric-figures.ts';
import { makeStreamAccounts } from './stream-accounts.ts';

export interface OperationsOptions {
  readonly busName: string;
  readonly recordRuleName: string;
  readonly recordQueueUrl: string;
  readonly recordDeadLetterQueueUrl: string;
  readonly queues: QueueUrls;
  readonly count?: DeadLettersOptions['count'];
  readonly now?: () => number;
  readonly cloudWatch?: CloudWatchClientConfig;
  readonly sqs?: SQSClientConfig;
}

/** Within the time that a viewer waits for an answer. */
const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

const ELSEWHERE =
  'A deployment keeps no list of requests: each destination counts in CloudWatch, on the dashboard of the deployment; what was given up is among the dead letters.';

export function makeOperations(options: OperationsOptions): Operations {
  const { queues, count, now = Date.now } = options;
  const cloudWatch = new CloudWatchClient({ ...PATIENCE, ...options.cloudWatch });
  const sqs = new SQSClient({ ...PATIENCE, ...options.sqs });
  const calls = sqsCalls(options.sqs);
  const places = makePlaces(queues, calls);
  return {
    accounts: makeStreamAccounts({
      ...options,
      figures: makeMetricFigures(cloudWatch),
      sqs,
      now,
      async detect() {
        if (!Object.hasOwn(queues.queues, TOPOLOGY.detect.name)) return undefined;
        const found = (await places()).find(({ name }) => name === TOPOLOGY.detect.name);
        return found?.queueUrl === undefined ? undefined : { ...found, queueUrl: found.queueUrl };
      },
    }),
    deadLetters: makeDeadLetters({ calls, queues, now, ...(count && { count }) }),
    deliveries: { destinations: () => [], record: { note: ELSEWHERE } },
  };
}
