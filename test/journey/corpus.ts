/** Deals the bundled corpus onto three tenants: real records, so that the filters meet what filters meet in the wild. */
import { readFileSync } from 'node:fs';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Random } from './random.ts';

export const TENANTS = ['amber', 'birch', 'cobalt'] as const;
export type Tenant = (typeof TENANTS)[number];

/** Where a vendor is not named, its records belong to the third tenant. */
const VENDORS: Readonly<Record<string, Tenant>> = {
  cloudtrail: 'amber',
  ...Object.fromEntries(
    [
      'aliyun',
      'auth0',
      'azure_activity',
      'azure_audit',
      'carbonblack',
      'crowdstrike',
      'databricks',
      'duo',
      'gcp',
      'kubernetes',
      'mongodb',
      'snowflake',
      'teleport',
      'wiz',
    ].map((vendor) => [vendor, 'birch']),
  ),
};

export function corpus(): readonly AuditEvent[] {
  return readFileSync(new URL('../data/corpus/events.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEvent);
}

export function tenantOf(event: AuditEvent): Tenant {
  return VENDORS[event.labels?.vendor ?? ''] ?? 'cobalt';
}

/** The whole corpus with ids and tenants of this run, shuffled. */
export function freshEvents(random: Random): AuditEvent[] {
  const run = Math.floor(random() * 2 ** 40).toString(36);
  return shuffled(corpus(), random).map((event, i) => ({
    ...event,
    tenantId: tenantOf(event),
    id: `${run}-${i}`,
    ...(event.idempotencyKey !== undefined && { idempotencyKey: `${run}:${event.idempotencyKey}` }),
  }));
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}
