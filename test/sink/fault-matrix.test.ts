/** Every destination under every fault a network and a vendor can have. The table in docs/delivery.md is this run's:
 * `UPDATE_DOCS=1 npm test -- test/sink/fault-matrix` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import type { SINKS } from '../../src/sink/registry.ts';
import { makeSend, type Send } from '../../src/sink/send.ts';
import type { Outcome, QueueMessage } from '../../src/stream/ports.ts';
import { aDelivery, aDestination, aMessage, aNotice } from './a-delivery.ts';
import { aVendor, type Reply, type Taken } from './a-vendor.ts';
import { CREDENTIALS } from './signed-by-sdk.ts';

const DOCS = new URL('../../docs/delivery.md', import.meta.url);
const IDS = ['a', 'b', 'c', 'd', 'poison'];
/** Calls that meet the fault before the vendor is well again. */
const FAULTY_CALLS = 2;
const PATIENCE_MS = 3 * 24 * 3_600_000;

/** A vendor that is well: what it keeps of a request, and its answer. */
interface Model {
  readonly options: (url: string) => Readonly<Record<string, unknown>>;
  readonly idsIn: (taken: Taken) => readonly string[];
  readonly isForEvents: (taken: Taken) => boolean;
  readonly well: (ids: readonly string[], known: ReadonlySet<string>) => Reply;
  /** Statuses by which the vendor says that it has what it was sent. */
  readonly taken: readonly number[];
  /** The vendor knows an event that comes again. */
  readonly deduplicates: boolean;
  /** Default: an audit event of this id. */
  readonly message?: (id: string) => QueueMessage;
  /** Default: the vendor's key. */
  readonly secret?: (url: string) => string;
  /** What it answers to requests that are not for events. */
  readonly looked?: string;
}

