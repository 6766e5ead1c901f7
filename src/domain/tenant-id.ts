/** What a tenant's name may be: the same for tokens, events, producers and keys. */

/** At most 64 characters, case-sensitive. */
export function isTenantId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64 && TENANT_ID.test(value);
}

/** Its characters; the length is checked apart, so that a fault can name it. */
export const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
