/** Called by PagerDuty over its function URL: acknowledges and resolves what a person acknowledged and resolved there. */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { behindFunctionUrl, type FunctionUrlEvent } from '../../src/aws/function-url.ts';
import { endpointOf, regionOf } from '../../src/aws/http/endpoint.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { makeReadSecret } from '../../src/aws/read-secret.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { makeSecrets } from '../../src/sink/secrets.ts';
import { readCredentials } from '../../src/stream/pagerduty-webhook/credentials.ts';
import { makeIncidentKeys } from '../../src/stream/pagerduty-webhook/incident-keys.ts';
import { makePagerDutyWebhook } from '../../src/stream/pagerduty-webhook/make-pagerduty-webhook.ts';
import { log, logger } from '../logger.ts';
import { ownAudit, systemEvents } from '../own-audit.ts';
import { makeAlerting } from './alerting.ts';

const { pagerdutyWebhookSecret } = readSettings();
const clientOf = (service: 'secretsmanager' | 'ssm') =>
  makeSignedClient({ service, region: regionOf(), endpoint: endpointOf(service) });
const secrets = makeSecrets(
  makeReadSecret({ secretsManager: clientOf('secretsmanager'), parameterStore: clientOf('ssm') }),
  Date.now,
);
const { detector } = makeAlerting(log);
const answer = behindFunctionUrl(
  makePagerDutyWebhook({
    credentials: {
      get: async () => readCredentials(await secrets.get(pagerdutyWebhookSecret)),
      refuse: secrets.refuse,
    },
    incidentKeys: makeIncidentKeys(),
    act: detector.act,
    systemEvents,
    log,
  }),
);

export const handler = middy<FunctionUrlEvent>()
  .use(ownAudit)
  .use(injectLambdaContext(logger))
  .handler(async (event: FunctionUrlEvent) => {
    const answered = await answer(event);
    await systemEvents.settled();
    return answered;
  });
