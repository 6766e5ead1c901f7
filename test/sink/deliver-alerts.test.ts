/** The kit for destinations of alerts: order, pace, turns and memory, whatever the queue hands out and whatever fails. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert, AlertChange, AlertStatus } from '../../src/domain/alert/alert.ts';
import { dedupKeyOf } from '../../src/domain/alert/dedup-key.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import type { AlertMemory } from '../../src/sink/alert-memory.ts';
import type { Answer } from '../../src/sink/judge-status.ts';
import type { Send, Unanswered } from '../../src/sink/send.ts';
import { type AlertRef, type AlertSink, defineAlertSink, type SinkRequest } from '../../src/sink/sink.ts';
import type { Outcome, QueueMessage } from '../../src/stream/ports.ts';
import { anAlert } from '../builders/an-alert.ts';
import { until } from '../builders/until.ts';
import { aDelivery, aDestination, aMessage, aNotice } from './a-delivery.ts';
import { aPagerDuty, KEY } from './a-pagerduty.ts';

const GAP_MS = 1_000;
const answered = (status: number, body = ''): Answer => ({ kind: 'answered', status, headers: {}, body });
const request = (body: unknown): SinkRequest => ({
  ...{ method: 'POST', url: 'https://vendor.example.com', headers: {}, gzip: false },
  body: JSON.stringify(body),
});
const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind);
const reasons = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.kind));
const DELIVERED = { kind: 'delivered' } as const;

interface World {
  readonly sink?: Partial<AlertSink>;
  readonly answer?: (alert: Alert) => Answer | Unanswered | Promise<Answer | Unanswered>;
  readonly memory?: AlertMemory;
}

/** A destination that is told whole notices; `told` is what arrived there, `clock` the time of both. */
function aWorld({ sink = {}, answer = () => answered(200), memory }: World = {}) {
  const clock = { ms: Date.parse('2026-11-01T12:00:00Z') };
  const told: Alert[] = [];
  const plain = defineAlertSink({
    ...{ name: 'plain', takes: 'alerts', title: 'Plain', options: {} },
    ...{ batch: { size: 10, windowMs: 0 }, minGapMs: 0 },
    requests: (alert) => [request(alert)],
  });
  const send: Send = async ({ body }) => {
    const alert = JSON.parse(body) as Alert;
    told.push(alert);
    return answer(alert);
  };
  const alertMemory = memory ?? openStore({ dataDir: ':memory:' }).alertMemory;
  const destination = {
    ...aDestination('email', { topicArn: 'arn:aws:sns:eu-west-1:123456789012:alerts' }),
    ...{ name: 'plain', settings: {}, secrets: {}, sink: { ...plain, ...sink } as AlertSink },
  };
  const delivery = () => aDelivery(destination, { send, now: () => clock.ms, alertMemory });
  const notice = (fields: Partial<Alert> = {}, ageMs = 0) => aNotice(fields, clock.ms - ageMs);
  const said = () => told.map(({ alertId, sequence }) => `${alertId}/${sequence}`);
  return { clock, told, said, notice, delivery, ...delivery() };
}

const OLD_MS = 60_000;
const later = (change: AlertChange, status: AlertStatus, sequence: number): Partial<Alert> => ({
  ...{ change, status, sequence },
  ...(status === 'resolved' && { resolvedBy: { kind: 'quiet' } }),
});
const merged = (sequence: number) => later('merged', 'firing', sequence);

test('notices of an alert are told in the order in which they were made, and each message has its outcome', async () => {
  const { deliver, notice, said } = aWorld();
  const outcomes = await deliver([
    notice(later('resolved', 'resolved', 3)),
    notice({ alertId: 'b' }),
    notice(later('acknowledged', 'acknowledged', 2)),
    notice(),
  ]);
  expect(outcomes).toEqual([DELIVERED, DELIVERED, DELIVERED, DELIVERED]);
  expect(said()).toEqual(['alert-1/1', 'alert-1/2', 'alert-1/3', 'b/1']);
});

test('two tenants may call an alert the same', async () => {
  const { deliver, notice, told } = aWorld();
  await deliver([notice(), notice({ tenantId: 'globex' })]);
  expect(await deliver([notice({ ...merged(2), tenantId: 'globex' })])).toEqual([DELIVERED]);
  await deliver([notice(merged(3)), notice({ ...merged(3), tenantId: 'globex' })]);
  expect(told.map(({ tenantId }) => tenantId)).toEqual(['acme', 'globex', 'globex', 'acme', 'globex']);
});

