/** Destinations of a home on one machine: their queues, and the keys that its environment and files hold. */
import { readFileSync } from 'node:fs';
import { TOPOLOGY, TOPOLOGY_WITHOUT_RULES } from '../domain/topology.ts';
import { type Credentials, credentialsFrom } from '../sigv4/credentials.ts';
import type { AlertMemory } from '../sink/alert-memory.ts';
import type { Breaker } from '../sink/breaker.ts';
import { makeDeliver } from '../sink/deliver.ts';
import type { Destination } from '../sink/destination.ts';
import type { SecretRef } from '../sink/options.ts';
import { makeSecrets, type ReadSecret } from '../sink/secrets.ts';
import { makeSend } from '../sink/send.ts';
import type { Log } from '../stream/log.ts';
import type { Consumer } from '../stream/ports.ts';
import type { DeliveriesRecord } from './deliveries-record.ts';
import type { Topology } from './store/routes.ts';

/** Who gets what in this home: the system's own routes, and one for each destination. */
export function topologyWith(destinations: readonly Destination[], hasRules = false): Topology {
  const own = hasRules ? TOPOLOGY : TOPOLOGY_WITHOUT_RULES;
  return { ...own, ...Object.fromEntries(destinations.map(({ name, route }) => [name, route])) };
}

/** The consumer of each destination's queue, by its name. */
export function deliveries(
  destinations: readonly Destination[],
  deps: {
    readonly now: () => number;
    readonly random: () => number;
    readonly log: Log;
    readonly alertMemory: AlertMemory;
    readonly readSecret?: ReadSecret;
    /** Who signs what goes to a destination in AWS. Default: the environment. */
    readonly credentials?: (destination: string) => (() => Credentials) | undefined;
    readonly breakers?: ReadonlyMap<string, Breaker>;
    readonly record?: DeliveriesRecord;
  },
): ReadonlyMap<string, Consumer> {
  const { now, log, alertMemory, breakers, record, readSecret = readHere() } = deps;
  const sender = (credentials = credentialsFrom) => makeSend({ credentials, now });
  const consumerOf = (destination: Destination): Consumer => {
    const { name } = destination;
    const breaker = breakers?.get(name);
    const deliver = makeDeliver({
      ...deps,
      destination,
      send: sender(deps.credentials?.(name)),
      secrets: makeSecrets(readSecret, now),
      alertMemory: () => alertMemory,
      budgetMs: destination.route.visibilityMs - SETTLE_MS,
      note: (what, count) =>
        log('info', 'counted for a destination', { destination: name, name: what, count }),
      ...(record && { onAttempt: record.take }),
      ...(breaker && { breaker }),
    });
    return async (messages) => {
      const outcomes = await deliver(messages);
      record?.settled(name, outcomes);
      return outcomes;
    };
  };
  return new Map(destinations.map((destination) => [destination.name, consumerOf(destination)]));
}

/** Read each time: a file may be written anew while the home runs. Rejects with the name of the place. */
export function readHere(env: Readonly<Record<string, string | undefined>> = process.env): ReadSecret {
  return async (ref) => {
    const value =
      'file' in ref ? readFileSync(ref.file, 'utf8').trim() : 'env' in ref ? env[ref.env] : undefined;
    if (!value) throw new Error(`${placeOf(ref)} has no secret`);
    return value;
  };
}

/** Where a person finds it. */
export function placeOf(ref: SecretRef): string {
  if ('file' in ref) return `the file ${ref.file}`;
  if ('env' in ref) return `the environment variable ${ref.env}`;
  return 'parameter' in ref ? `the parameter ${ref.parameter}` : `the secret ${ref.secret}`;
}

/** What is left of a batch's time once no more calls are made. */
const SETTLE_MS = 5_000;
