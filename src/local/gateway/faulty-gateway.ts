/** A gateway with the fault switch in front of its pushes; answers to a viewer's own messages are left alone. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Gateway } from '../../stream/ports.ts';
import type { FaultSwitch } from '../faults.ts';
import type { LocalGateway } from './gateway.ts';

/** A push that was held back goes after this, if no other one comes to go before it. */
const HOLD_MS = 1_000;

export function withFaults(
  gateway: Pick<LocalGateway, 'send' | 'cut'>,
  faults: FaultSwitch,
  random: () => number,
): Pick<Gateway, 'send'> {
  /** Per connection, the message that waits until another one has passed. */
  const held = new Map<string, string>();
  const release = async (connectionId: string) => {
    const late = held.get(connectionId);
    held.delete(connectionId);
    if (late !== undefined) await gateway.send(connectionId, late);
  };

  return {
    async send(connectionId, message) {
      const { dropPush, delayMs, duplicate, reorder, cut, throttle } = faults.now;
      if (random() < cut) {
        gateway.cut(connectionId);
        return 'failed';
      }
      if (random() < throttle) return 'throttled';
      if (random() < dropPush) return 'sent';
      if (delayMs > 0) await wait(random() * delayMs);
      if (random() < reorder && !held.has(connectionId)) {
        held.set(connectionId, message);
        setTimeout(release, HOLD_MS, connectionId).unref();
        return 'sent';
      }
      const sent = await gateway.send(connectionId, message);
      if (random() < duplicate) await gateway.send(connectionId, message);
      if (held.size > 0) await release(connectionId);
      return sent;
    },
  };
}
