import { expect, test } from '@jest/globals';
import { AWS_LIMITS } from '../../src/aws/limits.ts';
import { readSettings } from '../../src/aws/settings.ts';

test('a setting is read when it is asked for, so a Lambda needs only its own', () => {
  const settings = readSettings({ TRAIL_TABLE: 'trail', TRAIL_DAYS: '7' });
  expect(settings.trailTable).toBe('trail');
  expect(settings.trailRetentionMs).toBe(7 * 24 * 3_600_000);
});

test.each([
  ['is missing', {}],
  ['is empty', { CONNECTIONS_TABLE: '' }],
])('a setting that %s is named with the remedy', (_, env) => {
  expect(() => readSettings(env).connectionsTable).toThrow(
    'CONNECTIONS_TABLE is not set: deploy the stack again',
  );
});

test('a setting that is no JSON is named, and its value is not', () => {
  const read = () => readSettings({ PRODUCERS: '{secret' }).producers;
  expect(read).toThrow('PRODUCERS is not JSON');
  expect(read).not.toThrow('secret');
});

test('limits differ from the defaults where the stack says so', () => {
  expect(readSettings({}).limits).toEqual(AWS_LIMITS);
  expect(readSettings({ LIMITS: '{"heartbeatMs":5000}' }).limits).toEqual({
    ...AWS_LIMITS,
    heartbeatMs: 5_000,
  });
});

test('without producers any source is trusted, without an issuer nobody is let in', () => {
  expect(readSettings({}).producers).toBeUndefined();
  expect(readSettings({ ISSUER: '' }).issuer).toBeUndefined();
});
