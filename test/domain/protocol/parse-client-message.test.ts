import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encode } from '../../../src/domain/protocol/encode.ts';
import { ERRORS, MAX_MESSAGE_BYTES, type ServerError } from '../../../src/domain/protocol/messages.ts';
import { parseClientMessage } from '../../../src/domain/protocol/parse-client-message.ts';
import { clientMessage } from './arbitrary-messages.ts';

const refusal = (text: string): ServerError => {
  const parsed = parseClientMessage(text);
  if (parsed.ok) throw new Error('expected a refusal');
  return parsed.error;
};
const subscribe = (fields: object = {}) =>
  JSON.stringify({ v: 1, type: 'subscribe', id: 'a', sub: 's', filter: {}, ...fields });

test('every client message survives encoding and parsing unchanged', () => {
  fc.assert(
    fc.property(clientMessage, (message) => {
      expect(parseClientMessage(encode(message))).toEqual({ ok: true, message });
    }),
  );
});

test('random text and random JSON never throw', () => {
  const field = fc.constantFrom('v', 'type', 'id', 'sub', 'after', 'filter', 'token', 'as', 'limit', 'what');
  const nearly = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom(1, 'subscribe', 'pull', 'a')));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        nearly.map((o) => JSON.stringify(o)),
      ),
      (text) => {
        const parsed = parseClientMessage(text);
        if (!parsed.ok) expect(parsed.error.code).toBe(ERRORS[parsed.error.name]);
      },
    ),
  );
});

test.each([
  ['', 'text that is not JSON'],
  ['{"v":1', 'text that is not JSON'],
  ['[]', 'a list of 0'],
  ['null', 'null'],
  ['7', 'a number'],
])('%j is refused as no message', (text, found) => {
  expect(refusal(text)).toMatchObject({ name: 'invalid_message', message: expect.stringContaining(found) });
});

test('the error echoes the id, so that the caller knows which of its messages was wrong', () => {
  expect(refusal('{"v":1,"type":"nonsense","id":"q7"}')).toMatchObject({ id: 'q7', path: 'type' });
  expect(refusal('{"v":1,"type":"ping","id":7}')).not.toHaveProperty('id');
});

test.each([[0], [2], ['1'], [null], [undefined]])(
  'version %j is refused with what this server speaks',
  (v) => {
    expect(refusal(JSON.stringify({ v, type: 'ping', id: 'a' }))).toMatchObject({
      id: 'a',
      name: 'unsupported_version',
      path: 'v',
      message: expect.stringContaining('version 1'),
    });
  },
);

test.each([
  [{ filter: undefined }, 'filter'],
  [{ filter: null }, 'filter'],
  [{ filter: [] }, 'filter'],
  [{ filter: '{}' }, 'filter'],
  [{ sub: '' }, 'sub'],
  [{ sub: 'x'.repeat(65) }, 'sub'],
  [{ sub: '\ud800' }, 'sub'],
  [{ id: 'x'.repeat(65) }, 'id'],
  [{ after: 'yesterday' }, 'after'],
  [{ after: { seconds: -1 } }, 'after.seconds'],
  [{ after: { seconds: '60' } }, 'after.seconds'],
  [{ after: { seconds: 1, minutes: 1 } }, 'after'],
  [{ afer: 'now' }, 'afer'],
  [{ constructor: {} }, 'constructor'],
])('subscribe with %j is refused at its path', (fields, path) => {
  expect(refusal(subscribe(fields))).toMatchObject({ name: 'invalid_message', path, temporary: false });
});

test('prototype keys are fields like others: unknown, and never inherited', () => {
  expect(refusal('{"v":1,"type":"ping","id":"a","__proto__":{"admin":true}}').path).toBe('__proto__');
  expect(refusal('{"__proto__":{"v":1,"type":"ping","id":"a"}}').name).toBe('unsupported_version');
  expect(refusal('{"v":1,"type":"toString","id":"a"}').path).toBe('type');
  expect(refusal('{"v":1,"type":"__proto__","id":"a"}').path).toBe('type');
});

test('a fault names the kind that it got, never the value', () => {
  const error = refusal('{"v":1,"type":"refresh","id":"a","token":{"secret":"hunter2"}}');
  expect(error).toMatchObject({ path: 'token', message: expect.stringContaining('an object') });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test('a message over 128 KB is refused by its bytes, with the limit', () => {
  const wide = subscribe({ filter: { action: ['€'.repeat(MAX_MESSAGE_BYTES / 3)] } });
  expect(wide.length).toBeLessThan(MAX_MESSAGE_BYTES);
  expect(refusal(wide)).toMatchObject({ name: 'too_large', limit: MAX_MESSAGE_BYTES });
});
