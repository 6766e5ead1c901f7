import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Home } from '../../../src/local/home.ts';
import { anAuditEvent } from '../../domain/event/an-audit-event.ts';
import { aClosedHome, BILLING } from '../a-closed-home.ts';
import { aHome, aToken, post } from '../a-home.ts';
import { refused } from '../a-viewer.ts';

const pageDir = mkdtempSync(join(tmpdir(), 'audit-stream-page-'));
beforeAll(() => {
  mkdirSync(join(pageDir, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(pageDir, 'dist', 'index.html'), '<!doctype html><title>Audit Stream</title>');
  writeFileSync(join(pageDir, 'dist', 'assets', 'index-abc123.js'), 'export {}');
  writeFileSync(join(pageDir, 'secret.txt'), 'secret');
});
afterAll(() => rmSync(pageDir, { recursive: true, force: true }));

/** With any path and headers, as no browser would send them. */
function ask(
  home: Home,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: home.port, method, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

test('the page is served with its types, a policy, and caching by name; nothing outside its folder is', async () => {
  const home = await aHome({ pageDir: join(pageDir, 'dist') });
  const page = await ask(home, 'GET', '/');
  expect(page).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
  });
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  expect(page.headers['content-security-policy']).toContain(home.streamUrl);
  expect(await ask(home, 'GET', '/assets/index-abc123.js')).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    },
  });
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '//etc/passwd',
    '/assets',
    '/constructor',
    '/__proto__',
  ])
    expect((await ask(home, 'GET', path)).status).toBe(404);
});

test('a page that was not built says how to build it', async () => {
  const home = await aHome({ pageDir: join(pageDir, 'nowhere') });
  const page = await ask(home, 'GET', '/');
  expect(page.status).toBe(503);
  expect(page.body).toContain('npm run build:dashboard');
});

test('the page learns where the stream is', async () => {
  const home = await aHome();
  expect(await (await fetch(`${home.url}/config.json`)).json()).toEqual({
    streamUrl: home.streamUrl,
    development: true,
  });
  const { home: closed } = await aClosedHome({ publicUrl: 'https://audit.example.com' });
  expect(await (await fetch(`${closed.url}/config.json`)).json()).toEqual({
    streamUrl: 'wss://audit.example.com/stream',
    development: false,
    issuer: 'https://issuer.example',
  });
});

test('HEAD is GET without a body; other methods are answered with those that are allowed', async () => {
  const home = await aHome({ pageDir: join(pageDir, 'dist') });
  expect(await ask(home, 'HEAD', '/health')).toMatchObject({ status: 200, body: '' });
  expect(await ask(home, 'HEAD', '/')).toMatchObject({ status: 200, body: '' });
  expect(await ask(home, 'DELETE', '/events')).toMatchObject({
    status: 405,
    headers: { allow: 'POST, OPTIONS' },
  });
  expect(await ask(home, 'GET', '/events')).toMatchObject({ status: 405 });
  expect(await ask(home, 'PUT', '/')).toMatchObject({ status: 405, headers: { allow: 'POST, GET, HEAD' } });
  expect(await ask(home, 'GET', '/nowhere')).toMatchObject({ status: 404 });
});

