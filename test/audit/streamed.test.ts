/** Streamed responses: read along, held back nowhere, recorded when they end however they end. */
import { PassThrough, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import type { AuditOptions } from '../../src/audit/options.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { until } from '../builders/until.ts';

const EVENT = {
  version: '2.0',
  routeKey: 'GET /export',
  rawPath: '/export',
  requestContext: { http: { method: 'GET', path: '/export' } },
};

async function answerOf(response: unknown, options: Partial<AuditOptions> = {}) {
  const records: AuditEvent[] = [];
  const handler = middy()
    .use(audit({ service: 'export', deliver: (record) => void records.push(record), ...options }))
    .handler(async () => response);
  const answer = (await handler(EVENT as never, {} as never)) as { body: Readable };
  return { records, answer };
}

test.each(['node', 'web'])(
  'a %s stream comes out as it went in, and is recorded at its end',
  async (kind) => {
    const parts = ['one ', 'two ', 'ü'];
    const body = kind === 'node' ? Readable.from(parts) : ReadableStream.from(parts);
    const { records, answer } = await answerOf(
      { statusCode: 200, body },
      { bodies: 'response', maxBodyBytes: 6 },
    );
    expect(records).toEqual([]);
    const seen: string[] = [];
    for await (const part of answer.body) seen.push(String(part));
    expect(seen.join('')).toBe('one two ü');
    expect(records).toMatchObject([
      {
        outcome: 'success',
        http: { statusCode: 200, responseBytes: 10, response: { body: 'one tw' } },
        privacy: { truncatedPaths: ['http.response.body'] },
      },
    ]);
  },
);

test('a bare stream is read along as well', async () => {
  const { records, answer } = await answerOf(Readable.from(['abc']));
  for await (const _part of answer as unknown as Readable);
  expect(records).toMatchObject([{ outcome: 'success', http: { responseBytes: 3 } }]);
});

test('the first part is out before the last one is there', async () => {
  const body = new PassThrough();
  const { records, answer } = await answerOf({ statusCode: 200, body });
  body.write('first');
  const reader = answer.body[Symbol.asyncIterator]();
  expect(String((await reader.next()).value)).toBe('first');
  expect(records).toEqual([]);
  body.end('last');
  expect(String((await reader.next()).value)).toBe('last');
  expect((await reader.next()).done).toBe(true);
  expect(records).toHaveLength(1);
});

test('a slow reader is not read ahead of', async () => {
  let made = 0;
  const body = new Readable({
    highWaterMark: 1_024,
    read() {
      made++;
      this.push(made > 1_000 ? null : Buffer.alloc(1_024));
    },
  });
  const { answer } = await answerOf({ statusCode: 200, body });
  const reader = answer.body[Symbol.asyncIterator]();
  await reader.next();
  expect(made).toBeLessThan(200);
  answer.body.destroy();
});

test.each(['node', 'web'])(
  'a %s stream that fails is recorded as an error, and fails for its reader too',
  async (kind) => {
    async function* source() {
      yield 'one';
      throw Object.assign(new Error('disk gone'), { code: 'EIO' });
    }
    const body = kind === 'node' ? Readable.from(source()) : ReadableStream.from(source());
    const { records, answer } = await answerOf({ statusCode: 200, body });
    await expect(async () => {
      for await (const _part of answer.body);
    }).rejects.toThrow('disk gone');
    await until(() => records.length > 0);
    expect(records).toMatchObject([
      {
        outcome: 'error',
        error: { message: 'disk gone', code: 'EIO', phase: 'after' },
        http: { responseBytes: 3 },
      },
    ]);
  },
);

test('a reader who goes away is on record', async () => {
  const { records, answer } = await answerOf({ statusCode: 200, body: new PassThrough() });
  answer.body.destroy();
  await until(() => records.length > 0);
  expect(records).toMatchObject([{ outcome: 'error', error: { phase: 'after' } }]);
});
