/** Whose events somebody may hear of: its own tenant's; those of the reserved tenant all, also what names no tenant. */
import { SYSTEM_TENANT } from '../../domain/bus-event.ts';
import type { Principal } from '../ports.ts';

export function mayKnow(principal: Principal, tenantId: string | undefined): boolean {
  return principal.tenantId === SYSTEM_TENANT || tenantId === principal.tenantId;
}