const KEY = 'e93facc04764012d7bfb002500d5d1a6';
/** Each its own alert. */
const notice = (id: string) => aNotice({ id, alertId: id });
const slackIdsIn = ({ body }: Taken) => [...body.matchAll(/\\nAlert: (\w+)"/g)].map(([, id = '']) => id);

/** Every sink, and another for each way in which it can be used. */
const MODELS: Readonly<Record<keyof typeof SINKS | 'slack-webhook', Model>> = {
  datadog: {
    options: (url) => ({ url, apiKey: { secret: 'key' } }),
    idsIn: ({ body }) => (JSON.parse(body) as { evt: { id: string } }[]).map(({ evt }) => evt.id),
    isForEvents: () => true,
    well: () => ({ status: 202, body: '{}' }),
    taken: [200, 202],
    deduplicates: false,
  },
  email: {
    options: (url) => ({ url, topicArn: 'arn:aws:sns:eu-west-1:123456789012:alerts' }),
    idsIn: ({ body }) => [/^Alert: (.+)$/m.exec(new URLSearchParams(body).get('Message') ?? '')?.[1] ?? ''],
    isForEvents: ({ body }) => body === '' || body.includes('Action=Publish'),
    well: () => ({ status: 200, body: '<PublishResponse><MessageId>m</MessageId></PublishResponse>' }),
    taken: [],
    deduplicates: false,
    message: notice,
    looked: '<GetTopicAttributesResponse></GetTopicAttributesResponse>',
  },
  opensearch: {
    options: (url) => ({ url }),
    idsIn: ({ body }) => [...body.matchAll(/"_id":"acme:([^"]+)"/g)].map(([, id = '']) => id),
    isForEvents: ({ method }) => method === 'POST',
    well: (ids, known) => ({
      status: 200,
      body: JSON.stringify({ items: ids.map((id) => ({ create: { status: known.has(id) ? 409 : 201 } })) }),
    }),
    taken: [],
    deduplicates: true,
  },
  s3: {
    options: (url) => ({ endpoint: url, bucket: 'acme-audit', region: 'eu-west-1' }),
    idsIn: ({ body }) => {
      const lines = body.trimEnd().split('\n');
      return lines.map((line) => (JSON.parse(line) as { id: string }).id);
    },
    isForEvents: () => true,
    well: () => ({ status: 200 }),
    taken: [200, 202],
    deduplicates: false,
  },
  pagerduty: {
    options: (url) => ({ url, routingKey: { secret: 'key' } }),
    idsIn: ({ body }) => [JSON.parse(body).payload.custom_details.alertId],
    isForEvents: () => true,
    well: () => ({ status: 202, body: '{"status":"success"}' }),
    taken: [202],
    deduplicates: true,
    message: notice,
    secret: () => KEY,
  },
  'pagerduty-change': {
    options: (url) => ({ url, routingKey: { secret: 'key' }, filter: { tenantId: ['acme'] } }),
    idsIn: ({ body }) => [JSON.parse(body).payload.custom_details.id],
    isForEvents: () => true,
    well: () => ({ status: 202, body: '{"status":"success"}' }),
    taken: [202],
    deduplicates: false,
    secret: () => KEY,
  },
  slack: {
    options: (apiUrl) => ({ apiUrl, token: { secret: 'token' }, channel: 'C0123ABCD' }),
    idsIn: slackIdsIn,
    isForEvents: () => true,
    well: () => ({ status: 200, body: '{"ok":true,"channel":"C0123ABCD","ts":"1700000000.000100"}' }),
    // Without "ok" in the body no status says so.
    taken: [],
    deduplicates: false,
    message: notice,
  },
  'slack-webhook': {
    options: () => ({ sink: 'slack', webhookUrl: { secret: 'hook' } }),
    idsIn: slackIdsIn,
    isForEvents: () => true,
    well: () => ({ status: 200, body: 'ok' }),
    taken: [],
    deduplicates: false,
    message: notice,
    secret: (url) => `${url}/services/T0/B0/x`,
  },
  webhook: {
    options: (url) => ({ url, secret: { secret: 'key' }, allowPrivateAddresses: true }),
    idsIn: ({ headers }) => [String(headers['webhook-id']).replace('acme:', '')],
    isForEvents: () => true,
    well: () => ({ status: 204 }),
    taken: [200, 202, 409],
    deduplicates: true,
  },
};

type Fault =
  | { readonly at: 'vendor'; readonly reply: Reply }
  /** Only requests with the event at fault in them, and those always. */
  | { readonly at: 'poison'; readonly reply: Reply }
  | { readonly at: 'address'; readonly url: (url: string) => string };

const status = (code: number, more: Partial<Extract<Reply, object>> = {}): Fault => ({
  at: 'vendor',
  reply: { status: code, body: '{}', ...more },
});
const poison = (code: number): Fault => ({ at: 'poison', reply: { status: code, body: '{}' } });

const FAULTS: Readonly<Record<string, Fault>> = {
  '200': status(200),
  '202': status(202),
  '400': poison(400),
  '401': status(401),
  '403': status(403),
  '404': status(404),
  '408': status(408),
  '409': status(409),
  '413': poison(413),
  '422': poison(422),
  '429': status(429),
  '429, Retry-After in seconds': status(429, { headers: { 'retry-after': '30' } }),
  '429, Retry-After as a date': status(429, { headers: { 'retry-after': 'Tue, 24 Nov 2026 12:00:30 GMT' } }),
  '500': status(500),
  '502': status(502),
  '503': status(503),
  '504': status(504),
  'malformed body': status(200, { body: '<html>' }),
  'reset before the body': { at: 'vendor', reply: 'reset-before-body' },
  'reset after the body': { at: 'vendor', reply: 'reset-after-body' },
  'half an answer': { at: 'vendor', reply: 'half-answer' },
  'no answer in time': { at: 'vendor', reply: 'silence' },
  'DNS failure': { at: 'address', url: () => 'http://no-such-host.invalid' },
  'TLS failure': { at: 'address', url: (url) => url.replace('http:', 'https:') },
};

/** Name of the sink → fault → what came of it. */
const table = new Map<string, Map<string, string>>();

for (const sink of Object.keys(MODELS) as (keyof typeof MODELS)[])
  test.each(Object.keys(FAULTS))(`${sink}: %s`, async (name) => {
    const fault = FAULTS[name] as Fault;
    const model = MODELS[sink];
    const kept: string[] = [];
    let faulty = 0;
    const vendor = await aVendor((taken) => {
      if (!model.isForEvents(taken)) return { status: 200, body: model.looked ?? '{"version":1}' };
      if (fault.at === 'vendor' && faulty < FAULTY_CALLS) {
        const isFirstLook = taken.body === '';
        if (fault.reply === 'reset-before-body' || !isFirstLook) faulty++;
        const says = typeof fault.reply === 'object' && !isFirstLook ? fault.reply.status : 0;
        if (model.taken.includes(says)) kept.push(...model.idsIn(taken));
        return fault.reply;
      }
      if (taken.body === '') return { status: 500 };
      const ids = model.idsIn(taken);
      if (fault.at === 'poison' && ids.includes('poison')) return fault.reply;
      const answer = model.well(ids, new Set(kept));
      kept.push(...ids.filter((id) => !model.deduplicates || !kept.includes(id)));
      return answer;
    });
    const real = makeSend({ credentials: () => CREDENTIALS });
    const send: Send = (request, timeoutMs) => {
      const isWrong = fault.at === 'address' && request.method !== 'GET' && faulty++ < FAULTY_CALLS;
      const url = isWrong ? request.url.replace(vendor.url, fault.url(vendor.url)) : request.url;
      return real({ ...request, url }, Math.min(timeoutMs, 250));
    };
    let nowMs = Date.parse('2026-11-24T12:00:00Z');
    const beganMs = nowMs;
    const destination = aDestination(sink, model.options(vendor.url));
    const { secret } = model;
    const { deliver } = aDelivery(destination, {
      send,
      now: () => nowMs,
      ...(secret && { readSecret: async () => secret(vendor.url) }),
    });
    const occurredAt = '2026-11-24T11:59:00.000Z';
    const messageOf = model.message ?? ((id: string) => aMessage(id, { occurredAt }));

    const ends = new Map<string, Outcome>();
    let rounds = 0;
    try {
      for (; ends.size < IDS.length && nowMs - beganMs < PATIENCE_MS; rounds++) {
        const pending = IDS.filter((id) => !ends.has(id));
        const outcomes = await deliver(pending.map((id) => messageOf(id)));
        let pauseMs = 1_000;
        for (const [i, id] of pending.entries()) {
          const outcome = outcomes[i] as Outcome;
          if (outcome.kind === 'delivered' || outcome.kind === 'rejected') ends.set(id, outcome);
          else pauseMs = Math.max(pauseMs, outcome.afterMs ?? 0);
        }
        nowMs += pauseMs;
      }
    } finally {
      real.close();
      await vendor.close();
    }

    const dead = IDS.filter((id) => ends.get(id)?.kind === 'rejected');
    expect([...ends.keys()].sort()).toEqual([...IDS].sort());
    expect(dead).toEqual(fault.at === 'poison' ? ['poison'] : []);
    const isOnce = model.deduplicates || model.taken.length === 0;
    if (isOnce) expect(kept.sort()).toEqual(IDS.filter((id) => !dead.includes(id)).sort());
    else for (const id of IDS) expect(dead.includes(id) || kept.includes(id)).toBe(true);
    note(sink, name, describeRun({ dead, rounds, waitedMs: nowMs - beganMs }));
  });

function describeRun({
  dead,
  rounds,
  waitedMs,
}: {
  dead: readonly string[];
  rounds: number;
  waitedMs: number;
}): string {
  const delivered = `${IDS.length - dead.length} delivered`;
  const deadPart = dead.length > 0 ? `, ${dead.length} dead` : '';
  return rounds === 1
    ? `${delivered}${deadPart}`
    : `${delivered}${deadPart}, after ${Math.round(waitedMs / 1_000)} s`;
}

function note(sink: string, fault: string, text: string): void {
  const column = table.get(sink) ?? new Map<string, string>();
  table.set(sink, column.set(fault, text));
}

afterAll(() => {
  const sinks = Object.keys(MODELS).sort();
  const complete = sinks.every((sink) => table.get(sink)?.size === Object.keys(FAULTS).length);
  if (!complete) return;
  const rows = Object.keys(FAULTS).map((fault) => [
    fault,
    ...sinks.map((sink) => table.get(sink)?.get(fault)),
  ]);
  const lines = [['fault', ...sinks], ['---', ...sinks.map(() => '---')], ...rows].map(
    (row) => `| ${row.join(' | ')} |`,
  );
  const [before = '', rest = ''] = readFileSync(DOCS, 'utf8').split('<!-- fault matrix -->\n');
  const [, after = ''] = rest.split('<!-- end -->\n');
  const page = `${before}<!-- fault matrix -->\n${lines.join('\n')}\n<!-- end -->\n${after}`;
  if (process.env.UPDATE_DOCS) writeFileSync(DOCS, page);
  expect(page).toBe(readFileSync(DOCS, 'utf8'));
});
