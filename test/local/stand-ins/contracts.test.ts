/** Stand-ins against the contracts of their vendors: what the contract refuses the stand-in refuses too. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Ajv, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { toDatadog } from '../../../src/domain/mappers/to-datadog.ts';
import { datadog } from '../../../src/local/stand-ins/datadog.ts';
import { opensearch } from '../../../src/local/stand-ins/opensearch.ts';
import { pagerduty } from '../../../src/local/stand-ins/pagerduty.ts';
import { slack } from '../../../src/local/stand-ins/slack.ts';
import type { StandIn } from '../../../src/local/stand-ins/stand-in.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { aRequest } from './a-request.ts';

type Json = Readonly<Record<string, unknown>>;
const contract = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../data/contracts/${name}`, import.meta.url), 'utf8'));
const NOW_MS = Date.UTC(2026, 10, 1);

/** `url` is no format of JSON Schema: an address is meant. */
function checker(ajv: Ajv): Ajv {
  formats.default(ajv as never);
  return ajv.addFormat('url', { type: 'string', validate: (text: string) => URL.canParse(text) });
}
const compile = (schema: object) => checker(new Ajv2020({ strict: false }) as never).compile(schema);
const openapi = contract('pagerduty-events-v2.openapi.json');
const change = openapi.paths['/change/enqueue'].post.requestBody.content['application/json'].schema;
const bulk = contract('opensearch-bulk.schema.json');

const NOBODY = { accessKeyId: '', secretAccessKey: '' };
const KEYS = { apiKey: 'k', password: 'p', routingKey: 'r'.repeat(32), token: 'xoxb-1' };

interface Case {
  readonly standIn: StandIn;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isRight: ValidateFunction;
  /** Right by the contract, with every part of it in use. */
  readonly example: unknown;
  readonly body?: (value: unknown) => string;
}

const TEXT = { type: 'mrkdwn', text: 'MFA was switched off', verbatim: true };
const PLAIN = { type: 'plain_text', text: 'MFA', emoji: true };
const BUTTON = {
  type: 'button',
  text: PLAIN,
  value: 'v',
  url: 'https://a.example/x',
  action_id: 'a',
  style: 'danger',
};
const IMAGE = { image_url: 'https://a.example/i.png', alt_text: 'a graph' };

const CASES: Readonly<Record<string, Case>> = {
  datadog: {
    standIn: datadog,
    path: '/api/v2/logs',
    headers: { 'dd-api-key': KEYS.apiKey },
    isRight: compile({
      ...contract('datadog-logs-intake-v2.openapi.json'),
      $ref: '#/components/schemas/HTTPLog',
    }),
    example: [
      toDatadog(anAuditEvent({ occurredAt: new Date(NOW_MS).toISOString() })),
      { message: 'm', hostname: 'h' },
    ],
  },
  'pagerduty alert': {
    standIn: pagerduty,
    path: '/v2/enqueue',
    headers: {},
    isRight: compile(contract('pagerduty-enqueue.schema.json')),
    example: {
      ...openapi.paths['/enqueue'].post.requestBody.content['application/json'].examples.event.value,
      routing_key: KEYS.routingKey,
    },
  },
  'pagerduty change': {
    standIn: pagerduty,
    path: '/v2/change/enqueue',
    headers: {},
    isRight: compile({ ...openapi, ...change }),
    example: {
      ...openapi.paths['/change/enqueue'].post.requestBody.content['application/json'].examples[
        'build-change-event'
      ].value,
      routing_key: KEYS.routingKey,
    },
  },
  slack: {
    standIn: slack,
    path: '/api/chat.postMessage',
    headers: { authorization: `Bearer ${KEYS.token}` },
    // Slack itself takes a text alone.
    isRight: compile({ ...contract('slack-message.alert-subset.schema.json'), required: ['text'] }),
    example: {
      channel: slack.options('').channel,
      text: 'MFA was switched off',
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: 'audit_alert', event_payload: { id: 'n-1' } },
      blocks: [
        { type: 'header', block_id: 'b', text: PLAIN },
        { type: 'section', text: TEXT, fields: [TEXT, PLAIN], accessory: BUTTON },
        { type: 'section', fields: [TEXT], accessory: { type: 'image', ...IMAGE } },
        { type: 'divider', block_id: 'd' },
        { type: 'context', elements: [TEXT, PLAIN, { type: 'image', ...IMAGE }] },
        { type: 'actions', elements: [BUTTON] },
        { type: 'markdown', text: 'more' },
        { type: 'image', ...IMAGE, title: PLAIN },
      ],
    },
  },
  opensearch: {
    standIn: opensearch,
    path: '/_bulk',
    headers: {
      'content-type': 'application/x-ndjson',
      authorization: `Basic ${Buffer.from(`audit:${KEYS.password}`).toString('base64')}`,
    },
    isRight: compile({ ...bulk, ...bulk.roots.OperationContainer }),
    example: { create: { _index: 'audit-2026.11', _id: 'acme:e-1' } },
    body: (action) =>
      `${JSON.stringify(action)}\n{"@timestamp":"2026-11-01T00:00:00.000Z","event":{"id":"e-1"}}\n`,
  },
};