test('what is no notice goes to the dead letters alone, with what is wrong', async () => {
  const { deliver, notice, said } = aWorld();
  const broken = notice();
  const { title: _, ...rest } = broken.event.detail as unknown as Alert;
  const outcomes = await deliver([
    { ...broken, event: { ...broken.event, detail: rest } } as QueueMessage,
    aMessage('an-event'),
    notice({ alertId: 'good' }),
  ]);
  expect(outcomes).toEqual([
    { kind: 'rejected', reason: 'invalid_event', detail: 'title is required, got nothing; add it' },
    {
      kind: 'rejected',
      reason: 'invalid_event',
      detail: 'an audit event, and this destination takes alerts',
    },
    DELIVERED,
  ]);
  expect(said()).toEqual(['good/1']);
});

test('a batch without a notice takes no turn', async () => {
  const { deliver, alertMemory, clock } = aWorld();
  await alertMemory.takeTurn('plain', clock.ms, clock.ms + OLD_MS);
  expect(kinds(await deliver([aMessage('an-event')]))).toEqual(['rejected']);
});

test('what comes too fast is put off by the queue, one after the other', async () => {
  const { deliver, notice, said } = aWorld({ sink: { minGapMs: GAP_MS } });
  const outcomes = await deliver(['a', 'b', 'c'].map((alertId) => notice({ alertId })));
  expect(outcomes).toEqual([
    DELIVERED,
    { kind: 'retry', reason: 'pace', afterMs: GAP_MS },
    { kind: 'retry', reason: 'pace', afterMs: 2 * GAP_MS },
  ]);
  expect(said()).toEqual(['a/1']);
});

test('the pace holds from batch to batch, and what was put off goes when it was told to come', async () => {
  const { delivery, notice, clock, said } = aWorld({ sink: { minGapMs: GAP_MS } });
  const [first, second] = [delivery(), delivery()];
  await first.deliver([notice({ alertId: 'a' })]);
  expect(reasons(await second.deliver([notice({ alertId: 'b' })]))).toEqual(['pace']);
  expect(reasons(await first.deliver([notice({ alertId: 'c' })]))).toEqual(['pace']);
  clock.ms += GAP_MS;
  expect(await second.deliver([notice({ alertId: 'b' })])).toEqual([DELIVERED]);
  expect(said()).toEqual(['a/1', 'b/1']);
});

test('messages that put each other off all get through, none faster than it may', async () => {
  const sentAtMs: number[] = [];
  const { deliver, notice, clock } = aWorld({
    sink: { minGapMs: GAP_MS },
    answer: () => {
      sentAtMs.push(clock.ms);
      return answered(200);
    },
  });
  const waiting = new Map(Array.from({ length: 20 }, (_, i) => [`alert-${i}`, clock.ms]));
  const beganMs = clock.ms;
  while (waiting.size > 0 && clock.ms - beganMs < 3_600_000) {
    clock.ms = Math.max(clock.ms, Math.min(...waiting.values()));
    const due = [...waiting.keys()].filter((id) => (waiting.get(id) ?? 0) <= clock.ms);
    const outcomes = await deliver(due.map((alertId) => notice({ alertId })));
    for (const [i, id] of due.entries()) {
      const outcome = outcomes[i];
      if (outcome?.kind === 'retry') waiting.set(id, clock.ms + (outcome.afterMs ?? 0));
      else waiting.delete(id);
    }
  }
  expect(sentAtMs).toHaveLength(20);
  const gaps = sentAtMs.slice(1).map((at, i) => at - (sentAtMs[i] ?? 0));
  expect(Math.min(...gaps)).toBe(GAP_MS);
  expect(clock.ms - beganMs).toBe(19 * GAP_MS);
});

test('so many as a burst allows go at once', async () => {
  const { deliver, notice } = aWorld({ sink: { minGapMs: GAP_MS, burst: 3 } });
  const outcomes = await deliver(['a', 'b', 'c', 'd'].map((alertId) => notice({ alertId })));
  expect(reasons(outcomes)).toEqual(['delivered', 'delivered', 'delivered', 'pace']);
});

test('while a destination cannot be called nothing takes a place in its pace', async () => {
  let isDown = true;
  const { deliver, notice, clock } = aWorld({
    sink: { minGapMs: GAP_MS, burst: 5 },
    answer: () => (isDown ? answered(503) : answered(200)),
  });
  const batch = () => Array.from({ length: 50 }, (_, i) => notice({ alertId: `alert-${i}` }));
  await deliver(batch());
  await deliver(batch());
  isDown = false;
  clock.ms += OLD_MS;
  expect(kinds(await deliver([notice()]))).toEqual(['delivered']);
});

