/** What every bus must do, at home and in AWS: route what it took, keep it, and bring it back. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AUDIT_EVENT, type BusEvent } from '../../src/domain/bus-event.ts';
import type { Publish, QueueMessage } from '../../src/stream/ports.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';

export interface BusUnderTest {
  readonly publish: Publish;
  /** What the direct route `broadcast` and the consumer of the queue `record` have been given so far. */
  readonly direct: readonly BusEvent[];
  readonly queued: readonly QueueMessage[];
  /** Brings back everything that was accepted for the trail, and says how many events that were, under which name. */
  replay(): Promise<{ readonly name: string; readonly count: number }>;
  end(): Promise<void>;
}

const idsOf = (events: readonly { detail: unknown }[]) =>
  events.map(({ detail }) => (detail as { id: string }).id).toSorted();

export function busContract(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`the bus of ${name}`, () => {
    let bus: BusUnderTest;
    const queued = () => bus.queued.map(({ event }) => event);
    const put = (detailType: string, detail: unknown, more = {}) =>
      bus.publish([{ source: 'audit.billing', detailType, detail, ...more }]);

    beforeEach(async () => {
      bus = await make();
    });
    afterEach(() => bus.end());

    test('each entry has its outcome, in order, with a bus id of its own', async () => {
      const outcomes = await bus.publish(
        ['a', 'b', 'c'].map((id) => ({
          source: 'audit.billing',
          detailType: AUDIT_EVENT,
          detail: anAuditEvent({ id }),
        })),
      );

      const busIds = outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.busId);
      expect(new Set(busIds).size).toBe(3);
      await until(() => bus.queued.length === 3);
      expect(
        ['a', 'b', 'c'].map((id) => queued().find(({ detail }) => (detail as { id: string }).id === id)?.id),
      ).toEqual(busIds);
    });

    test('an audit event reaches the direct route and the queue, in EventBridge’s envelope, unchanged', async () => {
      const detail = anAuditEvent({
        metadata: { text: 'größe \u0000 \u2028 "quoted" 😀', deep: [[{ a: null }]] },
      });

      await put(AUDIT_EVENT, detail, { time: '2026-11-01T12:00:00Z' });
      await until(() => bus.direct.length === 1 && bus.queued.length === 1);

      expect(queued()[0]).toEqual({
        version: '0',
        id: expect.any(String),
        'detail-type': AUDIT_EVENT,
        source: 'audit.billing',
        account: expect.stringMatching(/^\d{12}$/),
        time: '2026-11-01T12:00:00Z',
        region: expect.any(String),
        resources: [],
        detail,
      });
      expect(bus.direct[0]).toEqual(queued()[0]);
    });

    test('an event of another detail type is accepted and goes to neither', async () => {
      const [outcome] = await put('Order Placed', { id: 'order' });
      await put(AUDIT_EVENT, anAuditEvent({ id: 'after' }));
      await until(() => bus.direct.length > 0 && bus.queued.length > 0);

      expect(outcome?.kind).toBe('accepted');
      expect(idsOf(bus.direct)).toEqual(['after']);
      expect(idsOf(queued())).toEqual(['after']);
    });

    test('a replay brings everything back under its name and new bus ids, to the queues only', async () => {
      for (const id of ['a', 'b']) await put(AUDIT_EVENT, anAuditEvent({ id }));
      await until(() => bus.queued.length === 2 && bus.direct.length === 2);

      const { name, count } = await bus.replay();
      expect(count).toBe(2);
      await until(() => bus.queued.length === 4);

      const back = queued().slice(2);
      expect(idsOf(back)).toEqual(['a', 'b']);
      expect(back.map((event) => event['replay-name'])).toEqual([name, name]);
      expect(new Set(queued().map(({ id }) => id)).size).toBe(4);
      expect(back.map(({ detail }) => detail)).toEqual(
        queued()
          .slice(0, 2)
          .map(({ detail }) => detail),
      );
      expect(bus.direct).toHaveLength(2);
      // What was replayed is not kept a second time.
      expect(await bus.replay()).toMatchObject({ count: 2 });
    });
  });
}
