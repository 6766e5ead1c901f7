import { afterEach, expect, test } from '@jest/globals';
import { makeConnectionsGateway } from '../../src/aws/connections-gateway.ts';
import { LINES } from '../../src/aws/http/pool.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { until } from '../builders/until.ts';
import {
  type ApiRequest,
  aManagementApi,
  answer,
  CREDENTIALS,
  type Manner,
  REGION,
} from './a-management-api.ts';

let cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  cleanUps = [];
});

/** A gateway in front of an API whose manners are looked up by connection. */
async function aGateway(
  manners: Record<string, Manner | ((request: ApiRequest) => Manner)> = {},
  timeoutMs = 400,
) {
  const api = await aManagementApi((request) => {
    const manner = manners[request.connectionId] ?? 200;
    return typeof manner === 'function' ? manner(request) : manner;
  });
  const logged: string[] = [];
  const waits: number[] = [];
  const client = makeSignedClient({
    endpoint: api.endpoint,
    service: 'execute-api',
    region: REGION,
    credentials: () => CREDENTIALS,
  });
  const gateway = makeConnectionsGateway({
    client,
    log: (_level, message, fields) => logged.push(`${message}: ${fields?.cause}`),
    timeoutMs,
    random: () => 1,
    wait: async (ms) => {
      waits.push(ms);
    },
  });
  cleanUps.push(client.close, api.end);
  return { ...gateway, api, logged, waits };
}

const nthTime = (...manners: readonly Manner[]) => {
  let n = 0;
  return () => manners[Math.min(n++, manners.length - 1)] as Manner;
};
const never = new Promise(() => {});

test('a message reaches its connection byte by byte, signed, over a connection that is used again', async () => {
  const { send, close, api } = await aGateway();
  const text = JSON.stringify({ text: 'größe 😀 \u2028 "quoted"' });

  expect(await send('L0SM9cOFvHcCIhw=', text)).toBe('sent');
  expect(await send('L0SM9cOFvHcCIhw=', 'plain')).toBe('sent');
  await close('a+/b==', 1000, 'bye');

  expect(api.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/live/@connections/L0SM9cOFvHcCIhw%3D', text],
    ['POST', '/live/@connections/L0SM9cOFvHcCIhw%3D', 'plain'],
    ['DELETE', '/live/@connections/a%2B%2Fb%3D%3D', ''],
  ]);
  expect(api.accepted()).toBe(1);
});

test('what API Gateway answers is what became of the send', async () => {
  const manners = { gone: 410, full: 429, large: 413, forbidden: 403, broken: 500, odd: 302 };
  const { send, logged } = await aGateway(manners);

  const outcomes = await Promise.all([...Object.keys(manners), 'fine'].map((id) => send(id, 'x')));

  expect(outcomes).toEqual(['gone', 'throttled', 'too_large', 'failed', 'failed', 'failed', 'sent']);
  expect(logged.toSorted()).toEqual([
    'push failed: 302',
    'push failed: 403: the role may not execute-api:ManageConnections, or the endpoint lacks its stage',
    'push failed: 500',
  ]);
});

test('a wrong signature is refused by the API and counted as failed', async () => {
  const api = await aManagementApi();
  const client = makeSignedClient({
    endpoint: api.endpoint,
    service: 'execute-api',
    region: REGION,
    credentials: () => ({ ...CREDENTIALS, secretAccessKey: 'other' }),
  });
  cleanUps.push(client.close, api.end);

  expect(await makeConnectionsGateway({ client, log: () => {} }).send('c1', 'x')).toBe('failed');
});

test('a throttled send is tried once more after a while, and then left', async () => {
  const { send, api, waits } = await aGateway({
    once: nthTime(429, 200),
    always: 429,
    stumbles: nthTime(503, 200),
  });

  expect(await Promise.all(['once', 'always', 'stumbles'].map((id) => send(id, 'x')))).toEqual([
    'sent',
    'throttled',
    'sent',
  ]);
  expect(api.requests).toHaveLength(6);
  expect(waits).toEqual([250, 250, 250]);
});

test('when nearly all are throttled, sends are not doubled', async () => {
  const { send, api } = await aGateway(
    Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`c${n}`, 429])),
    10_000,
  );

  const outcomes = await Promise.all(Array.from({ length: 500 }, (_, n) => send(`c${n}`, 'x')));

  expect(new Set(outcomes)).toEqual(new Set(['throttled']));
  expect(api.requests).toHaveLength(550);
});

