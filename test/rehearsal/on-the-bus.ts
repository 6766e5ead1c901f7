/** What people do while destinations work is on record, once; what the system does itself is not: no delivery, refusal or
 * replay puts anything onto the bus, so that nothing there can loop. */
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { AUDIT_ALERT, type BusEvent, SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { until } from '../builders/until.ts';
import { type BusTap, openBusTap } from './bus-tap.ts';
import type { Emulated } from './emulated.ts';
import type { Issuer } from './issuer.ts';
import type { MiniStack } from './ministack.ts';

const TIMEOUT_MS = 40_000;
const BY_PEOPLE = ['stream.connected', 'stream.subscribed', 'stream.denied', 'dead_letters.replayed'];

export interface Watch {
  /** Whether an auditor saw who replayed what; `run` as the replay named itself. */
  replayed(run: string | undefined): Promise<readonly string[]>;
  /** Looks once, at the end. `put`: how many events and notices the rehearsal put; `connections`: how often an operator came. */
  unexpected(put: number, connections: number): Promise<readonly string[]>;
  close(): void;
}

/** `name`: of the deployment's bus. */
export async function watchBus(
  cloud: MiniStack,
  stream: Emulated,
  issuer: Issuer,
  name: string,
): Promise<Watch> {
  const tap: BusTap = await openBusTap(cloud, name);
  const seen: AuditEvent[] = [];
  const auditor = new AuditStreamClient({
    url: stream.streamUrl,
    getToken: () => issuer.token(SYSTEM_TENANT, ['auditor']),
  });
  auditor.on('problem', () => undefined);
  auditor.on('event', ({ event }) => void seen.push(event));
  auditor.connect();
  await auditor.subscribe('own', { source: { service: ['audit-stream'] } });
  return {
    async replayed(run) {
      const found = () => seen.filter(({ action }) => action === 'dead_letters.replayed');
      await until(() => found().length > 0, TIMEOUT_MS).catch(() => undefined);
      const told = found().map(({ actor, metadata }) => [actor.id, metadata?.run, metadata?.replayed].join());
      const wanted = [`viewer-of-${SYSTEM_TENANT}`, run, 1].join();
      return told.join(' ') === wanted ? [] : [`on record is "${told.join(' ')}", not "${wanted}"`];
    },
    async unexpected(put, connections) {
      const all = await tap.read();
      await tap.close();
      const own = all.filter(isOwn).map(({ detail }) => detail as AuditEvent);
      const ofPipeline = all.filter(isOfPipeline);
      const ours = all.length - own.length - ofPipeline.length;
      const strange = own.filter(({ action }) => !BY_PEOPLE.includes(action));
      // What was held back in the minute before comes after all, and says so.
      const fresh = own.filter(({ metadata }) => metadata?.suppressedBefore === undefined);
      const count = (action: string) => fresh.filter((event) => event.action === action).length;
      const limits = {
        // An auditor of what is on the bus, and one of the alarm.
        'stream.connected': connections + 2,
        'stream.subscribed': 2,
        'dead_letters.replayed': 1,
      };
      return [
        ...(ours === put ? [] : [`the bus had ${ours} events and notices, and ${put} were put`]),
        ...strange.map(({ action }) => `nobody did what is on the bus: ${action}`),
        ...Object.entries(limits)
          .filter(([action, most]) => count(action) > most)
          .map(
            ([action, most]) =>
              `${action} is ${count(action)} times on the bus, for ${most} times that it was done`,
          ),
      ];
    },
    close: () => auditor.close(),
  };
}

/** What the stack's own alarms made, which are none of the destinations'. */
function isOfPipeline(event: BusEvent): boolean {
  return event['detail-type'] === AUDIT_ALERT && (event.detail as Alert).rule.id.startsWith('pipeline-');
}

function isOwn(event: BusEvent): boolean {
  return event['detail-type'] !== AUDIT_ALERT && (event.detail as AuditEvent).tenantId === SYSTEM_TENANT;
}
