/** A whole stream over a home in memory, with viewers that connect, say something and read the answer. */
import type { ClientMessage, ServerMessage } from '../../src/domain/protocol/messages.ts';
import type { Operations } from '../../src/stream/act.ts';
import type { VerifyToken } from '../../src/stream/auth/verify-token.ts';
import { LIMITS, type Limits } from '../../src/stream/limits.ts';
import { makeStream, type StreamDeps } from '../../src/stream/make-stream.ts';
import type { Principal } from '../../src/stream/ports.ts';
import {
  aClock,
  aPrincipal,
  type Clock,
  memoryBus,
  memoryGateway,
  memorySubscriptions,
  memoryTrail,
  said,
  silent,
} from './memory-home.ts';

/** Tokens are checked for real in `auth/`; here a token is the principal as JSON, and `bad` is refused. */
const verifyToken: VerifyToken = async (token) =>
  token === 'bad'
    ? { kind: 'refused', status: 401, reason: 'expired' }
    : { kind: 'verified', principal: JSON.parse(token) as Principal };

export const noDeliveries: Pick<Operations, 'deliveries'> = {
  deliveries: { destinations: () => [], record: { note: 'none here' } },
};

export const noOperations: Operations = {
  accounts: async () => ({ asOfMs: 0, hops: [], unaccounted: [] }),
  deadLetters: {
    queues: async () => [{ name: 'record', isConsumed: true }],
    look: async () => ({ scanned: 0, isComplete: true }),
    move: async () => ({ moved: 0, skipped: {}, failed: {} }),
  },
  ...noDeliveries,
};

/** `Omit` that keeps a union's members apart. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export function aStream(
  given: Partial<Omit<StreamDeps, 'limits' | 'gateway' | 'now'>> & {
    limits?: Partial<Limits>;
    gateway?: ReturnType<typeof memoryGateway>;
    clock?: Clock;
  } = {},
) {
  const clock = given.clock ?? aClock();
  const memory = memorySubscriptions();
  const subscriptions = given.subscriptions ?? memory;
  const trail = given.trail ?? memoryTrail(clock, { retentionMs: 3_600_000 });
  const gateway = given.gateway ?? memoryGateway();
  const bus = memoryBus();
  const stream = makeStream({
    subscriptions,
    trail,
    gateway,
    publish: bus.publish,
    verifyToken,
    operations: noOperations,
    origins: 'any',
    now: clock.now,
    log: silent,
    ...given,
    limits: { ...LIMITS, ...given.limits },
  });
  let calls = 0;
  const viewer = async (connectionId: string, fields: Partial<Principal> = {}) => {
    const principal = aPrincipal(fields);
    const answer = await stream.connect({
      connectionId,
      protocols: ['audit-stream.v1', `bearer.${JSON.stringify(principal)}`],
      sourceIp: '127.0.0.1',
    });
    if (answer.kind === 'refused') throw new Error(answer.reason);
    const receive = (message: Without<ClientMessage, 'v' | 'id'>) =>
      stream.receive(connectionId, JSON.stringify({ v: 1, id: `m${++calls}`, ...message }));
    const say = async (message: Without<ClientMessage, 'v' | 'id'>): Promise<ServerMessage> =>
      said((await receive(message)).messages[0]);
    return {
      connectionId,
      receive,
      say,
      /** Subscribes and gives the position of the acknowledgement. */
      subscribe: async (sub: string, filter: object = {}, after?: 'now' | { seconds: number }) => {
        const answer = await say({ type: 'subscribe', sub, filter, ...(after ? { after } : {}) });
        if (answer.type !== 'subscribed') throw new Error(JSON.stringify(answer));
        return answer.position;
      },
      /** What was pushed to this connection. */
      pushed: () =>
        gateway.sent.filter((sent) => sent.connectionId === connectionId).map(({ text }) => said(text)),
    };
  };
  return { ...stream, clock, subscriptions, rows: memory.rows, trail, gateway, bus, viewer };
}

export type AStream = ReturnType<typeof aStream>;
export type Viewer = Awaited<ReturnType<AStream['viewer']>>;
