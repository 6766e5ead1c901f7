import { expect, test } from '@jest/globals';
import { isSecretName } from '../../../src/domain/event/secret-name.ts';

test.each([
  'password',
  'userPassword',
  'PASSWD',
  'passphrase',
  'client_secret',
  'X-Api-Key',
  'apiKey',
  'accessToken',
  'refresh_tokens',
  'Authorization',
  'proxy-authorization',
  'Set-Cookie',
  'cookie',
  'x-amz-security-token',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'x-csrf',
  'private-key',
  'sessionId',
  'cardNumber',
  'cvv',
  'pin',
  'x-auth',
  'passwordHash',
])('%s holds a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  'tokenCount',
  'company',
  'japan',
  'pinned',
  'keyboard',
  'key',
  'primaryKey',
  'secretary',
  'passenger',
  'author',
  'authority',
  'spin',
  'content-type',
  'sessions',
])('%s does not', (name) => {
  expect(isSecretName(name)).toBe(false);
});
