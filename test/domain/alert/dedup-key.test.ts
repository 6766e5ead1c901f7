import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alertOfDedupKey, dedupKeyOf } from '../../../src/domain/alert/dedup-key.ts';
import { parseAlert } from '../../../src/domain/alert/parse-alert.ts';
import { TENANT_ID } from '../../../src/domain/tenant-id.ts';
import { anAlert } from '../../builders/an-alert.ts';

test('the key of every alert that can be is read back as that alert, and is short enough', () => {
  const tenantId = fc.stringMatching(TENANT_ID).filter((id) => id.length <= 64);
  const alertId = fc.stringMatching(/^[A-Za-z0-9._:-]+$/).filter((id) => id.length <= 64);
  fc.assert(
    fc.property(tenantId, alertId, (tenant, id) => {
      const alert = parseAlert(anAlert({ tenantId: tenant, alertId: id }));
      const key = dedupKeyOf(alert);
      expect(key.length).toBeLessThanOrEqual(255);
      expect(alertOfDedupKey(key)).toEqual({ tenantId: tenant, alertId: id });
    }),
    { examples: [['t'.repeat(64), 'a'.repeat(64)]] },
  );
});

test('what is no key of ours names no alert', () => {
  const hash = 'a'.repeat(64);
  for (const key of [
    undefined,
    null,
    7,
    {},
    '',
    '/',
    'acme',
    'acme/',
    '/a',
    'acme/a/b',
    'ac me/a',
    'acme/a\n',
    hash,
  ])
    expect(alertOfDedupKey(key)).toBeUndefined();
  expect(alertOfDedupKey(`${'x'.repeat(65)}/a`)).toBeUndefined();
  expect(alertOfDedupKey(`acme/${'x'.repeat(65)}`)).toBeUndefined();
});
