/** Subscribed to the logs of audited functions: brings journalled records to the bus. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { makeCollect } from '../../src/aws/journal/collect.ts';
import type { LogsEvent } from '../../src/aws/journal/read-lines.ts';
import { makePutEvents } from '../../src/aws/put-events.ts';
import { sqsCalls } from '../../src/aws/queue/queue-calls.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { log, logger } from '../logger.ts';

const { busName, journalDeadLetterQueueUrl } = readSettings();
const calls = sqsCalls();
const collect = makeCollect({
  publish: makePutEvents({ busName, timeoutMs: 20_000 }),
  giveUp: (letters) => calls.send(journalDeadLetterQueueUrl, letters),
  log,
});

// Not audited itself: it would journal about its journal.
export const handler = middy<LogsEvent>().use(injectLambdaContext(logger)).handler(collect);
