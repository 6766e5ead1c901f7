import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encode, utf8Bytes } from '../../../src/domain/protocol/encode.ts';
import { parseServerMessage } from '../../../src/domain/protocol/parse-server-message.ts';
import { serverMessage } from './arbitrary-messages.ts';

test('every server message survives encoding and parsing unchanged', () => {
  fc.assert(
    fc.property(serverMessage, (message) => {
      expect(parseServerMessage(encode(message))).toEqual({
        kind: 'message',
        message: JSON.parse(JSON.stringify(message)),
      });
    }),
  );
});

test('random text never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      expect(parseServerMessage(text).kind).toBe('unknown');
    }),
  );
});

test('a type of a newer server is unknown, and a new field of a known type is left alone', () => {
  expect(parseServerMessage('{"v":1,"type":"presence","who":[]}')).toEqual({
    kind: 'unknown',
    reason: 'the type is not known',
  });
  expect(parseServerMessage('{"v":1,"type":"pong","id":"a","load":0.5}').kind).toBe('message');
});

test('a page that lists neither ids nor events is no page: it would look empty and complete', () => {
  const page = { v: 1, type: 'page', id: 'a', sub: 's', position: '01JDD4Z0000000000', more: false };
  expect(parseServerMessage(JSON.stringify(page)).kind).toBe('unknown');
});

test('bytes are counted as UTF-8 counts them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
    }),
  );
  expect(utf8Bytes('a\ud800b')).toBe(Buffer.byteLength('a\ud800b'));
});
