import { expect, test } from '@jest/globals';
import { isSigned } from '../../../src/stream/pagerduty-webhook/is-signed.ts';
import { sample, signed } from './a-webhook.ts';

const { body, signature, secret } = sample('signed') as unknown as Readonly<Record<string, string>>;
const text = Buffer.from(String(body));

test('a signature that PagerDuty published is found right', () => {
  expect(isSigned(text, String(signature), [String(secret)])).toBe(true);
});

test('so is the one of RFC 4231, test case 2', () => {
  const digest = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  const said = Buffer.from('what do ya want for nothing?');
  expect(isSigned(said, `v1=${digest}`, ['Jefe'])).toBe(true);
  expect(isSigned(said, `v1=${digest.toUpperCase()}`, ['Jefe'])).toBe(true);
});

test('a body with any one bit changed is not signed', () => {
  for (let i = 0; i < text.length * 8; i += 37) {
    const changed = Buffer.from(text);
    changed[i >> 3] = (changed[i >> 3] as number) ^ (1 << (i & 7));
    expect(isSigned(changed, String(signature), [String(secret)])).toBe(false);
  }
});

test('bytes that are no UTF-8 are signed as they are', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xc3]);
  expect(isSigned(bytes, signed(bytes), ['the-secret-of-the-subscription'])).toBe(true);
  expect(isSigned(Buffer.from(bytes.toString()), signed(bytes), ['the-secret-of-the-subscription'])).toBe(
    false,
  );
});

test('of several signatures and several secrets one pair is enough', () => {
  expect(isSigned(text, signed(text, 'old', 'new'), ['new'])).toBe(true);
  expect(isSigned(text, signed(text, 'old'), ['new', 'old'])).toBe(true);
  expect(isSigned(text, `v0=abc, v2=${'0'.repeat(64)}, ${signed(text, 'new')}`, ['new'])).toBe(true);
  expect(isSigned(text, signed(text, 'old', 'older'), ['new', 'newer'])).toBe(false);
});

test('what is no signature of version 1 says nothing, and an empty secret signs nothing', () => {
  const right = signed(text, 'new').slice(3);
  for (const header of [
    '',
    'v1=',
    right,
    `v1:${right}`,
    `V1=${right}`,
    `v1=${right}00`,
    `v1=${right.slice(2)}`,
    `v2=${right}`,
  ])
    expect(isSigned(text, header, ['new'])).toBe(false);
  expect(isSigned(text, signed(text, ''), [''])).toBe(false);
  expect(isSigned(text, signed(text, 'new'), [])).toBe(false);
});
