import { expect, test } from '@jest/globals';
import { fromWire, toWire } from '../../../src/aws/dynamo/wire.ts';

const BYTES = Buffer.from([0, 255, 128, 10]);

test('bytes are base64 on the wire, and bytes again', () => {
  for (const bytes of [BYTES, new Uint8Array(BYTES)]) {
    const text = toWire({ Item: { packed: { B: bytes }, more: { S: 'é"B":"' } } });
    expect(text).toBe('{"Item":{"packed":{"B":"AP+ACg=="},"more":{"S":"é\\"B\\":\\""}}}');
    expect(fromWire(text)).toEqual({ Item: { packed: { B: BYTES }, more: { S: 'é"B":"' } } });
  }
});

test('an attribute that is named B is what it is', () => {
  const item = { Item: { B: { S: 'text' }, b: { N: '1' } } };
  expect(fromWire(toWire(item))).toEqual(item);
});

test('what has no bytes is read as it is', () => {
  expect(fromWire('{"Item":{"a":{"S":"B"}}}')).toEqual({ Item: { a: { S: 'B' } } });
});

test('bytes are found however the answer is spaced', () => {
  for (const text of ['{"B":"AP+ACg=="}', '{"B": "AP+ACg=="}', '{ "B" :\n"AP+ACg==" }'])
    expect(fromWire(text)).toEqual({ B: BYTES });
});
