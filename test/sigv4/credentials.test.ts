import { expect, test } from '@jest/globals';
import { credentialsFrom } from '../../src/sigv4/credentials.ts';

test('the keys are the role’s', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
  expect(credentialsFrom(keys)).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  expect(credentialsFrom({ ...keys, AWS_SESSION_TOKEN: 'token' })).toMatchObject({ sessionToken: 'token' });
  expect(() => credentialsFrom({ AWS_ACCESS_KEY_ID: 'id' })).toThrow('AWS_SECRET_ACCESS_KEY');
});