test('a peer that hangs, hangs up, resets or talks nonsense costs its own send and no other', async () => {
  const manners: Record<string, Manner> = {
    silent: { after: never },
    half: { bytes: 'HTTP/1.1 200 OK\r\nContent-Len' },
    'half-body': { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab' },
    'reset-mid': { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab', ends: 'reset' },
    'closed-mid': { bytes: 'HTTP/1.1 20', ends: 'close' },
    'reset-first': { ends: 'reset' },
    garbage: { bytes: 'SSH-2.0-OpenSSH_9.6\r\n\r\n' },
    binary: { bytes: '\u0000\u00ff\u0016\u0003\r\n\r\n\u0000' },
    'two-lengths': { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n' },
    'length-and-chunks': {
      bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    },
    negative: { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n' },
    'too-much': { bytes: `${answer(200)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n` },
  };
  const { send, api } = await aGateway(manners);
  const good = Array.from({ length: 50 }, (_, n) => `c${n}`);

  const outcomes = await Promise.all(
    [...Object.keys(manners), ...good].map(async (id) => [id, await send(id, 'x')] as const),
  );

  expect(Object.fromEntries(outcomes)).toEqual({
    ...Object.fromEntries(Object.keys(manners).map((id) => [id, 'failed'])),
    ...Object.fromEntries(good.map((id) => [id, 'sent'])),
  });
  // Afterwards nothing of it lingers: the sockets that misbehaved are gone, the others go on.
  expect(await Promise.all(good.map((id) => send(id, 'y')))).toEqual(good.map(() => 'sent'));
  expect(api.requests.filter(({ body }) => body === 'y')).toHaveLength(50);
});

test('answers come in many shapes and are read alike', async () => {
  const gone = '{"message":null}';
  const manners: Record<string, Manner> = {
    chunked: {
      bytes: `HTTP/1.1 410 Gone\r\nTransfer-Encoding: chunked\r\n\r\n10;x=y\r\n${gone}\r\n0\r\n\r\n`,
    },
    'until-close': { bytes: `HTTP/1.1 410 Gone\r\n\r\n${gone}`, ends: 'close' },
    closing: { bytes: answer(410, 'Connection: close\r\n'), ends: 'close' },
    old: { bytes: `HTTP/1.0 410 Gone\r\nContent-Length: ${gone.length}\r\n\r\n${gone}`, ends: 'close' },
    interim: { bytes: `HTTP/1.1 100 Continue\r\n\r\n${answer(410)}` },
    bare: { bytes: `HTTP/1.1 410\r\ncontent-length:0\r\n\r\n` },
  };
  const { send } = await aGateway(manners);

  for (const id of Object.keys(manners)) expect([id, await send(id, 'x')]).toEqual([id, 'gone']);
  expect(await send('fine', 'x')).toBe('sent');
});

test('a peer that closes after every answer is spoken to anew each time', async () => {
  const { send, api } = await aGateway({
    a: { bytes: answer(200, 'Connection: close\r\n'), ends: 'close' },
    b: { bytes: answer(200), ends: 'close' },
  });

  for (let n = 0; n < 10; n++) expect(await send(n % 2 ? 'a' : 'b', 'x')).toBe('sent');

  expect(api.accepted()).toBe(10);
});

test('a connection that the peer let go while it was idle does not cost the next send', async () => {
  const { send, api } = await aGateway({
    stale: ({ earlier }) => (earlier > 0 ? { ends: 'reset' } : 200),
    closed: ({ earlier }) => (earlier > 0 ? { ends: 'close' } : 200),
  });
  for (const id of ['stale', 'closed']) {
    await Promise.all(Array.from({ length: 20 }, () => send('fine', 'x')));
    expect(await send(id, 'once more')).toBe('sent');
    const told = api.requests.filter(({ connectionId }) => connectionId === id);
    expect(told.map(({ earlier }) => earlier > 0)).toEqual([true, false]);
  }
  // The same over sockets that are half closed before they are used.
  await send('fine', 'x');
  api.hangUp();
  expect(await send('fine', 'after')).toBe('sent');
});

test('a send that died with half an answer is not sent again', async () => {
  const { send, api } = await aGateway({
    half: ({ earlier }) => (earlier > 0 ? { bytes: 'HTTP/1.1 200', ends: 'reset' } : 200),
  });
  await send('fine', 'x');

  expect(await send('half', 'once')).toBe('failed');
  expect(api.requests.filter(({ body }) => body === 'once')).toHaveLength(1);
});

test('nobody listening is a failed send, for each that waits', async () => {
  const { send, api } = await aGateway();
  await api.end();

  expect(new Set(await Promise.all(Array.from({ length: 40 }, (_, n) => send(`c${n}`, 'x'))))).toEqual(
    new Set(['failed']),
  );
});

test('a thousand sends share a bounded number of connections, and all arrive', async () => {
  const { send, api } = await aGateway({}, 20_000);

  const outcomes = await Promise.all(Array.from({ length: 1_000 }, (_, n) => send(`c${n}`, 'x')));

  expect(new Set(outcomes)).toEqual(new Set(['sent']));
  expect(new Set(api.requests.map(({ connectionId }) => connectionId)).size).toBe(1_000);
  expect(api.accepted()).toBeLessThanOrEqual(LINES.most);
});

test('while answers are slow, those who wait get connections of their own, up to the bound', async () => {
  let answerAll = () => {};
  const after = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  const slow = Array.from({ length: LINES.most + 50 }, (_, n) => `s${n}`);
  const bytes = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
  const { send, api } = await aGateway(Object.fromEntries(slow.map((id) => [id, { after, bytes }])), 20_000);

  const sends = slow.map((id) => send(id, 'x'));
  await until(() => api.open() === LINES.most);
  answerAll();

  expect(new Set(await Promise.all(sends))).toEqual(new Set(['sent']));
});

test('connections that hang do not use up those of the others for longer than their deadline', async () => {
  const hanging = Array.from({ length: LINES.most }, (_, n) => `h${n}`);
  const { send, api } = await aGateway(Object.fromEntries(hanging.map((id) => [id, { after: never }])), 300);

  const hung = hanging.map((id) => send(id, 'x'));
  expect(new Set(await Promise.all(hung))).toEqual(new Set(['failed']));
  // What is left was only opened, never used.
  await until(() => api.open() <= LINES.opening);
  expect(await send('fine', 'x')).toBe('sent');
});

test('closing a viewer that is gone already is no fault', async () => {
  const { close, logged, api } = await aGateway({ gone: 410, forbidden: 403 });

  await close('gone', 1000, 'bye');
  expect(logged).toEqual([]);
  await close('forbidden', 1000, 'bye');
  expect(logged).toHaveLength(1);
  expect(api.requests).toHaveLength(2);
});
