/** Reads who is there, for which tenant and in which roles, out of a verified token's claims. */
import { SYSTEM_TENANT } from '../../domain/bus-event.ts';
import { isTenantId } from '../../domain/tenant-id.ts';
import type { Principal, Role } from '../ports.ts';

export interface ClaimNames {
  /** A string or a list of strings; a connection picks one of several. */
  readonly tenant: string;
  /** A list of strings, or one string with spaces; unknown ones are left alone, none is a viewer. */
  readonly roles: string;
}

const CLAIM_NAMES: ClaimNames = { tenant: 'tenant_id', roles: 'roles' };

export type PrincipalRefusal =
  | 'no_subject'
  | 'tenant_claim_missing'
  | 'tenant_claim_invalid'
  | 'tenant_not_chosen'
  | 'tenant_not_listed'
  | 'tenant_reserved'
  | 'roles_claim_invalid';

export type PrincipalOf =
  | { readonly kind: 'principal'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly reason: PrincipalRefusal; readonly subject?: string };

/** The principal of the claims for the tenant that the connection picked (none: the token's only one).
 * The reserved tenant must be listed by the token like any other, and asks for the role auditor or operator. */
export function principalOf(
  claims: Readonly<Record<string, unknown>>,
  picked: string | undefined,
  names: ClaimNames = CLAIM_NAMES,
): PrincipalOf {
  const subject = claims.sub;
  if (typeof subject !== 'string' || subject === '' || subject.length > MAX_SUBJECT_CHARS)
    return { kind: 'refused', reason: 'no_subject' };
  const roles = rolesOf(own(claims, names.roles));
  if (!roles) return { kind: 'refused', reason: 'roles_claim_invalid', subject };
  const tenant = tenantOf(own(claims, names.tenant), picked);
  if (tenant.kind === 'refused') return { ...tenant, subject };
  if (tenant.id === SYSTEM_TENANT && !roles.includes('auditor') && !roles.includes('operator'))
    return { kind: 'refused', reason: 'tenant_reserved', subject };
  const principal: Principal = {
    subject,
    ...(typeof claims.name === 'string' ? { name: claims.name.slice(0, MAX_SUBJECT_CHARS) } : {}),
    tenantId: tenant.id,
    roles,
    tokenExpiresAtMs: (claims.exp as number) * 1000,
  };
  return { kind: 'principal', principal };
}

const MAX_SUBJECT_CHARS = 256;
const ROLES: readonly Role[] = ['viewer', 'operator', 'auditor'];

function tenantOf(
  claim: unknown,
  picked: string | undefined,
):
  | { readonly kind: 'tenant'; readonly id: string }
  | { readonly kind: 'refused'; readonly reason: PrincipalRefusal } {
  if (claim === undefined) return { kind: 'refused', reason: 'tenant_claim_missing' };
  const listed = typeof claim === 'string' ? [claim] : claim;
  if (!Array.isArray(listed) || listed.length === 0 || !listed.every(isTenantId))
    return { kind: 'refused', reason: 'tenant_claim_invalid' };
  if (picked !== undefined)
    return listed.includes(picked)
      ? { kind: 'tenant', id: picked }
      : { kind: 'refused', reason: 'tenant_not_listed' };
  const [only, ...others] = new Set(listed);
  return others.length === 0 && only !== undefined
    ? { kind: 'tenant', id: only }
    : { kind: 'refused', reason: 'tenant_not_chosen' };
}

/** Undefined when the claim is of another type: a role must never come out of a guess. */
function rolesOf(claim: unknown): readonly Role[] | undefined {
  const named = typeof claim === 'string' ? claim.split(' ') : (claim ?? []);
  if (!Array.isArray(named) || !named.every((role) => typeof role === 'string')) return undefined;
  const known = ROLES.filter((role) => named.includes(role));
  return known.length > 0 ? known : ['viewer'];
}

function own(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