function problemsOf({ standIn, path, headers, body = JSON.stringify }: Case, value: unknown) {
  const request = aRequest({ method: 'POST', path, body: body(value), headers, nowMs: NOW_MS });
  return standIn
    .open(
      () => KEYS,
      () => NOBODY,
    )
    .read(request).problems;
}

/** Somewhere in the value something else: of another kind, missing, too long, too many, one more of it. */
function spoilt(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(value);
  const long = fc.constantFrom(
    0,
    1,
    32,
    33,
    75,
    76,
    150,
    151,
    255,
    256,
    1_024,
    1_025,
    2_001,
    3_001,
    12_001,
    40_001,
  );
  const other = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    long.map((length) => 'x'.repeat(length)),
    long.map((length) => '😀'.repeat(length)),
    fc.constantFrom(
      'trigger',
      'resolve',
      'high',
      'not an address',
      'http://a.example',
      '2026-11-01',
      'section',
      7,
    ),
    fc.constantFrom(2, 10, 11, 25, 26, 50, 51, 1_001).map((length) => ({ repeat: length })),
  );
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), fc.option(other, { nil: undefined })), {
      minLength: 1,
      maxLength: 2,
    })
    .map((changes) => changes.reduce((left, [path, to]) => changed(left, path, to), value));
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]))];
}

function changed(value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) {
    const { repeat } = (to ?? {}) as { repeat?: number };
    return repeat === undefined || !Array.isArray(value)
      ? to
      : Array.from({ length: repeat }, () => value[0]);
  }
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  const next = changed(copy[name], rest, to);
  if (next === undefined && !Array.isArray(copy)) delete copy[name];
  else copy[name] = next;
  return copy;
}

test.each(Object.entries(CASES))('%s: a request that has all that the contract has is taken', (_, one) => {
  expect({ right: one.isRight(one.example), errors: one.isRight.errors }).toEqual({
    right: true,
    errors: null,
  });
  expect(problemsOf(one, one.example)).toEqual([]);
});

test.each(Object.entries(CASES))('%s: whatever the contract refuses, the stand-in refuses', (_, one) => {
  let refused = 0;
  fc.assert(
    fc.property(spoilt(one.example), (value) => {
      if (value === undefined || one.isRight(value)) return;
      refused++;
      expect({ value, problems: problemsOf(one, value).length }).not.toEqual({ value, problems: 0 });
    }),
    { numRuns: 2_000 },
  );
  expect(refused).toBeGreaterThan(300);
});

test('a fault names its path and the kind of what is there, never the value', () => {
  const { slack: one } = CASES as { slack: Case };
  const problems = problemsOf(one, {
    ...(one.example as Json),
    text: { secret: 'xyzzy' },
    blocks: ['xyzzy'],
  });
  expect(problems.map(({ path }) => path)).toEqual(['body.text', 'body.blocks[0].type']);
  expect(JSON.stringify(problems)).not.toContain('xyzzy');
});
