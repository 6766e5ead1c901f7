/** Starts a real home on a free port with nothing on disk, and ends it with the test. */
import { afterEach } from '@jest/globals';
import { type Home, startHome } from '../../src/local/home.ts';
import type { HomeOptions } from '../../src/local/home-options.ts';

const running = new Set<Home>();

afterEach(async () => {
  await Promise.all([...running].map((home) => home.close()));
  running.clear();
});

export async function aHome(options: HomeOptions = {}): Promise<Home> {
  const home = await startHome({ port: 0, dataDir: ':memory:', log: () => {}, ...options });
  running.add(home);
  return home;
}

export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export async function aToken(
  home: Home,
  request: Readonly<Record<string, unknown>> = { tenant: 'acme' },
): Promise<string> {
  const answer = await post(`${home.url}/dev/token`, request);
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { token: string }).token;
}

export async function eventually<T>(
  find: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
