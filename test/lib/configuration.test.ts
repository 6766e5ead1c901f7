import { expect, test } from '@jest/globals';
import { ConfigurationError, contextOf, readConfiguration } from '../../lib/configuration.ts';

const fault = (value: unknown): string => {
  try {
    readConfiguration(value);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'taken';
};

test('nothing configured is a configuration', () => {
  expect(readConfiguration(undefined)).toEqual({});
  expect(readConfiguration({})).toEqual({});
});

test('what is right is taken as it is', () => {
  const all = {
    issuer: 'https://login.example.com/realm',
    audience: 'audit',
    tenantClaim: 'custom:tenant',
    rolesClaim: 'groups',
    allowedOrigins: ['https://audit.example.com'],
    producers: { 'audit.billing': ['acme', 'globex'] },
    trailRetentionDays: 14,
    archiveRetentionDays: 365,
    logRetentionDays: 90,
    environment: 'production',
    production: true,
    busArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/audit',
    alarmEmail: 'on-call@example.com',
    apiGatewayLogRoleExists: true,
  };
  expect(readConfiguration(all)).toEqual(all);
});

test.each([
  ['text', 'audit-stream: must be an object of settings'],
  [{ isuer: 'x' }, 'audit-stream.isuer: is no setting; there are issuer'],
  [{ issuer: 'login.example.com' }, 'audit-stream.issuer: must be the OIDC issuer'],
  [{ issuer: 'http://login.example.com' }, 'audit-stream.issuer: must be'],
  [{ audience: '' }, 'audit-stream.audience: must be a text'],
  [{ allowedOrigins: 'https://a.example' }, 'audit-stream.allowedOrigins: must be a list'],
  [{ allowedOrigins: ['https://a.example', '*'] }, 'audit-stream.allowedOrigins[1]: must be an origin'],
  [{ producers: {} }, 'audit-stream.producers: must be an object'],
  [{ producers: { billing: ['acme'] } }, 'audit-stream.producers.billing: must be a bus source'],
  [
    { producers: { 'audit.billing': ['a b'] } },
    'audit-stream.producers.audit.billing: must be a list of tenants',
  ],
  [{ producers: { 'audit.x': Array(400).fill('tenant-x') } }, 'bytes at most'],
  [{ trailRetentionDays: '7' }, 'audit-stream.trailRetentionDays: must be a whole number of days'],
  [{ archiveRetentionDays: 1.5 }, 'audit-stream.archiveRetentionDays: must be a whole number'],
  [{ logRetentionDays: 31 }, "audit-stream.logRetentionDays: must be one of CloudWatch's spans"],
  [{ production: 'yes' }, 'audit-stream.production: must be true or false'],
  [{ busArn: 'audit' }, 'audit-stream.busArn: must be the ARN'],
  [{ alarmEmail: 'me' }, 'audit-stream.alarmEmail: must be an e-mail address'],
])('%j is refused with a sentence', (value, sentence) => {
  expect(fault(value)).toContain(sentence);
});

test('all faults are told at once, and never a value', () => {
  const message = fault({ issuer: 'secret-issuer', production: 'secret-flag', nonsense: 'secret-value' });
  expect(message.split('\n')).toHaveLength(4);
  expect(message).not.toContain('secret-');
});

test('single settings come as text from the command line and win over the object', () => {
  const context: Record<string, unknown> = {
    'audit-stream': { environment: 'staging', trailRetentionDays: 3 },
    'audit-stream:trailRetentionDays': '14',
    'audit-stream:allowedOrigins': '["https://a.example"]',
    'audit-stream:issuer': 'https://login.example.com',
    'audit-stream:production': 'false',
  };
  expect(readConfiguration(contextOf((name) => context[name]))).toEqual({
    environment: 'staging',
    trailRetentionDays: 14,
    allowedOrigins: ['https://a.example'],
    issuer: 'https://login.example.com',
    production: false,
  });
});
