/** The bulk sink by itself: what it sends, and how it reads what comes back. A real node is in opensearch.real.test.ts. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { judgeBulk } from '../../src/sink/opensearch/judge-bulk.ts';
import { ismPolicy } from '../../src/sink/opensearch/prepare.ts';
import { opensearch } from '../../src/sink/opensearch.ts';
import { makeSend, type Send } from '../../src/sink/send.ts';
import type { SinkRequest } from '../../src/sink/sink.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { aDelivery, aDestination, aMessage } from './a-delivery.ts';
import { aVendor } from './a-vendor.ts';
import { CREDENTIALS, isSignedWell } from './signed-by-sdk.ts';

const settings = {
  url: 'https://search.example.com/',
  product: 'opensearch',
  index: 'audit',
  username: undefined,
  password: undefined,
  arn: undefined,
  retentionDays: undefined,
} as const;
const itemOf = (fields: Parameters<typeof anAuditEvent>[0]) => {
  const item = opensearch.item(anAuditEvent(fields), settings, 0);
  if (item.kind !== 'item') throw new Error(item.reason);
  const [action = '', document = '', rest] = item.text.split('\n');
  return { create: JSON.parse(action).create, document: JSON.parse(document), rest };
};
const answer = (status: number, body: unknown) => ({
  kind: 'answered' as const,
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const bulk = (...items: readonly { status: number; error?: { type: string; reason: string } }[]) =>
  judgeBulk(answer(200, { errors: true, items: items.map((item) => ({ create: item })) }), items.length);
const verdict = (status: number, type: string, reason = '') => {
  const verdicts = bulk({ status, error: { type, reason } });
  return Array.isArray(verdicts) ? verdicts[0] : verdicts;
};

test('the request is newline-delimited JSON, gzipped, with the password that basic authentication wants', () => {
  const request = opensearch.request(
    [{ text: 'a\nb\n' }, { text: 'c\nd\n' }],
    { ...settings, username: 'u', password: 'p' },
    0,
  );
  expect(request).toMatchObject({ method: 'POST', body: 'a\nb\nc\nd\n', gzip: true });
  expect(request.url).toMatch(/^https:\/\/search\.example\.com\/_bulk\?filter_path=/);
  expect(request.headers).toEqual({
    'content-type': 'application/x-ndjson',
    authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
  });
});

test('trap 12: HTTP 200 says nothing of the items', () => {
  expect(
    bulk({ status: 201 }, { status: 503, error: { type: 'unavailable_shards_exception', reason: '' } }),
  ).toEqual([{ kind: 'delivered' }, { kind: 'retry', reason: 'unavailable_shards_exception', status: 503 }]);
});

test('trap 13: items are told apart by their place, also where an id comes twice', async () => {
  const replies = [201, 409, 400];
  const send: Send = async ({ method }) =>
    method === 'POST'
      ? answer(200, {
          errors: true,
          items: replies.map((status) => ({ create: { status, error: { type: 't' } } })),
        })
      : answer(200, '{"version":1}');
  const { deliver } = aDelivery(aDestination('opensearch', { url: 'http://x' }), { send });
  const kinds = (await deliver([aMessage('a'), aMessage('a'), aMessage('a')])).map(({ kind }) => kind);
  expect(kinds).toEqual(['delivered', 'delivered', 'rejected']);
});

test('trap 14: 409 on create is success', () => {
  expect(verdict(409, 'version_conflict_engine_exception')).toEqual({ kind: 'delivered' });
});

test('trap 15: events are created, never overwritten', () => {
  for (const event of CORPUS.slice(0, 100)) expect(Object.keys(itemOf(event))).toContain('create');
});

test('trap 16: the index is that of the event’s own month, whenever it is sent', () => {
  expect(itemOf({ occurredAt: '2026-01-31T23:59:59.999Z' }).create._index).toBe('audit-2026.01');
  expect(itemOf({ occurredAt: '2026-02-01T00:00:00.000Z' }).create._index).toBe('audit-2026.02');
});

test('trap 17: an item that is put off or refused has an outcome, none is dropped', () => {
  expect(verdict(503, 'x')).toMatchObject({ kind: 'retry' });
  expect(verdict(429, 'rejected_execution_exception')).toMatchObject({ kind: 'retry' });
  expect(verdict(400, 'mapper_parsing_exception')).toMatchObject({ kind: 'rejected' });
});

test('trap 18: a conflict of types is that event’s fault, an index that is full of fields is nobody’s', () => {
  expect(
    verdict(400, 'mapper_parsing_exception', "failed to parse [a]. Preview of field's value: 'hunter2'"),
  ).toEqual({
    kind: 'rejected',
    reason: 'mapper_parsing_exception',
    status: 400,
    detail: 'failed to parse [a]',
  });
  expect(
    verdict(400, 'illegal_argument_exception', 'Limit of total fields [1000] has been exceeded'),
  ).toMatchObject({
    kind: 'misconfigured',
  });
});

test('trap 19: a collection that takes no ids is a wrong setting', () => {
  const reason = 'Document ID is not supported in create/index operation request';
  expect(verdict(400, 'illegal_argument_exception', reason)).toMatchObject({ kind: 'misconfigured' });
});

test('trap 20: no request is above what small instances take', () => {
  expect(opensearch.limits.bytes).toBeLessThan(10 * 1024 * 1024);
});

test('trap 21: every document is one line and the last one ends in a newline', () => {
  const { document, rest } = itemOf({ message: 'a\nb', metadata: { text: 'c\r\nd\u2028' } });
  expect(rest).toBe('');
  expect(document.message).toBe('a\nb');
});

test('trap 22: the id is tenant and event, below 512 bytes at its longest', () => {
  const { create } = itemOf({ tenantId: 't'.repeat(64), id: 'e'.repeat(64) });
  expect(create._id).toBe(`${'t'.repeat(64)}:${'e'.repeat(64)}`);
  expect(itemOf({ tenantId: 'acme', id: 'same' }).create._id).not.toBe(
    itemOf({ tenantId: 'globex', id: 'same' }).create._id,
  );
});

test('trap 23: a write block is waited out', () => {
  expect(verdict(403, 'cluster_block_exception')).toMatchObject({ kind: 'retry', afterMs: 120_000 });
  expect(judgeBulk(answer(403, { error: { type: 'cluster_block_exception' } }), 1)).toMatchObject({
    kind: 'retry',
  });
  expect(judgeBulk(answer(403, { error: { type: 'security_exception' } }), 1)).toBeUndefined();
});

test('trap 24: nothing is read from `errors`, each item from its own status', () => {
  const items = [{ create: { status: 404, error: { type: 'index_not_found_exception' } } }];
  expect(judgeBulk(answer(200, { errors: false, items }), 1)).toMatchObject([{ kind: 'misconfigured' }]);
});

test.each([['not json'], [{ errors: false }], [{ items: [] }], [{ items: [{}] }], [[]]])(
  'an answer that does not fit the request (%j) is tried again',
  (body) => {
    expect(judgeBulk(answer(200, body), 1)).toEqual({ kind: 'retry', reason: 'bulk_answer_unreadable' });
  },
);

test('when all items are put off the destination is held back as a whole', async () => {
  let calls = 0;
  const send: Send = async ({ method }) => {
    if (method === 'GET') return answer(200, '{"version":1}');
    calls++;
    return answer(200, {
      items: [{ create: { status: 429, error: { type: 'rejected_execution_exception' } } }],
    });
  };
  const { deliver } = aDelivery(aDestination('opensearch', { url: 'http://x' }), { send });
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    expect(await deliver([aMessage(id)])).toMatchObject([{ kind: 'retry' }]);
  expect(calls).toBe(3);
});

test('the policy that deletes old indexes is one that OpenSearch’s specification allows', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../data/contracts/opensearch-ism.schema.json', import.meta.url), 'utf8'),
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(schema, 'ism');
  const isPolicy = ajv.getSchema('ism#/$defs/ism._common___PutPolicyRequest');
  const policy = ismPolicy('audit', 365);
  expect([isPolicy?.(policy), isPolicy?.errors]).toEqual([true, null]);
  expect(policy.policy.states[0]?.transitions[0]?.conditions).toEqual({ min_index_age: '396d' });
  expect(isPolicy?.({ policy: { ...policy.policy, states: 'none' } })).toBe(false);
});

test('what must be there is made once, in order, and a known policy is changed under its version', async () => {
  const sent: SinkRequest[] = [];
  const send: Send = async (request) => {
    sent.push(request);
    if (request.url.includes('_ism') && request.method === 'GET')
      return answer(200, { _seq_no: 7, _primary_term: 2, policy: { states: [] } });
    if (request.method === 'GET') return answer(404, {});
    return answer(200, { items: [{ create: { status: 201 } }] });
  };
  const destination = aDestination('opensearch', { url: 'http://x', retentionDays: 30 });
  const { deliver } = aDelivery(destination, { send });
  await deliver([aMessage('a')]);
  await deliver([aMessage('b')]);
  expect(sent.map(({ method, url }) => `${method} ${url.replace(/\?filter_path.*/, '')}`)).toEqual([
    'GET http://x/_plugins/_ism/policies/audit-events',
    'PUT http://x/_plugins/_ism/policies/audit-events?if_seq_no=7&if_primary_term=2',
    'GET http://x/_index_template/audit-events',
    'PUT http://x/_index_template/audit-events',
    'POST http://x/_bulk',
    'POST http://x/_bulk',
  ]);
});

test('without its template nothing is sent: the cluster would guess types', async () => {
  const sent: string[] = [];
  const send: Send = async ({ method }) => {
    sent.push(method);
    return method === 'GET' ? answer(404, {}) : answer(403, {});
  };
  const { deliver } = aDelivery(aDestination('opensearch', { url: 'http://x' }), { send });
  expect(await deliver([aMessage('a')])).toMatchObject([{ kind: 'misconfigured', reason: 'http_403' }]);
  expect(sent).not.toContain('POST');
});

const DOMAIN = 'arn:aws:es:eu-west-1:123456789012:domain/audit';
const COLLECTION = 'arn:aws:aoss:us-east-1:123456789012:collection/07tjusf2h91cunochc';

test.each([
  ['es', 'eu-west-1', DOMAIN, 'gzip'],
  ['aoss', 'us-east-1', COLLECTION, undefined],
] as const)(
  '%s: what looks, makes and brings is signed for the service and region of its ARN',
  async (service, region, arn, encoding) => {
    const vendor = await aVendor(({ method, body }) =>
      method === 'POST'
        ? {
            status: 200,
            body: JSON.stringify({
              items: new Array(body.split('\n').length >> 1).fill({ create: { status: 201 } }),
            }),
          }
        : { status: method === 'GET' ? 404 : 200 },
    );
    const send = makeSend({ credentials: () => CREDENTIALS });
    try {
      const { deliver } = aDelivery(aDestination('opensearch', { url: vendor.url, arn }), { send });
      const events = CORPUS.slice(0, 20).map((event) => aMessage(event.id, event));
      expect(new Set((await deliver(events)).map(({ kind }) => kind))).toEqual(new Set(['delivered']));
    } finally {
      send.close();
      await vendor.close();
    }
    expect(vendor.taken.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)).toEqual([
      'GET /_index_template/audit-events',
      'PUT /_index_template/audit-events',
      'POST /_bulk',
    ]);
    for (const taken of vendor.taken) expect(await isSignedWell(taken, { service, region })).toBe(true);
    expect(vendor.taken[2]?.headers['content-encoding']).toBe(encoding);
  },
);

test('without keys of AWS a domain is set up wrongly, before anything is sent', async () => {
  const send = makeSend({
    credentials: () => {
      throw new Error('there are none');
    },
  });
  const { deliver, logged } = aDelivery(
    aDestination('opensearch', { url: 'http://127.0.0.1:9', arn: DOMAIN }),
    {
      send,
    },
  );
  expect(await deliver([aMessage('a')])).toMatchObject([
    { kind: 'misconfigured', reason: 'no_aws_credentials' },
  ]);
  expect(logged.join()).toContain('no_aws_credentials');
  send.close();
});

test('the rights are those of the paths that are asked for, and no other', () => {
  const rightsOf = (options: object) => {
    const { sink, settings } = aDestination('opensearch', { url: 'https://x', ...options });
    return sink.rights?.(settings as never);
  };
  expect(rightsOf({})).toEqual([]);
  expect(rightsOf({ arn: DOMAIN, index: 'logs', retentionDays: 30 })).toEqual([
    { actions: ['es:ESHttpPost'], resources: [`${DOMAIN}/_bulk`] },
    {
      actions: ['es:ESHttpGet', 'es:ESHttpPut'],
      resources: [`${DOMAIN}/_index_template/logs-events`, `${DOMAIN}/_plugins/_ism/policies/logs-events`],
    },
  ]);
  expect(rightsOf({ arn: COLLECTION })).toEqual([
    { actions: ['aoss:APIAccessAll'], resources: [COLLECTION] },
  ]);
});

test.each([
  [{ username: 'u' }, 'username and password belong together'],
  [{ password: { env: 'P' } }, 'username and password belong together'],
  [{ arn: DOMAIN, username: 'u', password: { env: 'P' } }, 'arn and username exclude each other'],
  [{ arn: DOMAIN, product: 'elasticsearch' }, 'arn is for OpenSearch'],
  [{ arn: COLLECTION, retentionDays: 30 }, 'retentionDays must be left out'],
  [
    { arn: DOMAIN, url: 'https://search-audit-abc.us-east-1.es.amazonaws.com' },
    'url and arn name two regions, us-east-1 and eu-west-1',
  ],
  [
    { arn: COLLECTION, url: 'https://abc.aoss.eu-west-1.on.aws' },
    'url and arn name two regions, eu-west-1 and us-east-1',
  ],
  [{ arn: 'arn:aws:s3:::bucket' }, 'arn: must be the ARN of an OpenSearch domain or a serverless'],
  [{ arn: `${DOMAIN}/*` }, 'arn: must be the ARN'],
])('%j cannot be written', (options, fault) => {
  expect(() => aDestination('opensearch', { url: 'https://x', ...options })).toThrow(fault);
});

test.each([
  [DOMAIN, 'https://search-audit-abc.eu-west-1.es.amazonaws.com'],
  [DOMAIN, 'https://search-audit-abc.aos.eu-west-1.on.aws'],
  [DOMAIN, 'https://search.example.com'],
  [COLLECTION, 'https://07tjusf2h91cunochc.us-east-1.aoss.amazonaws.com'],
  ['arn:aws-cn:es:cn-north-1:123456789012:domain/audit', 'https://x.cn-north-1.es.amazonaws.com.cn'],
  ['arn:aws-us-gov:es:us-gov-west-1:123456789012:domain/audit', 'https://x.us-gov-west-1.es.amazonaws.com'],
])('%s is reached at %s', (arn, url) => {
  expect(aDestination('opensearch', { url, arn }).settings).toMatchObject({ url, arn });
});
