import { beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet } from 'jose';
import { makeVerifyToken } from '../../src/stream/auth/verify-token.ts';
import { type ConnectRequest, makeConnect } from '../../src/stream/connect.ts';
import { makeHello } from '../../src/stream/hello.ts';
import { LIMITS } from '../../src/stream/limits.ts';
import type { Connection, Publish } from '../../src/stream/ports.ts';
import { makeSystemEvents } from '../../src/stream/system-events.ts';
import { AUDIENCE, aKey, aToken, ISSUER, type Key } from './auth/an-issuer.ts';
import { aClock, memoryBus, memorySubscriptions, START_MS, said } from './memory-home.ts';

let key: Key;
beforeAll(async () => {
  key = await aKey('k1');
});

function aDoor({
  origins = 'any' as 'any' | string[],
  limits = {},
  publish = undefined as Publish | undefined,
} = {}) {
  const clock = aClock();
  const bus = memoryBus();
  const subscriptions = memorySubscriptions();
  const lines: string[] = [];
  const log = (...line: unknown[]) => void lines.push(JSON.stringify(line));
  const all = { ...LIMITS, ...limits };
  const systemEvents = makeSystemEvents({
    publish: publish ?? bus.publish,
    now: clock.now,
    log,
    perMinute: all.systemEventsPerMinute,
    schedule: () => undefined,
  });
  const verifyToken = makeVerifyToken({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: createLocalJWKSet({ keys: [key.jwk] }),
    now: clock.now,
  });
  const connect = makeConnect({
    subscriptions,
    verifyToken,
    systemEvents,
    origins,
    limits: all,
    now: clock.now,
    log,
  });
  let connections = 0;
  const knock = async (claims: object = {}, request: Partial<ConnectRequest> = {}, more: string[] = []) => {
    const token = await aToken(key, clock.now(), { ...claims });
    const answer = await connect({
      connectionId: `c${++connections}`,
      protocols: ['audit-stream.v1', `bearer.${token}`, ...more],
      sourceIp: '203.0.113.7',
      ...request,
    });
    await systemEvents.settled();
    return { answer, token };
  };
  return { knock, clock, bus, subscriptions, lines };
}

test('a viewer with a good token is let in, and told who it is, how long, how often to pull', async () => {
  const { knock, subscriptions, clock } = aDoor();
  const { answer } = await knock({ roles: ['operator'] });
  expect(answer).toMatchObject({ kind: 'accepted', protocol: 'audit-stream.v1' });
  const connection = (await subscriptions.connection('c1', START_MS)) as Connection;
  const hello = makeHello({ limits: LIMITS, now: clock.now });
  const { messages } = await hello(connection, { v: 1, type: 'hello', id: 'h' });
  expect(said(messages[0])).toEqual({
    v: 1,
    type: 'welcome',
    id: 'h',
    connectionId: 'c1',
    tenantId: 'acme',
    subject: 'ada',
    roles: ['operator'],
    heartbeatMs: LIMITS.heartbeatMs,
    tokenExpiresAtMs: START_MS + 3_600_000,
    maxConnectionMs: LIMITS.maxConnectionMs,
    serverTimeMs: START_MS,
  });
  expect(await subscriptions.connection('c1', START_MS)).toMatchObject({ connectedAtMs: START_MS });
});

test('the connection ends with its token, or after two hours if the token lasts longer', async () => {
  const { knock, subscriptions } = aDoor();
  await knock({ exp: START_MS / 1000 + 60 });
  await knock({ exp: START_MS / 1000 + 86_400 });
  const [short, long] = await Promise.all(['c1', 'c2'].map((id) => subscriptions.connection(id, 0)));
  expect(short?.expiresAtMs).toBe(START_MS + 60_000 + LIMITS.clockLeewayMs);
  expect(long?.expiresAtMs).toBe(START_MS + LIMITS.maxConnectionMs);
});

test('a tenant subprotocol picks among the tenants of the token', async () => {
  const { knock } = aDoor();
  const { answer } = await knock({ tenant_id: ['acme', 'globex'] }, {}, ['tenant.globex']);
  expect(answer).toMatchObject({ principal: { tenantId: 'globex' } });
});

