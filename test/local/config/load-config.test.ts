import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/local/config/load-config.ts';
import { ConfigurationError, trustOf } from '../../../src/local/home-options.ts';
import { aRuleFile } from '../../builders/a-rule-file.ts';
import { aHome } from '../a-home.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-stream-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aFile(content: unknown): string {
  const file = join(folder, 'config.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function faultOf(content: unknown, env = {}): string {
  try {
    loadConfig(aFile(content), env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('there was no fault');
}

const ISSUER = { url: 'https://login.example.com', audience: 'audit-stream' };
const PRODUCER = { accessKeyId: 'AK', secretAccessKey: { env: 'SECRET' }, tenants: ['acme'], sources: '*' };

test('a whole file becomes options: paths relative to it, days to ms, secrets from where they are', () => {
  writeFileSync(join(folder, 'secret.txt'), 'from-a-file-16-characters\n');
  const file = aFile({
    listen: { host: '0.0.0.0', port: 8080 },
    dataDir: 'data',
    publicUrl: 'https://audit.example.com',
    issuer: ISSUER,
    producers: [PRODUCER, { ...PRODUCER, secretAccessKey: { file: 'secret.txt' } }],
    allowedOrigins: ['https://other.example.com'],
    retention: { archiveDays: 2, trailDays: 0.5 },
    limits: { connectionsPerTenant: 3 },
    gateway: { idleMs: 5_000 },
  });
  expect(loadConfig(file, { SECRET: 'from-the-environment' })).toEqual({
    host: '0.0.0.0',
    port: 8080,
    dataDir: join(folder, 'data'),
    publicUrl: 'https://audit.example.com',
    issuer: ISSUER,
    producers: [
      { ...PRODUCER, secretAccessKey: 'from-the-environment' },
      { ...PRODUCER, secretAccessKey: 'from-a-file-16-characters' },
    ],
    allowedOrigins: ['https://other.example.com'],
    retention: { archiveMs: 172_800_000, trailMs: 43_200_000 },
    limits: { connectionsPerTenant: 3 },
    gateway: { idleMs: 5_000 },
  });
});

test('every fault is said at once with its path and what must be there', () => {
  const said = faultOf({
    listn: {},
    listen: { port: 70_000 },
    issuer: { url: 'login.example.com' },
    producers: [{ ...PRODUCER, tenants: [], sources: ['billing'] }],
    allowedOrigins: ['https://a.example/path'],
    limits: { connectionsPerTenant: '3', __proto__: 1 },
    retention: { trailDays: -1 },
  });
  for (const path of [
    'listn: is no setting; there are listen',
    'listen.port: must be a whole number from 0 to 65535',
    'issuer.url: must be an address',
    'issuer.audience: is missing',
    'producers[0].tenants: must be a list of at least 1',
    'producers[0].sources[0]: must be a bus source',
    'producers[0].secretAccessKey: the environment variable SECRET has no secret',
    'allowedOrigins[0]: must be an origin',
    'limits.connectionsPerTenant: must be a whole number',
    'retention.trailDays: must be a number of days',
  ]) {
    expect(said).toContain(path);
  }
});

test('a secret in the file itself is refused and not repeated; a short one too', () => {
  const inline = faultOf({
    issuer: ISSUER,
    producers: [{ ...PRODUCER, secretAccessKey: 'hunter2-hunter2-hunter2' }],
  });
  expect(inline).toContain('producers[0].secretAccessKey: must be {"env": "NAME"} or {"file": "path"}');
  expect(inline).not.toContain('hunter2');
  const short = faultOf({ issuer: ISSUER, producers: [PRODUCER] }, { SECRET: 'hunter2' });
  expect(short).toContain('shorter than 16 characters');
  expect(short).not.toContain('hunter2');
});

test('a file that is not there, and one that is no JSON, say so', () => {
  expect(() => loadConfig(join(folder, 'nowhere.json'))).toThrow(/cannot be read/);
  expect(faultOf('{ "listen": ')).toContain('is not JSON');
  expect(faultOf([])).toContain('the file: must be an object');
});

test('a home that other machines could reach does not start without an issuer and producer keys', async () => {
  for (const host of ['0.0.0.0', '192.168.1.5', '::', 'audit.example.com']) {
    await expect(aHome({ host })).rejects.toThrow(/configure issuer .* and producers/);
  }
  const producers = [{ ...PRODUCER, secretAccessKey: 'x', sources: '*' as const }];
  expect(() => trustOf({ host: '0.0.0.0', issuer: ISSUER })).toThrow(/^producers/);
  expect(() => trustOf({ host: '0.0.0.0', producers })).toThrow(/^issuer/);
  expect(() => trustOf({ issuer: ISSUER })).toThrow(/^producers/);
  expect(() => trustOf({ producers })).toThrow(/^issuer/);
  expect(trustOf({ host: '0.0.0.0', issuer: ISSUER, producers }).kind).toBe('closed');
  for (const host of ['127.0.0.1', 'localhost', '::1', '127.9.9.9'])
    expect(trustOf({ host }).kind).toBe('development');
  expect(() => trustOf({ host: '127.0.0.1.evil.example' })).toThrow(ConfigurationError);
});

test('destinations are read with the rest, their keys from this machine', () => {
  writeFileSync(join(folder, 'dd.txt'), 'key\n');
  const { destinations } = loadConfig(
    aFile({ destinations: { datadog: { apiKey: { file: 'dd.txt' }, site: 'datadoghq.eu' } } }),
  );
  expect(destinations).toMatchObject([
    {
      name: 'datadog',
      settings: { site: 'datadoghq.eu' },
      secrets: { apiKey: { file: join(folder, 'dd.txt') } },
    },
  ]);
});

test('a destination whose key is not here is refused by its path', () => {
  const fault = faultOf({
    destinations: {
      datadog: { apiKey: { secret: 'in/aws' } },
      other: { sink: 'datadog', apiKey: { env: 'NOT_SET' } },
      third: { sink: 'datadog', apiKey: { env: 'NOT_SET' }, site: 'nowhere' },
    },
  });
  expect(fault).toContain('destinations.datadog.apiKey: the secret in/aws is in AWS; write {"env": "NAME"}');
  expect(fault).toContain(
    'destinations.other.apiKey: the environment variable NOT_SET has no secret; set it',
  );
  expect(fault).toContain('destinations.third.site: must be one of datadoghq.com');
});

test('addresses of which AWS would make a topic are refused here, and what to write instead is said', () => {
  expect(faultOf({ destinations: { email: { addresses: ['on-call@example.com'] } } })).toContain(
    'destinations.email.addresses: a topic is made of them in AWS only; write topicArn',
  );
});

test('alert rules are read from their folder; each fault of theirs, and a destination that is not there, is said', () => {
  const rules = join(folder, 'rules');
  mkdirSync(rules, { recursive: true });
  const rule = aRuleFile({ id: 'mfa-off', channels: ['slack'] });
  writeFileSync(join(rules, 'good.json'), JSON.stringify(rule));
  const slack = { webhookUrl: { env: 'SLACK' } };
  const env = { SLACK: 'https://hooks.slack.com/services/T000/B000/XXXX' };
  const options = loadConfig(aFile({ alertRules: 'rules', destinations: { slack } }), env);
  expect(options.alertRules?.rules.map(({ id }) => id)).toEqual(['mfa-off']);

  writeFileSync(join(rules, 'bad.yaml'), 'id: bad\nkind: match\n');
  const fault = faultOf({ alertRules: 'rules' });
  expect(fault).toContain('alertRules: bad.yaml: rule bad: name is required');
  expect(fault).toMatch(/alertRules: .*slack/);
  expect(faultOf({ alertRules: 'nowhere' })).toMatch(/alertRules: .*nowhere/);
  expect(faultOf({ alertRules: 7 })).toContain('alertRules: must be a path of a folder of rule files');
});

test('the secrets of PagerDuty’s webhook are read from where they are, and its own is needed', () => {
  const pagerdutyWebhook = {
    secret: { env: 'PD' },
    previousSecret: { env: 'PD_OLD' },
    apiKey: { env: 'PD_API' },
  };
  const env = { PD: 'the-secret-of-now-16', PD_OLD: 'the-secret-before-16', PD_API: 'u-a-key-that-reads' };
  expect(loadConfig(aFile({ pagerdutyWebhook }), env)).toEqual({
    pagerdutyWebhook: { secret: env.PD, previousSecret: env.PD_OLD, apiKey: env.PD_API },
  });
  expect(faultOf({ pagerdutyWebhook: { apiKey: { env: 'PD_API' } } }, env)).toContain(
    'pagerdutyWebhook.secret: is missing; add it',
  );
  expect(faultOf({ pagerdutyWebhook: { secret: 'the-secret-of-now-16' } })).not.toContain('the-secret');
});
