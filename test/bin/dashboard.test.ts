/** The page's server on this machine: who gets a token from it, and who does not. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { type PageServer, servePage } from '../../bin/page-server.ts';
import { until } from '../builders/until.ts';
import { run, start } from './run-cli.ts';

const STREAM = 'wss://stream.example/live';
const serving = new Set<PageServer>();
afterEach(() => {
  for (const page of serving) page.close();
  serving.clear();
});

async function serve(getToken: () => Promise<string> = async () => 'a.b.c'): Promise<URL> {
  const page = await servePage({ access: { streamUrl: STREAM, tenant: 'acme', getToken }, port: 0 });
  serving.add(page);
  return new URL(page.url);
}

/** With any Host and Origin, as `fetch` does not let one. */
async function ask(url: URL, path: string, method: string, headers: Record<string, string> = {}) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(new URL(path, url), { method, headers }, resolve).on('error', reject).end();
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('the page is told where the stream is and where its tokens come from', async () => {
  const url = await serve();

  expect(JSON.parse((await ask(url, '/config.json', 'GET')).body)).toEqual({
    streamUrl: STREAM,
    development: false,
    tokenRoute: '/token',
    tenant: 'acme',
  });
});

test('its own page gets a token that nothing keeps', async () => {
  const url = await serve();

  const { status, headers, body } = await ask(url, '/token', 'POST', { origin: url.origin });

  expect({ status, body }).toEqual({ status: 200, body: '{"token":"a.b.c"}' });
  expect(headers['cache-control']).toBe('no-store');
});

test('another page gets none, whatever name it gives this machine', async () => {
  const url = await serve();

  expect(await ask(url, '/token', 'POST', { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  expect(await ask(url, '/token', 'POST', { origin: 'http://127.0.0.1:1' })).toMatchObject({ status: 403 });
  expect(await ask(url, '/token', 'POST', { origin: 'null' })).toMatchObject({ status: 403 });
  expect(await ask(url, '/token', 'POST', { host: 'evil.example' })).toMatchObject({ status: 403 });
  expect(await ask(url, '/config.json', 'GET', { host: 'evil.example' })).toMatchObject({ status: 403 });
  expect(await ask(url, '/token', 'GET')).toMatchObject({ status: 405 });
});

test('a token command that fails is told to the page, without what it said', async () => {
  const command = start([
    'dashboard',
    '--url',
    STREAM,
    '--port',
    '0',
    '--token-command',
    'echo SECRET; echo SECRET >&2; exit 7',
  ]);
  await until(() => /is at http/.test(command.out()));
  const url = new URL(/is at (\S+)/.exec(command.out())?.[1] ?? '');

  const { status, body } = await ask(url, '/token', 'POST', { origin: url.origin });
  command.process.kill('SIGINT');
  const { code, out, err } = await command.ended;

  expect({ status, code }).toEqual({ status: 502, code: 0 });
  expect(body).toContain('exit code 7');
  expect(body + out + err).not.toContain('SECRET');
  expect(out).toContain(`must allow the origin ${url.origin}`);
});

test('without a token command it does not start', async () => {
  expect(await run(['dashboard', '--url', STREAM])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--token-command'),
  });
});
