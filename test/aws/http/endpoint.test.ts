import { expect, test } from '@jest/globals';
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
