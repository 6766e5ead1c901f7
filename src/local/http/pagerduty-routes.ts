/** The address that PagerDuty calls: there only where its secret is configured. */
import type { Detector } from '../../detect/detector.ts';
import type { Log } from '../../stream/log.ts';
import { credentialsOf } from '../../stream/pagerduty-webhook/credentials.ts';
import { makeIncidentKeys } from '../../stream/pagerduty-webhook/incident-keys.ts';
import {
  MAX_WEBHOOK_BYTES,
  makePagerDutyWebhook,
} from '../../stream/pagerduty-webhook/make-pagerduty-webhook.ts';
import type { SystemEvents } from '../../stream/system-events.ts';
import type { PagerDutyWebhookSettings } from '../home-options.ts';
import { json } from './answer.ts';
import type { Routes } from './serve.ts';

export const PAGERDUTY_PATH = '/webhooks/pagerduty';

export interface PagerDutyRoutesOptions {
  readonly settings: PagerDutyWebhookSettings;
  readonly act: Detector['act'];
  readonly systemEvents: SystemEvents;
  readonly fetch: typeof fetch | undefined;
  readonly log: Log;
}

export function pagerdutyRoutes({ settings, fetch, ...deps }: PagerDutyRoutesOptions): Routes {
  const credentials = credentialsOf(settings);
  const webhook = makePagerDutyWebhook({
    ...deps,
    credentials: { get: async () => credentials },
    incidentKeys: makeIncidentKeys(fetch ? { fetch } : {}),
  });
  return {
    [PAGERDUTY_PATH]: {
      POST: async ({ headers, body, sourceIp }) => {
        const answer = await webhook({ headers, body: await body(MAX_WEBHOOK_BYTES), sourceIp });
        return json(answer.status, answer.body);
      },
    },
  };
}
