import { afterEach, expect, test } from '@jest/globals';
import { isPublicAddress } from '../../src/sink/public-address.ts';
import { makeSend } from '../../src/sink/send.ts';
import { aVendor, type Vendor } from './a-vendor.ts';

const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fd00:ec2::254',
  'fe80::1',
  'localhost',
  '',
])('%j is not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test('a call to the public only reaches nothing here, however the address is written or named', async () => {
  const vendor = await aVendor(() => ({ status: 200 }));
  vendors.push(vendor);
  const { port } = new URL(vendor.url);
  const send = makeSend();
  const to = (host: string, isPublicOnly: boolean) =>
    send(
      { method: 'POST', url: `http://${host}:${port}/`, headers: {}, body: '', gzip: false, isPublicOnly },
      5_000,
    );
  expect(await to('127.0.0.1', false)).toMatchObject({ status: 200 });
  for (const host of [
    '127.0.0.1',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
  ])
    expect({ host, answer: await to(host, true) }).toEqual({
      host,
      answer: { kind: 'unanswered', reason: 'private_address' },
    });
  expect(vendor.taken).toHaveLength(1);
  send.close();
});
