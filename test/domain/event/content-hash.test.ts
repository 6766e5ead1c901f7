import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { canonicalJson } from '../../../src/domain/event/canonical-json.ts';
import { contentHash } from '../../../src/domain/event/content-hash.ts';
import { anAuditEvent } from './an-audit-event.ts';

test('the example of RFC 8785, section 3.2.2 to 3.2.4', () => {
  const example = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  expect(canonicalJson(example)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('keys are sorted by UTF-16 units, as in RFC 8785, section 3.2.3', () => {
  const example = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  expect(Object.values(JSON.parse(canonicalJson(example)))).toHaveLength(7);
  expect([...canonicalJson(example).matchAll(/:"([^"]+)"/g)].map(([, name]) => name)).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
])('the double %s is written %s, as in RFC 8785, appendix B', (hex, written) => {
  expect(canonicalJson(Buffer.from(hex, 'hex').readDoubleBE())).toBe(written);
});

test('what has no canonical form throws', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, 1n, () => 1])
    expect(() => canonicalJson(value)).toThrow(TypeError);
});

test('the order of keys does not change the hash, the content does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (metadata) => {
      const event = anAuditEvent({ metadata: { metadata } });
      const turned = Object.fromEntries(Object.entries(event).reverse()) as unknown as AuditEvent;
      expect(contentHash(turned)).toBe(contentHash(event));
    }),
  );
  expect(contentHash(anAuditEvent())).toMatch(/^[0-9a-f]{64}$/);
  expect(contentHash(anAuditEvent({ outcome: 'denied' }))).not.toBe(contentHash(anAuditEvent()));
});

test('what the system adds does not change the hash', () => {
  const stamped = anAuditEvent({ integrity: { hash: '00' }, pipeline: { stream: 's' } });
  expect(contentHash(stamped)).toBe(contentHash(anAuditEvent()));
});
