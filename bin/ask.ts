/** Asks a running home for what a command needs and leaves. */
import { AuditStreamClient } from '../src/client/audit-stream-client.ts';
import { SYSTEM_TENANT } from '../src/domain/bus-event.ts';
import type { Act } from '../src/domain/protocol/messages.ts';
import { findAccess } from './access.ts';

type Wanted = Parameters<typeof findAccess>[0];

/** Rejects with `StreamError`. */
export type Ask = (what: Act, args?: unknown) => Promise<unknown>;

/** One act. */
export function askHome(
  given: Wanted,
  roles: readonly string[],
  what: Act,
  args?: unknown,
): Promise<unknown> {
  return askingHome(given, roles, (ask) => ask(what, args));
}

/** Any number of acts over one connection. As the system's own tenant where the home gives out tokens: it sees what belongs
 * to all tenants. */
export async function askingHome<T>(
  given: Wanted,
  roles: readonly string[],
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const tenant = given.tenant ?? (given['token-command'] === undefined ? SYSTEM_TENANT : undefined);
  const access = await findAccess({ ...given, tenant }, roles);
  const client = new AuditStreamClient({
    url: access.streamUrl,
    getToken: access.getToken,
    ...(access.tenant !== undefined && { tenant: access.tenant }),
  });
  client.connect();
  try {
    return await work((what, args) => client.act(what, args));
  } finally {
    client.close();
  }
}
