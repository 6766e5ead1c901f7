import { afterEach, expect, test } from '@jest/globals';
import { makeSend } from '../../src/sink/send.ts';
import { aVendor, type Reply, type Vendor } from './a-vendor.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function aCall(reply: (path: string, calls: number) => Reply) {
  let calls = 0;
  const vendor: Vendor = await aVendor(({ path, body }) => reply(path, body === '' ? calls : ++calls));
  const send = makeSend();
  open.push(send, vendor);
  const call = (body: string, { timeoutMs = 5_000, gzip = false } = {}) =>
    send({ method: 'POST', url: `${vendor.url}/in`, headers: { 'x-key': 'k' }, body, gzip }, timeoutMs);
  return { vendor, call };
}

test('it sends what it is given and answers what was said', async () => {
  const { vendor, call } = await aCall(() => ({
    status: 429,
    headers: { 'retry-after': '3' },
    body: 'slow',
  }));
  expect(await call('zażółć')).toMatchObject({
    kind: 'answered',
    status: 429,
    headers: { 'retry-after': '3' },
    body: 'slow',
  });
  expect(vendor.taken).toMatchObject([
    { method: 'POST', path: '/in', headers: { 'x-key': 'k' }, body: 'zażółć' },
  ]);
});

test('connections are kept', async () => {
  const { vendor, call } = await aCall(() => ({ status: 202 }));
  for (let i = 0; i < 5; i++) await call('x');
  expect(vendor.taken.at(-1)?.connections).toBe(1);
});

test('a large body goes zipped where the vendor takes it, a small one as it is', async () => {
  const { vendor, call } = await aCall(() => ({ status: 202 }));
  await call('ż'.repeat(5_000), { gzip: true });
  await call('small', { gzip: true });
  await call('x'.repeat(5_000));
  expect(vendor.taken.map(({ headers }) => headers['content-encoding'])).toEqual([
    'gzip',
    undefined,
    undefined,
  ]);
  expect(vendor.taken[0]?.body).toBe('ż'.repeat(5_000));
  expect(Number(vendor.taken[0]?.headers['content-length'])).toBeLessThan(500);
});

test('a vendor that says nothing is given up at the deadline', async () => {
  const { call } = await aCall(() => 'silence');
  expect(await call('x', { timeoutMs: 50 })).toEqual({ kind: 'unanswered', reason: 'timeout' });
});

test.each(['reset-before-body', 'reset-after-body', 'half-answer'] as const)(
  'a connection that breaks (%s) is no answer',
  async (fault) => {
    const { call } = await aCall(() => fault);
    expect(await call('x'.repeat(2_000_000))).toMatchObject({ kind: 'unanswered' });
  },
);

test('a kept connection that the vendor has closed meanwhile costs another try, not the request', async () => {
  const { vendor, call } = await aCall((_path, calls) =>
    calls === 2 ? 'reset-after-body' : { status: 202 },
  );
  expect(await call('first')).toMatchObject({ status: 202 });
  expect(await call('second')).toMatchObject({ status: 202 });
  expect(vendor.taken.map(({ body }) => body)).toEqual(['first', 'second', 'second']);
});

test('nobody at the address, a name that is none, TLS that is none: no answer, and the reason names no address', async () => {
  const send = makeSend();
  open.push(send);
  const to = (url: string) => send({ method: 'POST', url, headers: {}, body: '{}', gzip: false }, 5_000);
  const { vendor } = await aCall(() => ({ status: 202 }));
  expect(await to('http://127.0.0.1:9/')).toEqual({ kind: 'unanswered', reason: 'ECONNREFUSED' });
  expect(await to('http://no-such-host.invalid/')).toMatchObject({
    reason: expect.stringMatching(/^E[A-Z_]+$/),
  });
  expect(await to(vendor.url.replace('http:', 'https:'))).toMatchObject({
    reason: expect.stringMatching(/^E/),
  });
  expect(await to('not an address')).toEqual({ kind: 'unanswered', reason: 'ERR_INVALID_URL' });
});

test('a redirect is not followed: it would carry the key elsewhere', async () => {
  const { vendor, call } = await aCall(() => ({ status: 307, headers: { location: '/elsewhere' } }));
  expect(await call('x')).toMatchObject({ status: 307 });
  expect(vendor.taken).toHaveLength(1);
});
