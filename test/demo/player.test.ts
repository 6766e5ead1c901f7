import { expect, test } from '@jest/globals';
import { bundledRecords, play, relatedGroups } from '../../demo/player.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

const START_MS = Date.UTC(2026, 10, 1);

/** Plays `count` events on a clock that only sleeping moves. */
async function played(
  count: number,
  options: { records?: readonly AuditEvent[]; startMs?: number; eventsPerSecond?: number } = {},
) {
  const stop = new AbortController();
  const sent: { event: AuditEvent; atMs: number }[] = [];
  let nowMs = options.startMs ?? START_MS;
  await play({
    eventsPerSecond: 5,
    ...options,
    signal: stop.signal,
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += Math.max(0, ms);
    },
    send: async (event) => {
      sent.push({ event, atMs: nowMs });
      if (sent.length === count) stop.abort();
    },
  });
  return sent;
}

test('a second lap and a second start show new events', async () => {
  const lap = bundledRecords().length;
  const twoLaps = await played(2 * lap);
  const again = await played(lap);

  expect(new Set([...twoLaps, ...again].map(({ event }) => event.id)).size).toBe(3 * lap);
});

test('every event is one that the door takes as it is, and happens about now', async () => {
  for (const { event, atMs } of await played(bundledRecords().length)) {
    expect(parseAuditEvent(event).labels?.clock_skew).toBeUndefined();
    expect(Date.parse(event.recordedAt)).toBeLessThanOrEqual(atMs);
  }
});

test('events come at the rate that was asked for', async () => {
  const sent = await played(101, { eventsPerSecond: 20 });

  expect((sent.at(-1)?.atMs ?? 0) - START_MS).toBe(5000);
});

test('related records keep their spacing, up to the last, which happens now', async () => {
  const story = [0, 2000, 7000].map((ms) =>
    anAuditEvent({
      context: { correlationId: 'c' },
      occurredAt: new Date(START_MS + ms).toISOString(),
      recordedAt: new Date(START_MS + ms).toISOString(),
    }),
  );
  const [first, second, third] = (
    await played(3, { records: story, startMs: Date.UTC(2027, 0, 1), eventsPerSecond: 1000 })
  ).map(({ event }) => Date.parse(event.occurredAt));

  expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(2000);
  expect(Number(second) - Number(first)).toBeLessThan(2002);
  expect(Number(third) - Number(second)).toBeGreaterThanOrEqual(5000);
});

test('the bundled records show several tenants, vendors, outcomes and changes', () => {
  const records = bundledRecords();
  const kinds = (of: (event: AuditEvent) => unknown) => new Set(records.map(of)).size;

  expect(kinds(({ tenantId }) => tenantId)).toBe(3);
  expect(kinds(({ labels }) => labels?.vendor)).toBeGreaterThan(20);
  expect(kinds(({ outcome }) => outcome)).toBeGreaterThanOrEqual(4);
  expect(records.filter(({ changes }) => changes).length).toBeGreaterThan(20);
  expect(relatedGroups(records).some((group) => group.length > 1)).toBe(true);
});