test.each<[string, object, Partial<ConnectRequest>, string[], number, string]>([
  ['no subprotocol', {}, { protocols: [] }, [], 401, 'unsupported_protocol'],
  ['no token', {}, { protocols: ['audit-stream.v1'] }, [], 401, 'token_missing'],
  ['an empty token', {}, { protocols: ['audit-stream.v1', 'bearer.'] }, [], 401, 'token_missing'],
  ['two tokens', {}, {}, ['bearer.x'], 401, 'several_tokens'],
  ['another audience', { aud: 'x' }, {}, [], 401, 'wrong_audience'],
  ['an expired token', { exp: START_MS / 1000 - 60 }, {}, [], 401, 'expired'],
  ['a tenant claim of another type', { tenant_id: 7 }, {}, [], 403, 'tenant_claim_invalid'],
  ['a tenant that is none', {}, {}, ['tenant.'], 403, 'tenant_invalid'],
  ['two tenants', {}, {}, ['tenant.acme', 'tenant.globex'], 403, 'tenant_invalid'],
  ['a foreign origin', {}, { origin: 'https://evil.example' }, [], 403, 'origin_not_allowed'],
  ['a null origin', {}, { origin: 'null' }, [], 403, 'origin_not_allowed'],
])(
  '%s is refused; the audit has the reason, the caller only its kind',
  async (_, claims, request, more, status, code) => {
    const { knock, bus, lines } = aDoor({ origins: ['https://audit.example'] });
    const { answer, token } = await knock(claims, request, more);
    expect(answer).toMatchObject({ kind: 'refused', status });
    expect(JSON.stringify(answer)).not.toContain(code);
    expect(bus.published).toMatchObject([
      {
        source: 'audit.audit-stream',
        detailType: 'Audit Event',
        detail: {
          tenantId: 'audit-stream',
          action: 'stream.denied',
          outcome: 'denied',
          reason: { code },
          context: { ip: '203.0.113.7' },
        },
      },
    ]);
    expect(lines.join()).toContain(code);
    expect(lines.join() + JSON.stringify(bus.published)).not.toContain(token.slice(0, 40));
  },
);

test('an origin on the list, in any case, and a program that sends none are let in', async () => {
  const { knock } = aDoor({ origins: ['https://Audit.example'] });
  expect((await knock({}, { origin: 'https://audit.example' })).answer.kind).toBe('accepted');
  expect((await knock()).answer.kind).toBe('accepted');
});

test('one connection too many of a tenant is refused with 429; another tenant is not concerned', async () => {
  const { knock, bus } = aDoor({ limits: { connectionsPerTenant: 1 } });
  await knock();
  expect((await knock()).answer).toMatchObject({ kind: 'refused', status: 429 });
  expect((await knock({ tenant_id: 'globex' })).answer.kind).toBe('accepted');
  expect(bus.published[1]?.detail).toMatchObject({
    actor: { id: 'ada' },
    reason: { code: 'too_many_connections' },
    targets: [{ type: 'tenant', id: 'acme' }, { type: 'connection' }],
  });
});

test('a bus that is lost or slow neither fails nor holds up a connect', async () => {
  const lost = aDoor({ publish: () => Promise.reject(new Error('disk full')) });
  expect((await lost.knock()).answer.kind).toBe('accepted');
  expect(lost.lines.join()).toContain('disk full');
  const systemEvents = makeSystemEvents({
    publish: () => new Promise(() => undefined),
    now: () => START_MS,
    log: () => undefined,
    perMinute: 60,
  });
  expect(systemEvents.report({ action: 'stream.denied', cause: 'strangers' })).toBeUndefined();
});

test('a store that is lost is answered 503, not thrown', async () => {
  const { knock, subscriptions } = aDoor();
  subscriptions.open = () => Promise.reject(new Error('locked'));
  expect((await knock()).answer).toMatchObject({ kind: 'refused', status: 503 });
});
