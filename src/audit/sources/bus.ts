/** EventBridge: an event of a bus, or a schedule that came due.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
import type { EventSource } from './facts.ts';

interface BusEnvelope {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources?: readonly string[];
}

export const bus: EventSource = {
  recognises: (event) =>
    typeof event['detail-type'] === 'string' &&
    typeof event.source === 'string' &&
    typeof event.id === 'string' &&
    event.detail !== undefined,

  read(event) {
    const { id, source, resources = [], 'detail-type': detailType } = event as unknown as BusEnvelope;
    const scheduled = source === 'aws.events' && detailType === 'Scheduled Event';
    return {
      actor: { type: 'service', id: scheduled ? 'events.amazonaws.com' : source },
      action: scheduled ? 'schedule.fired' : 'event.received',
      itemCount: 1,
      targets: resources.slice(0, 50).map((arn) => ({ type: 'aws_resource', id: arn })),
      context: { causationId: id },
    };
  },
};
