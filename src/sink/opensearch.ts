/** OpenSearch and Elasticsearch: bulk `create` into one index per month of the events' own time, so that an event that
 * comes again, whenever and by whichever way, finds itself there. A data stream or a rolled-over alias would not.
 * https://docs.opensearch.org/latest/api-reference/document-apis/bulk/ */
import { toEcs } from '../domain/mappers/to-ecs.ts';
import { judgeBulk } from './opensearch/judge-bulk.ts';
import { preparations } from './opensearch/prepare.ts';
import { choice, optionalNumber, optionalSecret, optionalText, text } from './options.ts';
import { defineSink } from './sink.ts';

export const opensearch = defineSink({
  name: 'opensearch',
  takes: 'events',
  title: 'OpenSearch',
  options: {
    url: text('Where the cluster is, such as "https://search.example.com:9200".', {
      wanted: 'must be an address that begins with https:// or http://',
      isRight: (value) => typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
    }),
    product: choice('Which of the two it is.', ['opensearch', 'elasticsearch'], 'opensearch'),
    index: text('How indexes begin: "audit" makes audit-2026.11.', {
      fallback: 'audit',
      wanted: 'must be small letters, digits, dashes and underscores, and begin with a letter',
      isRight: (value) => typeof value === 'string' && /^[a-z][a-z0-9_-]{0,99}$/.test(value),
    }),
    username: optionalText('For basic authentication, with password.'),
    password: optionalSecret('For basic authentication.'),
    retentionDays: optionalNumber(
      'How long events are kept at the least: indexes are deleted whole, a month later. Default: for ever.',
      { from: 1, to: 3_650 },
    ),
  },
  batch: { size: 1_000, windowMs: 1_000 },
  // Small instances of the managed service take 10 MiB: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html
  limits: { items: 5_000, itemBytes: 8_000_000, bytes: 8_000_000 },

  item(event, { index }) {
    const create = {
      _index: `${index}-${event.occurredAt.slice(0, 4)}.${event.occurredAt.slice(5, 7)}`,
      // An event's id is its tenant's: another tenant may use the same.
      _id: `${event.tenantId}:${event.id}`,
    };
    return { kind: 'item', text: `${JSON.stringify({ create })}\n${JSON.stringify(toEcs(event))}\n` };
  },

  request: (items, settings) => ({
    method: 'POST',
    url: `${base(settings)}/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason`,
    headers: { 'content-type': 'application/x-ndjson', ...authorization(settings) },
    body: items.map(({ text }) => text).join(''),
    gzip: true,
  }),

  judge: judgeBulk,

  prepare: (settings) => preparations({ ...settings, url: base(settings) }, authorization(settings)),
});

function base({ url }: { readonly url: string }): string {
  return url.replace(/\/+$/, '');
}

function authorization(settings: {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}) {
  const { username, password } = settings;
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
