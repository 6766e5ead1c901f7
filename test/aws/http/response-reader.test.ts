import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { headerOf, makeResponseReader } from '../../../src/aws/http/response-reader.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const body = 'größe 😀 \r\n\r\n HTTP/1.1 200 OK';

test('an answer is the same however its bytes arrive, and the memory they came in may be used again', () => {
  const length = Buffer.byteLength(body);
  const answers = [
    `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nX-Amzn-RequestId: A\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n`,
    `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length:${length}\r\n\r\n`,
  ].map((head, i) => {
    const text = Buffer.from(body);
    if (i !== 1) return Buffer.concat([bytes(head), text]);
    const second = bytes(`\r\n${(length - 5).toString(16)};last\r\n`);
    return Buffer.concat([
      bytes(head),
      text.subarray(0, 5),
      second,
      text.subarray(5),
      bytes('\r\n0\r\n\r\n'),
    ]);
  });
  fc.assert(
    fc.property(fc.constantFrom(...answers), fc.array(fc.nat(400), { maxLength: 20 }), (answer, cuts) => {
      const reader = makeResponseReader();
      const ends = [...cuts.filter((cut) => cut < answer.length).sort((a, b) => a - b), answer.length];
      let from = 0;
      let whole: ReturnType<typeof reader.take>;
      for (const end of ends) {
        expect(whole).toBeUndefined();
        const chunk = Buffer.from(answer.subarray(from, end));
        whole = reader.take(chunk);
        chunk.fill(0);
        from = end;
      }
      expect(whole?.status).toBe(200);
      expect(whole?.body.toString()).toBe(body);
      expect(reader.hasBegun).toBe(false);
    }),
  );
});

test('what could be read in two ways is refused', () => {
  for (const head of [
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na',
    'HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\na',
    'HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na',
    'HTTP/1.1 200 OK\r\nX: a\r\n Content-Length: 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
    'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: \0\r\n\r\n',
    'HTTP/2 200\r\n\r\n',
    'ICY 200 OK\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n',
    `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(40_000)}`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1'.repeat(2_000)}`,
  ])
    expect(() => makeResponseReader().take(bytes(head))).toThrow('does not speak HTTP/1.1');
});

test('random bytes are refused or wait for more, and never an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      try {
        expect(makeResponseReader().take(Buffer.from(noise))).toBeUndefined();
      } catch (error) {
        expect((error as Error).message).toContain('does not speak HTTP/1.1');
      }
    }),
  );
});

test('a body without a length ends with its connection, one with a length must be whole', () => {
  const open = makeResponseReader();
  expect(open.take(bytes('HTTP/1.1 200 OK\r\n\r\nab'))).toBeUndefined();
  expect(open.end()).toMatchObject({ status: 200, body: bytes('ab'), isLast: true });
  const cut = makeResponseReader();
  cut.take(bytes('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab'));
  expect(cut.end()).toBeUndefined();
});

test('headers are found by name in small letters', () => {
  const answer = makeResponseReader().take(
    bytes('HTTP/1.1 204 No\r\nX-Amzn-ErrorType:  Gone \r\nA:b\r\n\r\n'),
  );
  expect(headerOf(answer?.head ?? '', 'x-amzn-errortype')).toBe('gone');
  expect(headerOf(answer?.head ?? '', 'a')).toBe('b');
  expect(headerOf(answer?.head ?? '', 'c')).toBeUndefined();
});
