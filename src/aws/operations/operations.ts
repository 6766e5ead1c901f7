/** What a deployment answers its operators: the books, and what waits in the dead-letter queue. */
import { CloudWatchClient, type CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { TOPOLOGY } from '../../domain/topology.ts';
import type { Operations } from '../../stream/act.ts';
import { makeListDeadLetters } from '../queue/dead-letters.ts';
import { sqsCalls } from '../queue/queue-calls.ts';
import { makeMetricFigures } from './metric-figures.ts';
import { makeStreamAccounts } from './stream-accounts.ts';

export interface OperationsOptions {
  readonly busName: string;
  readonly recordRuleName: string;
  readonly recordQueueUrl: string;
  readonly recordDeadLetterQueueUrl: string;
  readonly now?: () => number;
  readonly cloudWatch?: CloudWatchClientConfig;
  readonly sqs?: SQSClientConfig;
}

/** Within the time that a viewer waits for an answer. */
const PATIENCE = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

export function makeOperations(options: OperationsOptions): Operations {
  const { recordDeadLetterQueueUrl, now = Date.now } = options;
  const cloudWatch = new CloudWatchClient({ ...PATIENCE, ...options.cloudWatch });
  const sqs = new SQSClient({ ...PATIENCE, ...options.sqs });
  const list = makeListDeadLetters({
    calls: sqsCalls(options.sqs),
    queues: { [TOPOLOGY.record.name]: recordDeadLetterQueueUrl },
  });
  return {
    accounts: makeStreamAccounts({ ...options, figures: makeMetricFigures(cloudWatch), sqs, now }),
    deadLetters: {
      /** Another queue has none. SQS has no pages: these are the oldest of those that it hands out. */
      list: async (queue, { limit }) =>
        queue === TOPOLOGY.record.name ? list(queue, { limit }) : { letters: [] },
    },
  };
}
