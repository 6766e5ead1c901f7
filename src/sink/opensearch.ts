/** OpenSearch and Elasticsearch: bulk `create` into one index per month of the events' own time, so that an event that
 * comes again, whenever and by whichever way, finds itself there. A data stream or a rolled-over alias would not.
 * https://docs.opensearch.org/latest/api-reference/document-apis/bulk/ */
import { toEcs } from '../domain/mappers/to-ecs.ts';
import { inAws, regionOfHost, rightsIn } from './opensearch/in-aws.ts';
import { judgeBulk } from './opensearch/judge-bulk.ts';
import { preparations } from './opensearch/prepare.ts';
import { choice, optionalNumber, optionalSecret, optionalText, text } from './options.ts';
import { defineSink, type SinkRequest } from './sink.ts';

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
    arn: optionalText('The domain or collection, if it is in AWS: requests are signed.', {
      wanted:
        'must be the ARN of an OpenSearch domain or a serverless collection, such as "arn:aws:es:eu-west-1:123456789012:domain/audit"',
      isRight: (value) => inAws(value) !== undefined,
    }),
    retentionDays: optionalNumber(
      'How long events are kept at the least: indexes are deleted whole, a month later. Default: for ever.',
      { from: 1, to: 3_650 },
    ),
  },
  batch: { size: 1_000, windowMs: 1_000 },
  // Small instances of the managed service take 10 MiB: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html
  limits: { items: 5_000, itemBytes: 8_000_000, bytes: 8_000_000 },

  fault({ url, username, password, arn, product, retentionDays }) {
    if ((username === undefined) !== (password === undefined))
      return 'username and password belong together: write both, or neither';
    if (arn === undefined) return undefined;
    if (username !== undefined)
      return 'arn and username exclude each other: requests are signed, or have a password';
    if (product === 'elasticsearch')
      return "arn is for OpenSearch: Amazon's Elasticsearch has neither of the field types that labels need";
    const aws = inAws(arn);
    const region = regionOfHost(url);
    if (aws && region !== undefined && region !== aws.region)
      return `url and arn name two regions, ${region} and ${aws.region}: one of them is wrong`;
    if (aws?.service === 'aoss' && retentionDays !== undefined)
      return 'retentionDays must be left out: a serverless collection has no policies that delete indexes, see docs/delivery.md';
    return undefined;
  },

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
    ...signedOr(settings, { 'content-type': 'application/x-ndjson' }),
    body: items.map(({ text }) => text).join(''),
    // Collections have refused zipped requests as wrongly signed: https://github.com/zilliztech/VectorDBBench/pull/802
    gzip: inAws(settings.arn)?.service !== 'aoss',
  }),

  judge: judgeBulk,

  prepare: (settings) => preparations({ ...settings, url: base(settings) }, signedOr(settings, {})),

  rights: ({ arn, ...settings }) => rightsIn(inAws(arn), settings),
});

function base({ url }: { readonly url: string }): string {
  return url.replace(/\/+$/, '');
}

/** Who it is that asks: by a signature, by a password, or nobody. */
function signedOr(
  settings: {
    readonly arn?: string | undefined;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
  },
  headers: Readonly<Record<string, string>>,
): Pick<SinkRequest, 'headers' | 'sign'> {
  const { username, password, arn } = settings;
  const aws = inAws(arn);
  if (aws) return { headers, sign: { service: aws.service, region: aws.region } };
  if (username === undefined || password === undefined) return { headers };
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return { headers: { ...headers, authorization } };
}
