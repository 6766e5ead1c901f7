import { expect, test } from '@jest/globals';
import { credentialsFrom } from '../../../src/aws/http/credentials.ts';
import { endpointOf, regionOf } from '../../../src/aws/http/endpoint.ts';

test('a service is called where the SDKs would call it', () => {
  const region = { AWS_REGION: 'eu-central-1' };
  expect(endpointOf('dynamodb', region)).toBe('https://dynamodb.eu-central-1.amazonaws.com');
  expect(endpointOf('lambda', { AWS_REGION: 'cn-north-1' })).toBe(
    'https://lambda.cn-north-1.amazonaws.com.cn',
  );
  const all = { ...region, AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
  expect(endpointOf('lambda', all)).toBe('http://127.0.0.1:4566');
  expect(endpointOf('dynamodb', { ...all, AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' })).toBe(
    'http://127.0.0.1:8000',
  );
  expect(() => regionOf({})).toThrow('AWS_REGION is not set');
});

test('the keys are the role’s', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
  expect(credentialsFrom(keys)).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  expect(credentialsFrom({ ...keys, AWS_SESSION_TOKEN: 'token' })).toMatchObject({ sessionToken: 'token' });
  expect(() => credentialsFrom({ AWS_ACCESS_KEY_ID: 'id' })).toThrow('AWS_SECRET_ACCESS_KEY');
});
