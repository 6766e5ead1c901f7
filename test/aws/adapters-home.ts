/** The stream over the AWS adapters in one process: DynamoDB for the rows, real sockets for the viewers. EventBridge,
 * SQS and API Gateway are stood in for here, with their manners; the rehearsal has them as parts of their own. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet } from 'jose';
import type { DynamoCall } from '../../src/aws/dynamo/call.ts';
import { makeSubscriptions } from '../../src/aws/dynamo/subscriptions.ts';
import { makeTrail } from '../../src/aws/dynamo/trail.ts';
import { AWS_LIMITS } from '../../src/aws/limits.ts';
import { AUDIT_EVENT, type BusEvent } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { makeFaultSwitch } from '../../src/local/faults.ts';
import { withFaults } from '../../src/local/gateway/faulty-gateway.ts';
import { makeGateway } from '../../src/local/gateway/gateway.ts';
import { GATEWAY_CUTS } from '../../src/local/home-options.ts';
import { makeVerifyToken } from '../../src/stream/auth/verify-token.ts';
import type { Limits } from '../../src/stream/limits.ts';
import type { Log } from '../../src/stream/log.ts';
import { makeStream } from '../../src/stream/make-stream.ts';
import type { Publish, QueueMessage } from '../../src/stream/ports.ts';
import { noOperations } from '../stream/a-stream.ts';
import { AUDIENCE, aKey, aToken, ISSUER } from '../stream/auth/an-issuer.ts';

export interface AdaptersHomeOptions {
  readonly call: DynamoCall;
  readonly connectionsTable: string;
  readonly trailTable: string;
  readonly limits?: Partial<Limits>;
  readonly random?: () => number;
  readonly log?: Log;
}

/** Pause before a message of the queue that failed comes again. */
const RETRY_MS = 200;

export async function startAdaptersHome(options: AdaptersHomeOptions) {
  const { call, random = Math.random, log = () => {} } = options;
  const limits = { ...AWS_LIMITS, ...options.limits };
  const now = Date.now;
  const key = await aKey('k');
  const faults = makeFaultSwitch(true);
  const gateway = makeGateway({ limits, now, log, ...GATEWAY_CUTS });
  const subscriptions = makeSubscriptions({ call, table: options.connectionsTable, now });
  const queue: QueueMessage[] = [];
  const dead: QueueMessage[] = [];
  let retries = 0;
  let ids = 0;

  const accept = (source: string, event: unknown, time = new Date().toISOString()) => {
    const bus: BusEvent = {
      version: '0',
      id: `bus-${++ids}`,
      'detail-type': AUDIT_EVENT,
      source,
      account: '000000000000',
      time,
      region: 'us-east-1',
      resources: [],
      detail: event,
    };
    const acceptedAtMs = now();
    const copies = random() < faults.now.duplicateDelivery ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      void stream.broadcast(bus, acceptedAtMs);
      queue.push({ messageId: `${bus.id}-${copy}`, receiveCount: 1, acceptedAtMs, event: bus });
    }
    return { kind: 'accepted', busId: bus.id } as const;
  };
  const publish: Publish = async (entries) =>
    entries.map(({ source, detail, time }) => accept(source, detail, time));
  const stream = makeStream({
    subscriptions,
    trail: makeTrail({ call, table: options.trailTable, retentionMs: 3_600_000, now, log }),
    gateway: withFaults(gateway, faults, random),
    publish,
    verifyToken: makeVerifyToken({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: createLocalJWKSet({ keys: [key.jwk] }),
    }),
    operations: noOperations,
    origins: 'any',
    limits,
    log,
  });

  /** As Lambda polls SQS: batches, and what failed comes again later; given up after the receives of the topology. */
  let stopped = false;
  const consuming = (async () => {
    while (!stopped) {
      const batch = queue.splice(0, TOPOLOGY.record.batchSize);
      if (batch.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      const outcomes = await stream.record(batch).catch(() => batch.map(() => ({ kind: 'retry' }) as const));
      for (const [i, message] of batch.entries()) {
        if (outcomes[i]?.kind === 'delivered') continue;
        if (outcomes[i]?.kind === 'rejected' || message.receiveCount >= TOPOLOGY.record.maxReceives) {
          dead.push(message);
          continue;
        }
        retries++;
        const again = { ...message, receiveCount: message.receiveCount + 1 };
        setTimeout(() => queue.push(again), RETRY_MS);
      }
    }
  })();

  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    void gateway.upgrade(request, socket, head, { stream, guard: () => undefined });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    streamUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`,
    limits,
    subscriptions,
    faults,
    dead: dead as readonly QueueMessage[],
    get retries() {
      return retries;
    },
    token: (tenant: string, roles: readonly string[] = ['viewer']) =>
      aToken(key, now(), { tenant_id: tenant, roles, sub: `viewer-of-${tenant}` }),
    async put(events: readonly AuditEvent[]) {
      for (const event of events) accept(`audit.${event.source.service}`, event);
    },
    deliverTwice: async (share: number) => void faults.set({ duplicateDelivery: share }),
    async close() {
      await gateway.shutdown();
      server.close();
      stopped = true;
      await consuming;
      await stream.settled();
    },
  };
}
