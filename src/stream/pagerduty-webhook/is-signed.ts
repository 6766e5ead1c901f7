/** Whether PagerDuty sent these bytes: HMAC-SHA256 over them, by a secret that only it and we have.
 * https://developer.pagerduty.com/docs/verifying-webhook-signatures */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header is `v1=<hex>[,v1=<hex>]`: several while PagerDuty changes the secret. Versions that are not known say nothing. */
export function isSigned(body: Uint8Array, header: string, secrets: readonly string[]): boolean {
  const said = header.split(',').flatMap((one) => {
    const [, hex] = V1.exec(one.trim()) ?? [];
    return hex === undefined ? [] : [Buffer.from(hex, 'hex')];
  });
  if (said.length === 0) return false;
  return secrets
    .filter((secret) => secret !== '')
    .map((secret) => createHmac('sha256', secret).update(body).digest())
    .some((expected) => said.some((signature) => timingSafeEqual(expected, signature)));
}

const V1 = /^v1=([0-9a-fA-F]{64})$/;
