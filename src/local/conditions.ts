/** What of the home itself is not well, for the people who run it. */
import type { PipelineCondition } from '../detect/detector.ts';
import type { DestinationFigures } from '../domain/deliveries.ts';
import { TOPOLOGY } from '../domain/topology.ts';
import type { QueueCounts } from './store/queue-counts.ts';

/** Of all destinations and of the system's own queues, the healthy ones too: what is well again ends its alert. */
export function conditionsOf(
  destinations: readonly DestinationFigures[],
  channels: readonly string[],
  countQueue: (queue: string) => QueueCounts,
): readonly PipelineCondition[] {
  const own = [TOPOLOGY.record.name, TOPOLOGY.detect.name].map((queue) =>
    deadLetters(queue, countQueue(queue).dead, channels),
  );
  return [
    ...own,
    ...destinations.flatMap(({ name, title, dead, state }) => [
      deadLetters(name, dead, channels),
      {
        id: 'pipeline-misconfigured',
        name: 'A destination is set up wrongly',
        subject: name,
        isBroken: state.kind === 'misconfigured',
        severity: 'high' as const,
        title: `${title} (${name}) is set up wrongly: ${state.kind === 'well' ? '' : state.reason}`,
        message:
          'Nothing is sent there until it is mended, and nothing is lost: its events wait in their queue. See "A destination is set up wrongly" in docs/runbook.md.',
        ...through(name, channels),
      },
    ]),
  ];
}

function deadLetters(queue: string, dead: number, channels: readonly string[]): PipelineCondition {
  return {
    id: 'pipeline-dead-letters',
    name: 'Events wait in dead letters',
    subject: queue,
    isBroken: dead > 0,
    severity: 'high',
    title: `${dead} ${dead === 1 ? 'message of' : 'messages of'} ${queue} could not be delivered`,
    message: `They wait among the dead letters of ${queue}, each with its reason: audit-stream dlq list --queue ${queue}`,
    ...through(queue, channels),
  };
}

/** Not through what it is about. */
function through(name: string, channels: readonly string[]): { readonly notThrough?: string } {
  return channels.includes(name) ? { notThrough: name } : {};
}
