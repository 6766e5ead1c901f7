/** Behind a destination's queue: brings its events there. One code for all destinations; which one, its settings say. */
import { randomUUID } from 'node:crypto';
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import { destinationFromText } from '../../src/aws/deployed-destination.ts';
import { makeAlertMemory } from '../../src/aws/dynamo/alert-memory.ts';
import { leanCall } from '../../src/aws/dynamo/lean-call.ts';
import { endpointOf, regionOf } from '../../src/aws/http/endpoint.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { leanQueueCalls } from '../../src/aws/queue/lean-queue-calls.ts';
import { makeQueueHandler } from '../../src/aws/queue/queue-handler.ts';
import { makeReadSecret } from '../../src/aws/read-secret.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { QUEUE_DIMENSION } from '../../src/domain/metrics.ts';
import { makeDeliver } from '../../src/sink/deliver.ts';
import { makeSecrets } from '../../src/sink/secrets.ts';
import { makeSend } from '../../src/sink/send.ts';
import { logToStderr as log } from '../../src/stream/log.ts';

/** What is left of the Lambda's time to settle the batch. */
const SETTLE_MS = 5_000;
const settings = readSettings();
const { destinationText, producers, queueUrl, deadLetterQueueUrl } = settings;
const destination = destinationFromText(destinationText);
const { route } = destination;
const region = regionOf();
const clientOf = (service: 'sqs' | 'secretsmanager' | 'ssm' | 'dynamodb') =>
  makeSignedClient({ service, region, endpoint: endpointOf(service) });
const queueName = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
const count = makeCountMetrics({ dimension: { name: QUEUE_DIMENSION, value: queueName } });

export const handler = makeQueueHandler({
  route,
  queueUrl,
  deadLetterQueueUrl,
  consumer: makeDeliver({
    destination,
    send: makeSend(),
    secrets: makeSecrets(
      makeReadSecret({ secretsManager: clientOf('secretsmanager'), parameterStore: clientOf('ssm') }),
      Date.now,
    ),
    log,
    alertMemory: () =>
      makeAlertMemory({
        call: leanCall({ client: clientOf('dynamodb') }),
        table: settings.alertsTable,
        newId: randomUUID,
      }),
    budgetMs: route.visibilityMs - SETTLE_MS,
    note: (name, items) => count({ [`${name.slice(0, 1).toUpperCase()}${name.slice(1)}`]: items }),
    ...(producers && { producers }),
  }),
  calls: leanQueueCalls(clientOf('sqs')),
  log,
  count,
});
