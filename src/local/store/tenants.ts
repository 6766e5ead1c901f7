/** Whose events are here: one step of the index a tenant, however many events each has. */
import type { Database } from './database.ts';

const MOST = 1000;

export function makeTenants(db: Database): () => readonly string[] {
  const next = db.sql.prepare('SELECT tenant FROM claims WHERE tenant > ? ORDER BY tenant LIMIT 1');
  return () => {
    const tenants: string[] = [];
    for (let found = next.get(''); found && tenants.length < MOST; found = next.get(found.tenant as string))
      tenants.push(found.tenant as string);
    return tenants;
  };
}
