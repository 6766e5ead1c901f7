/** Every stand-in there is: one file and one line each. */
import { datadog } from './datadog.ts';
import { email } from './email.ts';
import { opensearch } from './opensearch.ts';
import { pagerduty, pagerdutyChange } from './pagerduty.ts';
import { s3 } from './s3.ts';
import { slack } from './slack.ts';
import { slackWebhook } from './slack-webhook.ts';
import type { StandIn } from './stand-in.ts';
import { webhook } from './webhook.ts';

export const STAND_INS: readonly StandIn[] = [
  datadog,
  opensearch,
  s3,
  webhook,
  slack,
  slackWebhook,
  pagerduty,
  pagerdutyChange,
  email,
];
