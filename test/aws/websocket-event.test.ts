import { expect, test } from '@jest/globals';
import { connectRequestOf, textOf } from '../../src/aws/websocket-event.ts';

const requestContext = {
  connectionId: 'L0SM9cOFIAMCIhw=',
  identity: { sourceIp: '203.0.113.7', userAgent: 'Firefox' },
};

test('the offered protocols, the origin and the address are read, whatever the case of the headers', () => {
  const headers = {
    'Sec-WebSocket-Protocol': 'audit-stream.v1, bearer.a.b.c,tenant.acme',
    ORIGIN: 'https://audit.example.com',
  };
  expect(connectRequestOf({ requestContext, headers })).toEqual({
    connectionId: 'L0SM9cOFIAMCIhw=',
    protocols: ['audit-stream.v1', 'bearer.a.b.c', 'tenant.acme'],
    origin: 'https://audit.example.com',
    sourceIp: '203.0.113.7',
    userAgent: 'Firefox',
  });
});

test('a program that sends no origin, no user agent and no protocol is read as that', () => {
  const event = {
    requestContext: { connectionId: 'c', identity: { sourceIp: '203.0.113.7' } },
    headers: null,
  };
  expect(connectRequestOf(event)).toEqual({ connectionId: 'c', protocols: [], sourceIp: '203.0.113.7' });
});

test('text comes as it is, a binary frame in base 64, nothing as nothing', () => {
  expect(textOf({ requestContext, body: '{"v":1}' })).toBe('{"v":1}');
  expect(
    textOf({ requestContext, body: Buffer.from('größe').toString('base64'), isBase64Encoded: true }),
  ).toBe('größe');
  expect(textOf({ requestContext, body: null })).toBe('');
});