test('of several more-of-the-same in a batch the last is told, and its outcome is theirs', async () => {
  let status = 503;
  const { deliver, notice, said, clock } = aWorld({ answer: () => answered(status) });
  const more = () => [merged(2), merged(4), merged(3)].map((fields) => notice(fields, OLD_MS));
  expect(reasons(await deliver(more()))).toEqual(['http_503', 'http_503', 'http_503']);
  status = 200;
  clock.ms += OLD_MS;
  expect(await deliver(more())).toEqual([DELIVERED, DELIVERED, DELIVERED]);
  expect(said()).toEqual(['alert-1/4', 'alert-1/4']);
});

test('the end of an alert tells what was left to it, and its beginning is always told', async () => {
  const { deliver, notice, said } = aWorld();
  await deliver([notice(), notice(merged(2)), notice(merged(3)), notice(later('resolved', 'resolved', 4))]);
  expect(said()).toEqual(['alert-1/1', 'alert-1/4']);
});

test('what was left to a notice that is refused is told after all', async () => {
  const { deliver, notice, said } = aWorld({
    answer: ({ sequence }) => answered(sequence === 3 ? 400 : 200),
  });
  const outcomes = await deliver([notice(), notice(merged(2)), notice(merged(3))]);
  expect(outcomes).toEqual([
    DELIVERED,
    { kind: 'retry', reason: 'later_notice_refused', afterMs: 0 },
    { kind: 'rejected', reason: 'http_400', status: 400 },
  ]);
  expect(await deliver([notice(merged(2))])).toEqual([DELIVERED]);
  expect(said()).toEqual(['alert-1/1', 'alert-1/3', 'alert-1/2']);
});

test('what a later notice has outdated is done without being sent', async () => {
  const { deliver, notice, said, notes } = aWorld();
  await deliver([notice(later('resolved', 'resolved', 5), OLD_MS)]);
  expect(await deliver([notice(), notice(merged(2)), notice(later('resolved', 'resolved', 5))])).toEqual([
    DELIVERED,
    DELIVERED,
    DELIVERED,
  ]);
  expect(said()).toEqual(['alert-1/5']);
  expect(notes.outdated).toBe(2);
});

test('an end without its beginning waits for half a minute since the bus took it, then goes by itself', async () => {
  const { deliver, notice, clock, said } = aWorld();
  const end = notice(later('resolved', 'resolved', 2));
  expect(await deliver([end])).toEqual([{ kind: 'retry', reason: 'earlier_notice_missing', afterMs: 3_000 }]);
  clock.ms += 29_999;
  expect(reasons(await deliver([end]))).toEqual(['earlier_notice_missing']);
  clock.ms += 1;
  expect(await deliver([end])).toEqual([DELIVERED]);
  expect(said()).toEqual(['alert-1/2']);
});

test('while another batch has the turn nothing is sent, and all come again', async () => {
  const gate = Promise.withResolvers<void>();
  const { delivery, notice, said } = aWorld({ answer: () => gate.promise.then(() => answered(200)) });
  const [first, second] = [delivery(), delivery()];
  const slow = first.deliver([notice({ alertId: 'a' })]);
  await until(() => said().length === 1);
  const outcomes = await second.deliver([notice({ alertId: 'b' }), notice({ alertId: 'c' })]);
  expect(outcomes).toMatchObject([
    { kind: 'retry', reason: 'busy' },
    { kind: 'retry', reason: 'busy' },
  ]);
  gate.resolve();
  expect(await slow).toEqual([DELIVERED]);
  expect(await second.deliver([notice({ alertId: 'b' })])).toEqual([DELIVERED]);
  expect(said()).toEqual(['a/1', 'b/1']);
});

test('a turn that is never given back ends by itself', async () => {
  const inner = openStore({ dataDir: ':memory:' }).alertMemory;
  const memory: AlertMemory = {
    ...inner,
    takeTurn: async (...args) => {
      const turn = await inner.takeTurn(...args);
      return turn && { ...turn, end: () => Promise.reject(new Error('the process died')) };
    },
  };
  const { delivery, notice, clock } = aWorld({ memory });
  expect(await delivery().deliver([notice({ alertId: 'a' })])).toEqual([DELIVERED]);
  expect(reasons(await delivery().deliver([notice({ alertId: 'b' })]))).toEqual(['busy']);
  clock.ms += 15_000;
  expect(await delivery().deliver([notice({ alertId: 'b' })])).toEqual([DELIVERED]);
});

