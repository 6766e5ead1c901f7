/** Every kind of destination there is. To add one: its file, and its line here. */
import { datadog } from './datadog.ts';
import { email } from './email.ts';
import { opensearch } from './opensearch.ts';
import { pagerduty } from './pagerduty.ts';
import { pagerdutyChange } from './pagerduty-change.ts';
import { s3 } from './s3.ts';
import type { Sink } from './sink.ts';
import { slack } from './slack.ts';
import { webhook } from './webhook.ts';

export const SINKS = {
  datadog,
  email,
  opensearch,
  pagerduty,
  'pagerduty-change': pagerdutyChange,
  s3,
  slack,
  webhook,
} as const;

export type SinkName = keyof typeof SINKS;

/** The same, of no particular options. */
export const sinkNamed = (name: string): Sink | undefined =>
  Object.hasOwn(SINKS, name) ? (SINKS[name as SinkName] as unknown as Sink) : undefined;
