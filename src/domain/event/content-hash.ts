/** Tells whether two events of the same id say the same: a duplicate is harmless, another content is a conflict. */
import { createHash } from 'node:crypto';
import type { Alert } from '../alert/alert.ts';
import type { AuditEvent } from './audit-event.ts';
import { canonicalJson } from './canonical-json.ts';

/** SHA-256 in hex over the canonical JSON (RFC 8785) of the event or alert without `integrity` and
 * `pipeline`. */
export function contentHash(event: AuditEvent | Alert): string {
  const content = { ...event, integrity: undefined, pipeline: undefined };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