/** A memory of which one part fails while `isBroken` says so. */
function brokenMemory(part: keyof AlertMemory, isBroken: () => boolean): AlertMemory {
  const inner = openStore({ dataDir: ':memory:' }).alertMemory;
  const broken = (...args: never[]) =>
    isBroken() ? Promise.reject(new Error('no table')) : (inner[part] as (...all: never[]) => never)(...args);
  return { ...inner, [part]: broken };
}

test.each(['takeTurn', 'told'] as const)(
  'a memory that fails before the send (%s) costs nothing but time',
  async (part) => {
    let isBroken = true;
    const { deliver, notice, said, logged } = aWorld({ memory: brokenMemory(part, () => isBroken) });
    const outcomes = await deliver([notice(), notice({ alertId: 'b' })]);
    expect(reasons(outcomes)).toEqual(['memory_unavailable', 'memory_unavailable']);
    expect(kinds(outcomes)).toEqual(['retry', 'retry']);
    expect(said()).toEqual([]);
    expect(logged.join()).toContain('no table');
    isBroken = false;
    expect(await deliver([notice()])).toEqual([DELIVERED]);
  },
);

test('trap 57: a memory that fails after the send has the notice told again: twice is better than never', async () => {
  let isBroken = true;
  const { deliver, notice, said } = aWorld({ memory: brokenMemory('remember', () => isBroken) });
  expect(reasons(await deliver([notice()]))).toEqual(['memory_unavailable']);
  isBroken = false;
  expect(await deliver([notice()])).toEqual([DELIVERED]);
  expect(said()).toEqual(['alert-1/1', 'alert-1/1']);
});

test('many alerts in a batch: one that fails holds up none of the others', async () => {
  const { deliver, notice, said } = aWorld({
    answer: ({ alertId }) => answered(alertId === 'alert-7' ? 400 : 200),
  });
  const outcomes = await deliver(Array.from({ length: 100 }, (_, i) => notice({ alertId: `alert-${i}` })));
  expect(outcomes.map(({ kind }, i) => (kind === 'delivered' ? '' : `${i} ${kind}`)).filter(Boolean)).toEqual(
    ['7 rejected'],
  );
  expect(said()).toHaveLength(100);
});

test('what the vendor called the alert is kept for all its notices', async () => {
  const refs: (AlertRef | undefined)[] = [];
  const { deliver, notice, clock } = aWorld({
    sink: {
      requests: (alert, _settings, ref) => {
        if (refs.at(-1) !== ref || refs.length === 0) refs.push(ref);
        return [request(alert)];
      },
      refOf: ({ body }) => (body === '' ? undefined : { ts: body }),
    },
    answer: ({ sequence }) => answered(200, sequence === 1 ? '1700000000.000100' : ''),
  });
  await deliver([notice()]);
  for (const sequence of [2, 3]) {
    clock.ms += 1_000;
    await deliver([notice(merged(sequence))]);
  }
  expect(refs).toEqual([undefined, { ts: '1700000000.000100' }, { ts: '1700000000.000100' }]);
});

test('of two requests that a notice needs both are sent again when the second fails', async () => {
  let fails = true;
  const steps: string[] = [];
  const { deliver, notice } = aWorld({
    sink: { requests: (alert) => ['first', 'second'].map((step) => request({ ...alert, title: step })) },
    answer: ({ title }) => {
      steps.push(title);
      return answered(title === 'second' && fails ? 500 : 200);
    },
  });
  expect(reasons(await deliver([notice()]))).toEqual(['http_500']);
  fails = false;
  expect(await deliver([notice()])).toEqual([DELIVERED]);
  expect(steps).toEqual(['first', 'second', 'first', 'second']);
});

test('a notice that is no news there takes no call, and is remembered', async () => {
  const { deliver, notice, said, alertMemory } = aWorld({
    sink: { minGapMs: GAP_MS, requests: (alert) => (alert.change === 'merged' ? [] : [request(alert)]) },
  });
  expect(await deliver([notice()])).toEqual([DELIVERED]);
  expect(await deliver([notice(merged(2))])).toEqual([DELIVERED]);
  expect(said()).toEqual(['alert-1/1']);
  expect(await alertMemory.told('plain', 'acme', 'alert-1')).toMatchObject({ sequence: 2 });
});

test('a notice that its sink cannot send goes to the dead letters, and can come back', async () => {
  let isFit = false;
  const refused = { kind: 'rejected', reason: 'other_key' } as const;
  const { deliver, notice } = aWorld({ sink: { requests: (alert) => (isFit ? [request(alert)] : refused) } });
  expect(await deliver([notice()])).toEqual([refused]);
  isFit = true;
  expect(await deliver([notice()])).toEqual([DELIVERED]);
});

