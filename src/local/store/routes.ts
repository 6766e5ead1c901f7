/** Which routes of the topology an event takes: the rules of the bus, compiled once. */
import type { BusEvent } from '../../domain/bus-event.ts';
import { matches, parseFilter } from '../../domain/filter/index.ts';
import type { DirectRoute, QueuedRoute } from '../../domain/topology.ts';

export type Topology = Readonly<Record<string, QueuedRoute | DirectRoute>>;

export interface Routes {
  /** The consumers that the bus calls itself, and the queues that get a message. */
  of(event: BusEvent): { readonly direct: readonly string[]; readonly queues: readonly string[] };
  queue(name: string): QueuedRoute;
  readonly queues: readonly QueuedRoute[];
}

export function makeRoutes(topology: Topology): Routes {
  const rules = Object.values(topology).map((route) => ({ route, filter: parseFilter(route.pattern) }));
  const queues = Object.values(topology).filter((route): route is QueuedRoute => route.delivery === 'queue');
  return {
    queues,
    of(event) {
      const direct: string[] = [];
      const queues: string[] = [];
      for (const { route, filter } of rules) {
        if (matches(filter, event)) (route.delivery === 'direct' ? direct : queues).push(route.name);
      }
      return { direct, queues };
    },
    queue(name) {
      const route = queues.find((queue) => queue.name === name);
      if (route === undefined) throw new RangeError(`the topology has no queue "${name}"`);
      return route;
    },
  };
}
