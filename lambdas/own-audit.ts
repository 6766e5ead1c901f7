/** What people do to the system, recorded by the middleware that audits everything else: sent after the Lambda's response,
 * journalled if the bus is away. Lambdas that an event of the bus starts do not use it: each event would cause another. */
import { audit } from '../src/audit/index.ts';
import { readSettings } from '../src/aws/settings.ts';
import { SYSTEM_SERVICE, SYSTEM_TENANT } from '../src/domain/bus-event.ts';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import type { Publish } from '../src/stream/ports.ts';
import { makeSystemEvents } from '../src/stream/system-events.ts';
import { log } from './logger.ts';

const { busName, environment, limits } = readSettings();

/** The first middleware of a Lambda that people call. Its invocations say nothing that `systemEvents` does not, but for
 * those that fail. */
export const ownAudit = audit({
  service: SYSTEM_SERVICE,
  environment,
  tenantId: SYSTEM_TENANT,
  bus: busName,
  when: ({ outcome }) => outcome === 'error',
});

export const systemEvents = makeSystemEvents({
  publish: sayAll,
  now: Date.now,
  log,
  perMinute: limits.systemEventsPerMinute,
});

/** Identity, times and source are the middleware's to say. */
async function sayAll(entries: Parameters<Publish>[0]): ReturnType<Publish> {
  return entries.map(({ detail }) => {
    const { schemaVersion, id, occurredAt, recordedAt, source, ...said } = detail as AuditEvent;
    const busId = audit.record(said);
    return busId === undefined
      ? { kind: 'refused', code: 'NotRecorded', message: 'no audited invocation is running' }
      : { kind: 'accepted', busId };
  });
}
