/** A destination of one kind, set up as a team would, delivering over real HTTP or into a function. */

import type { Alert } from '../../src/domain/alert/alert.ts';
import { AUDIT_ALERT } from '../../src/domain/bus-event.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import type { AlertMemory } from '../../src/sink/alert-memory.ts';
import type { Attempt } from '../../src/sink/caller.ts';
import { makeDeliver } from '../../src/sink/deliver.ts';
import { type Destination, readDestinations } from '../../src/sink/destination.ts';
import { makeSecrets } from '../../src/sink/secrets.ts';
import { makeSend, type Send } from '../../src/sink/send.ts';
import type { QueueMessage } from '../../src/stream/ports.ts';
import { anAlert } from '../builders/an-alert.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { onBus } from '../stream/memory-home.ts';

/** Throws with the faults, so that a test cannot run on a wrong destination. */
export function aDestination(name: string, options: Readonly<Record<string, unknown>>): Destination {
  const faults: string[] = [];
  const [destination] = readDestinations({ [name]: options }, 'destinations', faults);
  if (!destination) throw new Error(faults.join('\n'));
  return destination;
}

export interface DeliveryOptions {
  readonly send?: Send;
  readonly now?: () => number;
  readonly readSecret?: () => Promise<string>;
  readonly budgetMs?: number;
  /** Default: what no test has told before. */
  readonly alertMemory?: AlertMemory;
}

export function aDelivery(destination: Destination, options: DeliveryOptions = {}) {
  const logged: string[] = [];
  const notes: Record<string, number> = {};
  const attempts: Attempt[] = [];
  const alertMemory = options.alertMemory ?? openStore({ dataDir: ':memory:' }).alertMemory;
  const now = options.now ?? Date.now;
  const deliver = makeDeliver({
    destination,
    send: options.send ?? makeSend(),
    secrets: makeSecrets(options.readSecret ?? (async () => 'a-secret-of-the-vendor'), now),
    log: (level, message, fields) => void logged.push(JSON.stringify({ level, message, ...fields })),
    note: (name, count) => {
      notes[name] = (notes[name] ?? 0) + count;
    },
    budgetMs: options.budgetMs ?? 10_000,
    alertMemory: () => alertMemory,
    onAttempt: (attempt) => void attempts.push(attempt),
    now,
    random: () => 0,
  });
  return { deliver, logged, notes, attempts, alertMemory };
}

/** A message whose event has this id and these fields. */
export function aMessage(id: string, fields: Parameters<typeof anAuditEvent>[0] = {}): QueueMessage {
  return {
    messageId: `message-${id}`,
    receiveCount: 1,
    acceptedAtMs: Date.now(),
    event: onBus(anAuditEvent({ occurredAt: new Date().toISOString(), ...fields, id })),
  };
}

/** A message that carries a notice with these fields; `acceptedAtMs` is when the bus took it. */
export function aNotice(fields: Partial<Alert> = {}, acceptedAtMs = Date.now()): QueueMessage {
  const alert = anAlert(fields);
  return {
    messageId: `message-${alert.id}`,
    receiveCount: 1,
    acceptedAtMs,
    event: onBus(alert, { 'detail-type': AUDIT_ALERT }),
  };
}
