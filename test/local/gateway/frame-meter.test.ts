import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeFrameMeter } from '../../../src/local/gateway/frame-meter.ts';

/** Masked text frames with payloads of these lengths, as RFC 6455 writes them. */
function framesOf(lengths: readonly number[]): Buffer {
  return Buffer.concat(
    lengths.flatMap((length) => [headerOf(length), Buffer.from([1, 2, 3, 4]), Buffer.alloc(length, 1)]),
  );
}

function headerOf(length: number): Buffer {
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = 0x81;
  header[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

test('a frame over the limit is seen, and no other, however the bytes are cut', () => {
  const lengths = fc.array(fc.oneof(fc.nat(200), fc.integer({ min: 65_000, max: 66_000 })), { maxLength: 6 });
  fc.assert(
    fc.property(
      lengths,
      fc.integer({ min: 1, max: 5_000 }),
      fc.constantFrom(100, 1_000, 65_535),
      (lengths, step, limit) => {
        const bytes = framesOf(lengths);
        const meter = makeFrameMeter(limit);
        let seen = false;
        for (let at = 0; at < bytes.length && !seen; at += step) seen = meter(bytes.subarray(at, at + step));
        expect(seen).toBe(lengths.some((length) => length > limit));
      },
    ),
  );
});