test('a body of another type or too large is refused before it is read', async () => {
  const home = await aHome();
  expect((await post(`${home.url}/events`, 'x', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post(`${home.url}/events`, '{}', { 'content-encoding': 'gzip' })).status).toBe(415);
  expect(
    await ask(home, 'POST', '/events', { 'content-type': 'application/json', 'content-length': '99999999' }),
  ).toMatchObject({ status: 413 });
  expect((await post(`${home.url}/events`, '')).status).toBe(400);
  expect((await post(`${home.url}/events`, '[]')).status).toBe(400);
});

test('a name that was pointed at this machine opens nothing at a development home', async () => {
  const home = await aHome();
  for (const host of [
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4100',
  ])
    expect(await ask(home, 'GET', '/config.json', { host })).toMatchObject({ status: 403 });
  for (const host of ['localhost', `localhost:${home.port}`, '[::1]:4100'])
    expect((await ask(home, 'GET', '/config.json', { host })).status).toBe(200);
  const token = await aToken(home);
  expect(
    await refused(home.streamUrl, ['audit-stream.v1', `bearer.${token}`], { host: 'evil.example' }),
  ).toMatchObject({ status: 403 });
});

test('a page of another origin writes nothing and gets no token, unless it is on the list', async () => {
  const home = await aHome({ allowedOrigins: ['https://friend.example'] });
  const strange = { origin: 'https://evil.example' };
  expect((await post(`${home.url}/events`, anAuditEvent(), strange)).status).toBe(403);
  expect((await post(`${home.url}/dev/token`, { tenant: 'acme' }, strange)).status).toBe(403);
  expect((await post(`${home.url}/dev/faults`, {}, strange)).status).toBe(403);
  expect((await ask(home, 'OPTIONS', '/events', strange)).status).toBe(403);
  expect((await post(`${home.url}/dev/token`, { tenant: 'acme' }, { origin: home.url })).status).toBe(200);

  const friend = { origin: 'https://friend.example' };
  expect(await ask(home, 'OPTIONS', '/events', friend)).toMatchObject({
    status: 204,
    headers: { 'access-control-allow-origin': 'https://friend.example' },
  });
  const taken = await post(`${home.url}/events`, anAuditEvent(), friend);
  expect(taken.status).toBe(200);
  expect(taken.headers.get('access-control-allow-origin')).toBe('https://friend.example');
});

test('lines are taken one by one: bad ones are named, good ones kept', async () => {
  const { home } = await aClosedHome();
  const lines = [
    JSON.stringify(anAuditEvent({ id: 'a' })),
    '{',
    JSON.stringify(anAuditEvent({ id: 'b', action: 7 })),
    '',
    JSON.stringify(anAuditEvent({ id: 'c' })),
  ];
  const answer = await post(`${home.url}/events`, lines.join('\n'), {
    'content-type': 'application/x-ndjson',
    authorization: `Bearer ${BILLING.secretAccessKey}`,
  });
  expect(answer.status).toBe(207);
  expect(await answer.json()).toMatchObject({
    accepted: 2,
    refused: 2,
    results: [
      { id: 'a', status: 'accepted' },
      { status: 'refused', code: 'MalformedJson' },
      { id: 'b', status: 'refused', code: 'InvalidAuditEvent', issues: [{ path: 'action' }] },
      { id: 'c', status: 'accepted' },
    ],
  });
});

test('what is no HTTP is answered 400 and cut', async () => {
  const home = await aHome();
  const socket = connect(home.port, '127.0.0.1');
  socket.write('this is not http\r\n\r\n');
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await new Promise((resolve) => socket.on('close', resolve));
  expect(said).toContain('400 Bad Request');
});

test('the development issuer publishes its papers, and refuses what is no request for a token', async () => {
  const home = await aHome();
  const papers = (await (await fetch(`${home.url}/dev/.well-known/openid-configuration`)).json()) as Record<
    string,
    string
  >;
  expect(papers.issuer).toBe(`${home.url}/dev`);
  const { keys } = (await (await fetch(papers.jwks_uri ?? '')).json()) as { keys: Record<string, unknown>[] };
  expect(keys[0]).toMatchObject({ kty: 'OKP', use: 'sig' });
  expect(keys[0]).not.toHaveProperty('d');
  for (const request of [
    {},
    { tenant: '*' },
    { tenants: [] },
    { tenant: 'acme', roles: ['root'] },
    { tenant: 'acme', expiresInSeconds: -1 },
    { tenant: 'acme', subject: '' },
    [],
  ])
    expect((await post(`${home.url}/dev/token`, request)).status).toBe(400);
});
