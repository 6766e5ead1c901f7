/** Makes every free text, name and number of an event one of a kind, so that each can be looked for. */
import type { AuditEvent } from '../../../../src/domain/event/audit-event.ts';

/** What has a form or a meaning to keep to. */
const KEPT =
  /^(schemaVersion|(occurred|recorded)At|action|activity|category|outcome|severity|actor\.type|http\.(method|statusCode)|source\.(accountId|region)|context\.(ips?|traceId|spanId)(\.\d+)?|targets\.\d+\.type|changes\.\d+\.op|error\.phase|performance\.durationMs|privacy\.classification|tenantId|actor\.email)$/;
/** Where the producer chose the names. */
const FREE =
  /^(labels|metadata|actor\.metadata|targets\.\d+\.metadata|http\.(request|response)\.(headers|query|body)|changes\.\d+\.(before|after))(\.|$)/;

export function marked(event: AuditEvent): AuditEvent {
  let made = 0;
  const mark = (value: unknown, path: string): unknown => {
    if (KEPT.test(path)) return value;
    if (typeof value === 'string') return `${value}~${++made}`;
    if (typeof value === 'number') return 1_000_000_000 + ++made;
    if (Array.isArray(value)) return value.map((one, index) => mark(one, `${path}.${index}`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, content]) => [
        FREE.test(path) ? `${name}~${++made}` : name,
        mark(content, path === '' ? name : `${path}.${name}`),
      ]),
    );
  };
  return mark(event, '') as AuditEvent;
}