/** A life of an alert, from its firing on: what changes next, until it is over or the story stops. */
const life = fc
  .array(fc.constantFrom('merged', 'repeated', 'acknowledged'), { maxLength: 5 })
  .chain((changes) => fc.record({ changes: fc.constant(changes), ends: fc.boolean() }))
  .map(({ changes, ends }) => {
    let status: AlertStatus = 'firing';
    const notices: Partial<Alert>[] = [{ sequence: 1 }];
    for (const change of changes) {
      if (change === 'acknowledged') status = 'acknowledged';
      notices.push(later(change as AlertChange, status, notices.length + 1));
    }
    if (ends) notices.push(later('resolved', 'resolved', notices.length + 1));
    return notices;
  });
const STATE = { firing: 'triggered', acknowledged: 'acknowledged', resolved: 'resolved' } as const;

test.each([
  ['refuses at random', false],
  ['loses answers at random', true],
])(
  'trap 38, 40: whatever is reordered, doubled and interleaved, the incident ends as its last notice says; the vendor %s',
  async (_, isLossy) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat(99)),
        fc.scheduler(),
        async (lives, dice, scheduler) => {
          const roll = () => dice.next().value as number;
          const clock = { ms: Date.parse('2026-11-01T12:00:00Z') };
          const vendor = aPagerDuty();
          let calls = 0;
          const send = scheduler.scheduleFunction(async (made: SinkRequest) => {
            const isFaulty = calls++ < 20 && roll() < 20;
            if (isFaulty && !isLossy) return answered(503);
            const reply = vendor.answer({ ...made, path: new URL(made.url).pathname });
            if (isFaulty) return { kind: 'unanswered', reason: 'timeout' } as const;
            return typeof reply === 'object' ? answered(reply.status, reply.body) : answered(500);
          });
          const alertMemory = openStore({ dataDir: ':memory:' }).alertMemory;
          const destination = aDestination('pagerduty', { routingKey: { secret: 'key' } });
          const consumers = [1, 2].map(() =>
            aDelivery(destination, {
              ...{ send, alertMemory, now: () => clock.ms, readSecret: async () => KEY },
            }),
          );
          const notices = lives.flatMap((one, i) =>
            one.map((fields) => aNotice({ ...fields, alertId: `alert-${i}` }, clock.ms)),
          );
          const doubled = [...notices, ...notices.filter(() => roll() < 40)];
          const waiting = doubled.map((notice) => ({ notice, atMs: clock.ms + roll() * 500 }));

          for (let round = 0; waiting.length > 0 && round < 2_000; round++) {
            clock.ms = Math.max(clock.ms, Math.min(...waiting.map(({ atMs }) => atMs)));
            const due = waiting.filter(({ atMs }) => atMs <= clock.ms).sort(() => roll() - 50);
            const half = roll() % (due.length + 1);
            const batches = [due.slice(0, half), due.slice(half)];
            const outcomes = await scheduler.waitFor(
              Promise.all(
                batches.map((batch, i) => consumers[i]?.deliver(batch.map(({ notice }) => notice)) ?? []),
              ),
            );
            for (const [i, batch] of batches.entries())
              for (const [j, message] of batch.entries()) {
                const outcome = outcomes[i]?.[j];
                if (outcome?.kind === 'delivered') waiting.splice(waiting.indexOf(message), 1);
                else if (outcome?.kind === 'retry')
                  message.atMs = clock.ms + Math.max(100, outcome.afterMs ?? 1_000 + roll() * 50);
                else throw new Error(`unexpected: ${JSON.stringify(outcome)}`);
              }
          }

          expect(waiting).toEqual([]);
          expect(vendor.faults).toEqual([]);
          for (const [i, one] of lives.entries()) {
            const alertId = `alert-${i}`;
            const last = one.at(-1)?.status ?? 'firing';
            const key = dedupKeyOf(anAlert({ alertId }));
            const mine = vendor.incidents.filter(({ dedupKey }) => dedupKey === key);
            // What was over before anything could be told needs no incident.
            if (mine.length > 0 || last !== 'resolved') expect(mine.at(-1)?.state).toBe(STATE[last]);
            const open = mine.filter(({ state }) => state !== 'resolved');
            expect(open.length).toBeLessThanOrEqual(1);
            if (isLossy) continue;
            const actions = vendor.events
              .filter(({ dedup_key }) => dedup_key === key)
              .map(({ event_action }) => event_action);
            const end = actions.indexOf('resolve');
            if (end >= 0) expect(actions.slice(end)).not.toContain('trigger');
            expect(mine.length).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 150 },
    );
  },
  60_000,
);
