/** By which name PagerDuty knows an alert: readable, so that what it says of the alert finds its way back. */
import type { Alert } from './alert.ts';

export type AlertName = Pick<Alert, 'tenantId' | 'alertId'>;

/** The same for all notices of an alert, another for any other alert of any tenant. Neither part can hold a `/`, and both
 * together have at most 129 characters. */
export function dedupKeyOf({ tenantId, alertId }: AlertName): string {
  return `${tenantId}/${alertId}`;
}

/** Undefined for whatever is no key of ours. */
export function alertOfDedupKey(key: unknown): AlertName | undefined {
  const [, tenantId, alertId] = (typeof key === 'string' && KEY.exec(key)) || [];
  return tenantId === undefined || alertId === undefined ? undefined : { tenantId, alertId };
}

/** As `parseAlert` takes tenant and `alertId`. */
const KEY = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/([A-Za-z0-9._:-]{1,64})$/;
