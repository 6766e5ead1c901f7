import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wireOf } from '../../src/stream/trim.ts';
import { anEvent } from './memory-home.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const long = (n: number) => 'x'.repeat(n);

test('an event that fits goes as it is', () => {
  const event = anEvent({ metadata: { a: long(1_000) } });
  expect(wireOf(event, 30_000)).toEqual({ json: JSON.stringify(event) });
});

test('the largest part goes first, and no more than must', () => {
  const event = anEvent({
    metadata: { small: 1 },
    http: { method: 'POST', request: { body: long(40_000) }, response: { body: long(20_000) } },
    changes: [{ path: 'a', op: 'replace', after: long(5_000) }],
  });
  const wire = wireOf(event, 30_000);
  expect(wire.trimmed).toEqual({ bytes: bytesOf(event), paths: ['http.request.body'] });
  const { http, ...rest } = JSON.parse(wire.json);
  expect(http).toEqual({ method: 'POST', request: {}, response: event.http?.response });
  expect(rest).toEqual(JSON.parse(JSON.stringify({ ...event, http: undefined })));
});

test('many targets leave the first few with their names', () => {
  const targets = Array.from({ length: 50 }, (_, i) => ({
    type: 't',
    id: `${i}`,
    metadata: { a: long(1_000) },
  }));
  const wire = wireOf(anEvent({ targets }), 20_000);
  expect(wire.trimmed?.paths).toEqual(['targets']);
  expect(JSON.parse(wire.json).targets).toEqual(['0', '1', '2'].map((id) => ({ type: 't', id })));
});

test('whatever is large, the result fits, is the same each time, and keeps who did what', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(long(9_000), '€'.repeat(9_000), '"'.repeat(9_000), '\u0001'.repeat(9_000)),
  );
  fc.assert(
    fc.property(
      fc.record({ text, json: fc.jsonValue(), more: fc.dictionary(fc.string(), text, { maxKeys: 20 }) }),
      fc.integer({ min: 12_000, max: 32_000 }),
      ({ text, json, more }, maxBytes) => {
        const event = anEvent({
          message: text,
          actor: { type: 'user', id: text, name: text, metadata: more },
          targets: Array.from({ length: 20 }, () => ({ type: 'doc', id: text, metadata: more })),
          http: { path: text, request: { headers: more, body: json } },
          error: { name: text, message: text, stack: text },
          context: { userAgent: text },
          labels: more,
          metadata: { json, more },
        });
        const wire = wireOf(event, maxBytes);
        expect(Buffer.byteLength(wire.json)).toBeLessThanOrEqual(maxBytes);
        expect(wireOf(structuredClone(event), maxBytes)).toEqual(wire);
        expect(JSON.parse(wire.json)).toMatchObject({ id: event.id, tenantId: 'acme', action: event.action });
        if (wire.trimmed) expect(bytesOf(wire.trimmed)).toBeLessThan(2_000);
      },
    ),
  );
});

test('an alert of any shape fits too', () => {
  const alert = {
    id: 'a',
    tenantId: 'acme',
    name: { huge: long(50_000) },
    rules: long(50_000),
    type: long(50_000),
  };
  const wire = wireOf(alert, 20_000);
  expect(Buffer.byteLength(wire.json)).toBeLessThanOrEqual(20_000);
  expect(JSON.parse(wire.json)).toMatchObject({ id: 'a', tenantId: 'acme' });
});
