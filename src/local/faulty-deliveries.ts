/** The fault switch between the bus and its consumers: events come twice, or in another order, as EventBridge and SQS may. */
import type { Consumer, Outcome, QueueMessage } from '../stream/ports.ts';
import type { FaultSwitch } from './faults.ts';
import type { DeliverDirect } from './store/accept.ts';

export function faultyDelivery(
  deliver: DeliverDirect,
  faults: FaultSwitch,
  random: () => number,
): DeliverDirect {
  return (event, acceptedAtMs) => {
    deliver(event, acceptedAtMs);
    if (random() < faults.now.duplicateDelivery) deliver(event, acceptedAtMs);
  };
}

/** Each message's outcome is that of its last delivery. */
export function faultyConsumer(consume: Consumer, faults: FaultSwitch, random: () => number): Consumer {
  return async (messages) => {
    const { duplicateDelivery, reorderDelivery } = faults.now;
    if (duplicateDelivery === 0 && reorderDelivery === 0) return consume(messages);
    const delivered: QueueMessage[] = [];
    for (const message of messages) {
      const place =
        random() < reorderDelivery ? Math.floor(random() * (delivered.length + 1)) : delivered.length;
      delivered.splice(place, 0, message);
      if (random() < duplicateDelivery) delivered.push(message);
    }
    const outcomes = await consume(delivered);
    const last = new Map(delivered.map((message, i) => [message.messageId, outcomes[i] as Outcome]));
    return messages.map(({ messageId }) => last.get(messageId) as Outcome);
  };
}
