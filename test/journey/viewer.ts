/** One viewer with the real client, and the ledger of what it was given. */
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { Delivery } from '../../src/client/client.ts';
import { referenceMatches } from '../reference/pattern.ts';
import type { Tenant } from './corpus.ts';
import type { Random } from './random.ts';

export interface Viewer {
  readonly name: string;
  readonly tenant: Tenant;
  readonly deliveries: readonly Delivery[];
  /** Broken promises, in words: handed over twice, for a subscription that does not match, a gap, an error. */
  readonly broken: readonly string[];
  readonly reconnects: number;
  /** The ids that a subscription was given. */
  given(sub: string): ReadonlySet<string>;
  readonly subs: Readonly<Record<string, unknown>>;
  /** The time up to which every subscription says to be complete. */
  readonly completeUpToMs: number;
  close(): void;
}

export interface ViewerOptions {
  readonly name: string;
  readonly tenant: Tenant;
  readonly url: string;
  readonly getToken: () => Promise<string>;
  /** Subscription → pattern. */
  readonly subs: Readonly<Record<string, unknown>>;
  readonly random: Random;
}

/** Resolves when all subscriptions are acknowledged. */
export async function openViewer({
  name,
  tenant,
  url,
  getToken,
  subs,
  random,
}: ViewerOptions): Promise<Viewer> {
  const deliveries: Delivery[] = [];
  const broken: string[] = [];
  const given = new Map(Object.keys(subs).map((sub) => [sub, new Set<string>()]));
  const completeUpToMs = new Map(Object.keys(subs).map((sub) => [sub, 0]));
  const handedOver = new Set<string>();
  let lives = 0;
  let isOver = false;

  const client = new AuditStreamClient({ url, getToken, random });
  client.on('event', (delivery) => {
    const { id, tenantId } = delivery.event;
    deliveries.push(delivery);
    if (tenantId !== tenant) broken.push(`was given ${id} of another tenant`);
    if (handedOver.has(id)) broken.push(`was given ${id} twice`);
    handedOver.add(id);
    enter(delivery);
  });
  client.on('also', enter);
  client.on('gap', ({ sub, reason }) => broken.push(`has a gap in “${sub}”: ${reason}`));
  client.on('problem', (problem) => broken.push(`got an error: ${problem.name} ${problem.message}`));
  client.on('complete', ({ sub, timeMs }) => void completeUpToMs.set(sub, timeMs));
  client.on('status', ({ kind }) => {
    if (kind === 'live') lives++;
    if (kind === 'closed' && !isOver) broken.push('gave up');
  });
  client.connect();
  await Promise.all(Object.entries(subs).map(([sub, pattern]) => client.subscribe(sub, pattern)));

  return {
    name,
    tenant,
    deliveries,
    broken,
    subs,
    get reconnects() {
      return Math.max(0, lives - 1);
    },
    given: (sub) => given.get(sub) ?? new Set(),
    get completeUpToMs() {
      return Math.min(...completeUpToMs.values());
    },
    close: () => {
      isOver = true;
      client.close();
    },
  };

  function enter({ event, subs: matching }: Pick<Delivery, 'event' | 'subs'>): void {
    for (const sub of matching) {
      const ids = given.get(sub);
      if (ids === undefined) broken.push(`was given ${event.id} for “${sub}”, which it did not ask for`);
      else if (ids.has(event.id)) broken.push(`was given ${event.id} twice for “${sub}”`);
      else if (!referenceMatches(subs[sub], event))
        broken.push(`was given ${event.id} for “${sub}”, which does not match it`);
      ids?.add(event.id);
    }
  }
}
