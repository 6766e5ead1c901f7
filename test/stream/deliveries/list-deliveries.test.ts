import { expect, test } from '@jest/globals';
import type { DeliveriesAnswer, DestinationFigures } from '../../../src/domain/deliveries.ts';
import type { ServerMessage } from '../../../src/domain/protocol/messages.ts';
import type { Deliveries, KeptAttempt, KeptEvent } from '../../../src/stream/deliveries/port.ts';
import { LIMITS } from '../../../src/stream/limits.ts';
import type { Principal } from '../../../src/stream/ports.ts';
import { aStream, noOperations } from '../a-stream.ts';
import { START_MS } from '../memory-home.ts';

const anEvent = (id: string, tenantId = 'acme'): KeptEvent => ({
  id,
  tenantId,
  tries: 1,
  outcome: 'delivered',
});

const anAttempt = (n: number, fields: Partial<KeptAttempt> = {}): KeptAttempt => ({
  n,
  destination: 'datadog',
  atMs: START_MS + n,
  durationMs: 12,
  bytes: 400,
  answer: { status: 202 },
  count: 1,
  tryNumber: 1,
  outcomes: [{ kind: 'delivered', count: 1 }],
  events: [anEvent(`e-${n}`)],
  ...fields,
});

const aDestination = (name: string): DestinationFigures => ({
  name,
  sink: 'datadog',
  title: 'Datadog',
  takes: 'events',
  waiting: 0,
  dead: 0,
  delivered: 7,
  state: { kind: 'well' },
});

function keptBy(attempts: readonly KeptAttempt[], destinations = [aDestination('datadog')]): Deliveries {
  return {
    destinations: () => destinations,
    record: { sinceMs: START_MS, newestFirst: () => attempts.toReversed() },
  };
}

async function ask(deliveries: Deliveries, args: object = {}, who: Partial<Principal> = {}) {
  const { viewer, bus, settled } = aStream({ operations: { ...noOperations, deliveries } });
  const ada = await viewer('c1', { roles: ['operator'], ...who });
  const reply = await ada.say({ type: 'act', what: 'deliveries', args });
  await settled();
  return { reply, bus };
}

async function answerOf(...asked: Parameters<typeof ask>): Promise<DeliveriesAnswer> {
  const { reply } = await ask(...asked);
  if (reply.type !== 'done') throw new Error(JSON.stringify(reply));
  return (reply as Extract<ServerMessage, { type: 'done' }>).result as DeliveriesAnswer;
}

const numbers = ({ attempts }: DeliveriesAnswer) => attempts.map(({ n }) => n);

test.each(['viewer', 'auditor'] as const)(
  'an %s is refused with the role that deliveries take, and that is audited',
  async (role) => {
    const { reply, bus } = await ask(keptBy([anAttempt(1)]), {}, { roles: [role] });
    expect(reply).toMatchObject({ name: 'forbidden', message: expect.stringContaining('role operator') });
    expect(bus.published.at(-1)?.detail).toMatchObject({
      action: 'stream.act_refused',
      outcome: 'denied',
      metadata: { what: 'deliveries' },
    });
  },
);

test('an operator gets the figures of every destination and the newest attempts first', async () => {
  const answer = await answerOf(keptBy([anAttempt(1), anAttempt(2)]));
  expect(answer).toMatchObject({ isKept: true, sinceMs: START_MS, destinations: [aDestination('datadog')] });
  expect(numbers(answer)).toEqual([2, 1]);
});

test('of a request that mixes tenants, an operator gets all counts and the ids of its own; the reserved tenant gets all', async () => {
  const mixed = anAttempt(1, {
    count: 3,
    outcomes: [{ kind: 'delivered', count: 3 }],
    events: [anEvent('mine'), anEvent('theirs', 'globex'), anEvent('too', 'globex')],
  });
  const [told] = (await answerOf(keptBy([mixed]))).attempts;
  expect(told).toMatchObject({ count: 3, outcomes: [{ count: 3 }], events: [{ id: 'mine' }] });
  expect(JSON.stringify(told)).not.toMatch(/theirs|too|globex|tenantId/);

  const [all] = (await answerOf(keptBy([mixed]), {}, { tenantId: 'audit-stream' })).attempts;
  expect(all?.events.map(({ id }) => id)).toEqual(['mine', 'theirs', 'too']);
});

test('attempts are found by destination, by outcome, and by what is newer or older', async () => {
  const failed = { outcomes: [{ kind: 'retry', reason: 'http_503', count: 1 }] } as const;
  const kept = keptBy([
    anAttempt(1),
    anAttempt(2, failed),
    anAttempt(3, { destination: 'slack' }),
    anAttempt(4),
  ]);
  expect(numbers(await answerOf(kept, { destination: 'slack' }))).toEqual([3]);
  expect(numbers(await answerOf(kept, { outcome: 'retry' }))).toEqual([2]);
  expect(numbers(await answerOf(kept, { after: 2 }))).toEqual([4, 3]);
  expect(numbers(await answerOf(kept, { before: 3 }))).toEqual([2, 1]);
});

test('page by page every attempt comes once', async () => {
  const kept = keptBy(Array.from({ length: 250 }, (_, i) => anAttempt(i + 1)));
  const seen: number[] = [];
  for (let before: number | undefined; ; ) {
    const page = await answerOf(kept, { limit: 40, ...(before !== undefined && { before }) });
    seen.push(...numbers(page));
    if (page.next === undefined) break;
    before = page.next;
  }
  expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => 250 - i));
});

test('with the longest ids and many destinations an answer still fits one frame, and says what it left out', async () => {
  const full = (n: number) =>
    anAttempt(n, {
      events: Array.from({ length: 60 }, (_, i) => anEvent(`${i}`.padEnd(128, 'x'))),
      outcomes: Array.from({ length: 8 }, (_, i) => ({
        kind: 'rejected',
        reason: `${i}`.padEnd(120, 'r'),
        count: 1,
      })),
    });
  const destinations = Array.from({ length: 200 }, (_, i) => aDestination(`destination-${i}`));
  const kept = keptBy([full(1), full(2), full(3)], destinations);
  const { reply } = await ask(kept);
  expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThan(LIMITS.frameBytes);
  const answer = (reply as { result: DeliveriesAnswer }).result;
  expect(numbers(answer)).toEqual([3]);
  expect(answer.next).toBe(3);
  expect(answer.note).toBe(
    `${200 - answer.destinations.length} more destinations do not fit into one answer.`,
  );
});

test('a home that keeps no attempts says where to look', async () => {
  const answer = await answerOf({ destinations: () => [], record: { note: 'look at CloudWatch' } });
  expect(answer).toEqual({ destinations: [], attempts: [], isKept: false, note: 'look at CloudWatch' });
});

test.each([
  [{ limit: 0 }, 'args.limit'],
  [{ limit: 101 }, 'args.limit'],
  [{ outcome: 'lost' }, 'args.outcome'],
  [{ destination: 7 }, 'args.destination'],
  [{ after: 'x' }, 'args.after'],
  [{ befor: 1 }, 'args.befor'],
])('arguments %j are refused at their path', async (args, path) => {
  const { reply } = await ask(keptBy([]), args);
  expect(reply).toMatchObject({ name: 'invalid_message', path });
});
