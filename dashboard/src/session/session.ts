/** Who is looking: a token from the development issuer, from the command that serves this page, or one that the viewer brings. */

export interface PageConfig {
  readonly streamUrl: string;
  /** At a development home anyone on this machine may take a token. */
  readonly development: boolean;
  readonly issuer?: string;
  /** Where a page that `audit-stream dashboard` serves asks for its tokens. */
  readonly tokenRoute?: string;
  /** Picks one when the token lists several. */
  readonly tenant?: string;
}

export interface Session {
  readonly tenant?: string;
  readonly getToken: () => Promise<string>;
}

export type DevelopmentRole = 'viewer' | 'operator' | 'auditor';

export async function loadConfig(): Promise<PageConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`the server answered ${response.status} for /config.json`);
  return (await response.json()) as PageConfig;
}

export async function knownTenants(): Promise<readonly string[]> {
  const response = await fetch('/dev/tenants');
  if (!response.ok) return [];
  const { tenants } = (await response.json()) as { tenants: string[] };
  return tenants;
}

/** A fresh token for each connection attempt. */
export function developmentSession(tenant: string, roles: readonly DevelopmentRole[]): Session {
  return {
    tenant,
    async getToken() {
      const body = JSON.stringify({ tenant, roles, subject: 'you@this-machine', name: 'You' });
      const response = await fetch('/dev/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!response.ok) throw new Error(`the development issuer answered ${response.status}`);
      return ((await response.json()) as { token: string }).token;
    },
  };
}

/** The server of this page runs its token command for each connection attempt. */
export function servedSession(tokenRoute: string, tenant: string | undefined): Session {
  return {
    ...(tenant !== undefined && { tenant }),
    async getToken() {
      const response = await fetch(tokenRoute, { method: 'POST' });
      const { token, message } = (await response.json()) as { token?: string; message?: string };
      if (token === undefined) throw new Error(message ?? `the token route answered ${response.status}`);
      return token;
    },
  };
}

/** Kept for this browser tab only. */
const TOKEN_KEY = 'audit-stream.token';

export function broughtSession(): Session | undefined {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token ? { getToken: async () => token } : undefined;
}

export function bringToken(token: string): Session {
  sessionStorage.setItem(TOKEN_KEY, token.trim());
  return { getToken: async () => token.trim() };
}

export function forgetToken(): void {
  sessionStorage.removeItem(TOKEN_KEY);
}
