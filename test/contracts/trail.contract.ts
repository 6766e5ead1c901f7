/** What every trail must do, at home and in AWS. */
import { describe, expect, test } from '@jest/globals';
import { positionAt, positionTimeMs } from '../../src/domain/position.ts';
import type { Trail, TrailEntry } from '../../src/stream/ports.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

/** `now` is the clock that the adapter writes by; `setNow` moves it. */
export interface TrailUnderTest {
  readonly trail: Trail;
  readonly setNow: (ms: number) => void;
  readonly retentionMs: number;
}

const START_MS = Date.UTC(2026, 10, 1);

export function trailContract(name: string, make: (startMs: number) => Promise<TrailUnderTest>): void {
  describe(`the trail of ${name}`, () => {
    const event = (fields = {}) => ({
      event: anAuditEvent(fields),
      kind: 'event' as const,
      acceptedAtMs: START_MS,
    });

    test('appends in the order of writing and gives it back in that order', async () => {
      const { trail, setNow } = await make(START_MS);
      const first = [event(), event(), event()];
      await trail.append(first);
      setNow(START_MS + 5);
      const later = [event(), event()];
      await trail.append(later);

      const entries = await all(trail, 'acme', START_MS, START_MS + 1000);

      expect(entries.map(({ id }) => id)).toEqual([...first, ...later].map(({ event }) => event.id));
      expect(entries.map(({ position }) => position)).toEqual(
        entries.map(({ position }) => position).toSorted(),
      );
      expect(new Set(entries.map(({ position }) => position)).size).toBe(entries.length);
      expect(entries[0]?.event).toEqual(first[0]?.event);
      expect(entries[0]?.acceptedAtMs).toBe(START_MS);
    });

    test('the same content again is a duplicate, other content under the same id a conflict, and the first stays', async () => {
      const { trail } = await make(START_MS);
      const original = event({ id: 'same', message: 'first' });

      expect((await trail.append([original]))[0]?.kind).toBe('appended');
      expect(await trail.append([original])).toEqual([{ kind: 'duplicate' }]);
      expect(await trail.append([event({ id: 'same', message: 'second' })])).toEqual([
        { kind: 'id_conflict' },
      ]);
      expect((await trail.byId('acme', 'same'))?.event.message).toBe('first');
      expect(await all(trail, 'acme', START_MS, START_MS + 1000)).toHaveLength(1);
    });

    test('the order of an object’s keys is not content', async () => {
      const { trail } = await make(START_MS);
      const { event: original } = event({ id: 'same' });
      const turned = Object.fromEntries(Object.entries(original).toReversed()) as unknown as typeof original;

      await trail.append([{ event: original, kind: 'event', acceptedAtMs: START_MS }]);

      expect(await trail.append([{ event: turned, kind: 'event', acceptedAtMs: START_MS }])).toEqual([
        { kind: 'duplicate' },
      ]);
    });

    test('one batch may hold the same event twice', async () => {
      const { trail } = await make(START_MS);
      const twice = event({ id: 'same' });

      expect((await trail.append([twice, twice])).map(({ kind }) => kind)).toEqual(['appended', 'duplicate']);
    });

    test('the same id in another tenant is another event', async () => {
      const { trail } = await make(START_MS);
      await trail.append([
        event({ id: 'same', tenantId: 'acme' }),
        event({ id: 'same', tenantId: 'globex' }),
      ]);

      expect(await all(trail, 'acme', START_MS, START_MS + 1000)).toHaveLength(1);
      expect((await trail.byId('globex', 'same'))?.event.tenantId).toBe('globex');
      expect(await trail.byId('initech', 'same')).toBeUndefined();
    });

    test('a slice holds what was written from its start up to, not including, its end', async () => {
      const { trail, setNow } = await make(START_MS);
      for (const ms of [0, 999, 1000, 1999, 2000]) {
        setNow(START_MS + ms);
        await trail.append([event({ id: `at-${ms}` })]);
      }

      const ids = (await all(trail, 'acme', START_MS + 1000, START_MS + 2000)).map(({ id }) => id);

      expect(ids).toEqual(['at-1000', 'at-1999']);
    });

    test('a slice comes in pages, and nothing is left out or repeated between them', async () => {
      const { trail } = await make(START_MS);
      const written = Array.from({ length: 2500 }, () => event());
      for (let i = 0; i < written.length; i += 100) await trail.append(written.slice(i, i + 100));

      const entries = await all(trail, 'acme', START_MS, START_MS + 10_000);

      expect(entries.map(({ id }) => id)).toEqual(written.map(({ event }) => event.id));
    });

    test('what is older than the retention is said to be gone', async () => {
      const { trail, retentionMs } = await make(START_MS);
      const nowMs = START_MS + retentionMs + 5000;

      expect(positionTimeMs(await trail.availableFrom(nowMs))).toBe(START_MS + 5000);
      expect((await trail.availableFrom(nowMs)) > positionAt(START_MS)).toBe(true);
    });
  });
}

async function all(
  trail: Trail,
  tenantId: string,
  fromMs: number,
  toMs: number,
): Promise<readonly TrailEntry[]> {
  const entries: TrailEntry[] = [];
  for (let next: string | undefined; ; ) {
    const page = await trail.slice(tenantId, fromMs, toMs, next);
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    next = page.next;
  }
}
