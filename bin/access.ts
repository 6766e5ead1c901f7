/** How a command reaches a running home: its address, and a token for the stream. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from './command.ts';

export const DEFAULT_URL = 'http://127.0.0.1:4100';

export const ACCESS_OPTIONS = {
  url: { type: 'string' },
  tenant: { type: 'string' },
  'token-command': { type: 'string' },
} as const;

export const ACCESS_HELP = `  --url URL              where it runs (default ${DEFAULT_URL})
  --tenant NAME          whose events; a development home gives out tokens for it
  --token-command CMD    prints a viewer's token; run again for each connection`;

export interface Access {
  readonly streamUrl: string;
  readonly tenant?: string;
  readonly getToken: () => Promise<string>;
}

interface Wanted {
  readonly url?: string | undefined;
  readonly tenant?: string | undefined;
  readonly 'token-command'?: string | undefined;
}

export async function findAccess(
  { url = DEFAULT_URL, tenant, 'token-command': tokenCommand }: Wanted,
  roles: readonly string[],
): Promise<Access> {
  const named = tenant === undefined ? {} : { tenant };
  if (/^wss?:/.test(url)) {
    if (tokenCommand === undefined) throw new UsageError('a ws address needs --token-command');
    return { streamUrl: url, getToken: () => fromCommand(tokenCommand), ...named };
  }
  const config = await getJson<{ streamUrl: string; development: boolean }>(new URL('/config.json', url));
  if (tokenCommand !== undefined)
    return { streamUrl: config.streamUrl, getToken: () => fromCommand(tokenCommand), ...named };
  if (!config.development)
    throw new UsageError(
      `${url} wants tokens of its issuer: give --token-command, a command that prints one`,
    );
  const { tenants } = await getJson<{ tenants: readonly string[] }>(new URL('/dev/tenants', url));
  const chosen = tenant ?? tenants[0];
  if (chosen === undefined) throw new UsageError('no event has named a tenant yet: give --tenant');
  return {
    streamUrl: config.streamUrl,
    tenant: chosen,
    getToken: () => fromDevelopmentIssuer(url, chosen, roles),
  };
}

async function fromDevelopmentIssuer(url: string, tenant: string, roles: readonly string[]): Promise<string> {
  const body = JSON.stringify({ tenant, roles, subject: 'cli@this-machine' });
  const response = await fetch(new URL('/dev/token', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const answer = (await response.json()) as { token?: string; message?: string };
  if (answer.token === undefined)
    throw new Error(`no token for tenant ${tenant}: ${answer.message ?? response.status}`);
  return answer.token;
}

async function fromCommand(command: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { timeout: 30_000 });
    return stdout.trim();
  } catch (error) {
    throw new Error(`--token-command failed (exit code ${(error as { code?: unknown }).code})`);
  }
}

async function getJson<T>(url: URL): Promise<T> {
  const response = await reach(url);
  if (!response.ok)
    throw new Error(
      `${url.origin} answered ${response.status} for ${url.pathname}: is this an Audit Stream?`,
    );
  return (await response.json()) as T;
}

/** `fetch` whose failure says what to do. */
export async function reach(url: URL, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new Error(`nothing answers at ${url.origin}: start it with npm start, or give --url`, { cause });
  }
}
