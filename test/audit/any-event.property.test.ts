/** Whatever starts the handler: it answers as without the middleware, and one valid record is left, free of planted secrets. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import fc from 'fast-check';
import { audit } from '../../src/audit/index.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';

const EVENTS = new URL('../data/lambda-events/', import.meta.url);
const samples = readdirSync(EVENTS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, EVENTS), 'utf8')));

const RUNS = 1_000;

async function run(event: unknown) {
  const records: unknown[] = [];
  const answer = { statusCode: 200 };
  const handler = middy()
    .use(
      audit({
        service: 'orders',
        deliver: (record) => void records.push(record),
        onFailure: () => undefined,
      }),
    )
    .handler(async () => answer);
  expect(await handler(event as never, {} as never)).toBe(answer);
  expect(records).toHaveLength(1);
  expect(parseAuditEvent(records[0])).toEqual(records[0]);
  return JSON.stringify(records[0]);
}

/** A real event with anything at all in some of its places. */
const spoilt = fc
  .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { maxLength: 6 }))
  .map(([sample, changes]) => {
    const event = structuredClone(sample);
    for (const [where, value] of changes) {
      const places = placesIn(event);
      const place = places[where % places.length];
      if (place) place.holder[place.key] = value;
    }
    return event;
  });

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

test('any JSON, and real events with anything in them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), spoilt), async (event) => void (await run(event))),
    { numRuns: RUNS },
  );
});

const base64url = fc
  .array(fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'), {
    minLength: 16,
    maxLength: 60,
  })
  .map((letters) => letters.join(''));
const secret = fc.oneof(
  fc.tuple(base64url, base64url, base64url).map((parts) => `eyJ${parts.join('.')}`),
  base64url.map((text) => `Bearer ${text}`),
  base64url.map(
    (text) =>
      `AKIA${text
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]/g, 'X')
        .slice(0, 16)}`,
  ),
);

test('a secret planted in headers, query or path is in no record', async () => {
  await fc.assert(
    fc.asyncProperty(
      secret,
      fc.string(),
      fc.constantFrom(
        'user-agent',
        'Authorization',
        'cookie',
        'X-Api-Key',
        'x-request-id',
        'traceparent',
        'host',
      ),
      async (planted, name, header) => {
        const event = {
          ...samples[0],
          rawPath: `/a/${planted}`,
          routeKey: 'GET /a/{id}',
          pathParameters: { id: planted },
          headers: { [header]: planted },
          queryStringParameters: { [`q${name}`]: planted },
        };
        const secretPart = planted.replace('Bearer ', '');
        expect(await run(event)).not.toContain(secretPart);
      },
    ),
    { numRuns: RUNS },
  );
});
