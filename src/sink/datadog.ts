/** Datadog's log intake, v2. https://docs.datadoghq.com/api/latest/logs/#send-logs */
import { toDatadog } from '../domain/mappers/to-datadog.ts';
import { choice, optionalText, secret, text } from './options.ts';
import { defineSink } from './sink.ts';

/** https://docs.datadoghq.com/getting_started/site/ */
const SITES = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'uk1.datadoghq.com',
  'ddog-gov.com',
  'us2.ddog-gov.com',
] as const;

/** https://docs.datadoghq.com/logs/log_configuration/pipelines/#date-attribute */
const MAX_AGE_MS = 18 * 3_600_000;
const MAX_AHEAD_MS = 2 * 3_600_000;

export const datadog = defineSink({
  name: 'datadog',
  takes: 'events',
  title: 'Datadog logs',
  options: {
    site: choice('The Datadog site, as in its address.', SITES, 'datadoghq.com'),
    apiKey: secret('An API key of the organization.'),
    url: optionalText('Where to send instead of the site: a proxy, or a stand-in.'),
    ddsource: text('What `ddsource` says, by which Datadog picks a pipeline.', { fallback: 'audit' }),
  },
  batch: { size: 500, windowMs: 1_000 },
  // Uncompressed: https://docs.datadoghq.com/api/latest/logs/#send-logs
  limits: { items: 1_000, itemBytes: 1_000_000, bytes: 5_000_000, around: 2, between: 1 },
  redatesAfterMs: MAX_AGE_MS,

  item(event, { ddsource }, nowMs) {
    const log = { ...toDatadog(event), ddsource };
    if (nowMs - log.timestamp <= MAX_AGE_MS && log.timestamp - nowMs <= MAX_AHEAD_MS)
      return { kind: 'item', text: JSON.stringify(log) };
    // Datadog would take it and date it anew without a word: say so, and keep the true time where it is searched for.
    const redated = { ...log, timestamp: nowMs, ddtags: `${log.ddtags},redated:true` };
    return { kind: 'item', text: JSON.stringify(redated), note: 'redated' };
  },

  request: (items, { site, url, apiKey }) => ({
    method: 'POST',
    url: `${(url ?? `https://http-intake.logs.${site}`).replace(/\/$/, '')}/api/v2/logs`,
    headers: { 'content-type': 'application/json', 'dd-api-key': apiKey },
    body: `[${items.map(({ text }) => text).join(',')}]`,
    gzip: true,
  }),
});
