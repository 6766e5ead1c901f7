/** A destination of one kind, set up as a team would, delivering over real HTTP or into a function. */
import { makeDeliver } from '../../src/sink/deliver.ts';
import { type Destination, readDestinations } from '../../src/sink/destination.ts';
import { makeSecrets } from '../../src/sink/secrets.ts';
import { makeSend, type Send } from '../../src/sink/send.ts';
import type { QueueMessage } from '../../src/stream/ports.ts';
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
}

export function aDelivery(destination: Destination, options: DeliveryOptions = {}) {
  const logged: string[] = [];
  const notes: Record<string, number> = {};
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
    now,
    random: () => 0,
  });
  return { deliver, logged, notes };
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
