/** Finds out what started the Lambda. An event of no known kind is an invocation, by nobody it names. */
import { batch } from './batch.ts';
import { bus } from './bus.ts';
import type { EventSource, Facts, FactsOptions } from './facts.ts';
import { httpApi } from './http-api.ts';
import { loadBalancer } from './load-balancer.ts';
import { restApi } from './rest-api.ts';
import { webSocket } from './websocket.ts';

const SOURCES: readonly EventSource[] = [httpApi, webSocket, restApi, loadBalancer, batch, bus];
/** Nothing is known but that it ran. */
export const INVOKED: Facts = { actor: { type: 'unknown', id: 'unknown' } };

export function factsOf(event: unknown, options: FactsOptions): Facts {
  if (typeof event !== 'object' || event === null) return INVOKED;
  const fields = event as Readonly<Record<string, unknown>>;
  return SOURCES.find((source) => source.recognises(fields))?.read(fields, options) ?? INVOKED;
}
