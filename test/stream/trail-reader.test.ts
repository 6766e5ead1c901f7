import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Position, positionAt, positionTimeMs } from '../../src/domain/position.ts';
import { makeTrailReader, type TrailReader } from '../../src/stream/trail-reader.ts';
import { aClock, anEvent, later, memoryTrail, START_MS } from './memory-home.ts';

function aTrail({ cacheBytes = 1_000_000, pageSize = 4 } = {}) {
  const clock = aClock();
  const trail = memoryTrail(clock, { pageSize });
  const reader = makeTrailReader({ trail, cacheBytes });
  const write = async (n = 1, tenantId = 'acme') => {
    for (let i = 0; i < n; i++)
      await trail.append([{ event: anEvent({ tenantId }), kind: 'event', acceptedAtMs: clock.now() }]);
  };
  return { clock, trail, reader, write };
}

async function idsOf(reader: TrailReader, after: Position, upTo: Position, tenantId = 'acme') {
  const ids: string[] = [];
  for await (const { id } of reader.read(tenantId, after, upTo)) ids.push(id);
  return ids;
}

test('a slice is closed once the margin for slow writers has passed after its end', () => {
  const { reader } = aTrail();
  expect(reader.closedUpTo(START_MS + 7_999)).toBe(positionAt(START_MS - 1, 32 ** 6 - 1));
  expect(reader.closedUpTo(START_MS + 8_000)).toBe(positionAt(START_MS + 4_999, 32 ** 6 - 1));
});

test('a thousand viewers read each slice once, also when they all come at the same time', async () => {
  const { clock, trail, reader, write } = aTrail();
  await write(10);
  clock.pass(8_000);
  const upTo = reader.closedUpTo(clock.now());
  const after = positionAt(START_MS - 1, 32 ** 6 - 1);
  const answers = await Promise.all(Array.from({ length: 500 }, () => idsOf(reader, after, upTo)));
  for (let i = 0; i < 500; i++) answers.push(await idsOf(reader, after, upTo));
  expect(new Set(answers.map((ids) => ids.join())).size).toBe(1);
  expect(answers[0]).toHaveLength(10);
  // Ten entries in pages of four.
  expect(trail.reads).toHaveLength(3);
});

test('each heartbeat reads only the slices that have closed since, whoever asks', async () => {
  const { clock, trail, reader, write } = aTrail();
  let after = reader.closedUpTo(clock.now());
  for (let beat = 1; beat <= 10; beat++) {
    await write(2);
    clock.pass(5_000);
    const upTo = reader.closedUpTo(clock.now());
    for (let viewer = 0; viewer < 100; viewer++) await idsOf(reader, after, upTo);
    after = upTo;
    expect(trail.reads).toHaveLength(beat);
  }
});

test('an idle night is read in ranges, not slice by slice', async () => {
  const { clock, trail, reader, write } = aTrail();
  const after = reader.closedUpTo(clock.now());
  clock.pass(8 * 3_600_000);
  await write();
  clock.pass(8_000);
  expect(await idsOf(reader, after, reader.closedUpTo(clock.now()))).toHaveLength(1);
  expect(trail.reads.length).toBeLessThanOrEqual(9);
});

test('a tenant never reads what was kept for another', async () => {
  const { clock, reader, write } = aTrail();
  await write(3, 'acme');
  await write(2, 'globex');
  clock.pass(8_000);
  const upTo = reader.closedUpTo(clock.now());
  expect(await idsOf(reader, positionAt(START_MS - 1), upTo, 'globex')).toHaveLength(2);
  expect(await idsOf(reader, positionAt(START_MS - 1), upTo, 'acme')).toHaveLength(3);
});

test('what is kept stays under its bytes', async () => {
  const { clock, trail, reader, write } = aTrail({ cacheBytes: 10_000 });
  for (let slice = 0; slice < 20; slice++) {
    await write();
    clock.pass(5_000);
  }
  clock.pass(8_000);
  const upTo = reader.closedUpTo(clock.now());
  await idsOf(reader, positionAt(START_MS - 1), upTo);
  const before = trail.reads.length;
  await idsOf(reader, positionAt(START_MS - 1), positionAt(START_MS + 4_999, 32 ** 6 - 1));
  expect(trail.reads.length).toBe(before + 1);
  await idsOf(reader, later(upTo, -5_000), upTo);
  expect(trail.reads.length).toBe(before + 1);
});

test('a read that fails is not kept: the next one asks again', async () => {
  const { clock, trail, write } = aTrail();
  await write();
  clock.pass(8_000);
  let fail = true;
  const flaky = {
    ...trail,
    slice: async (...request: Parameters<typeof trail.slice>) => {
      if (fail) throw new Error('lost');
      return trail.slice(...request);
    },
  };
  const reader = makeTrailReader({ trail: flaky, cacheBytes: 1_000_000 });
  const upTo = reader.closedUpTo(clock.now());
  const both = await Promise.allSettled([1, 2].map(() => idsOf(reader, positionAt(START_MS - 1), upTo)));
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fail = false;
  expect(await idsOf(reader, positionAt(START_MS - 1), upTo)).toHaveLength(1);
});

test('any span comes back whole and in order, whatever is kept, whatever the pages', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(4_000), { maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(60_000), fc.nat(60_000)), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(1_000, 20_000, 1_000_000),
      async (steps, spans, pageSize, cacheBytes) => {
        const { clock, trail, reader, write } = aTrail({ pageSize, cacheBytes });
        for (const ms of steps) {
          await write();
          clock.pass(ms);
        }
        const closed = reader.closedUpTo(clock.now());
        await Promise.all(
          spans.map(async ([fromMs, lengthMs]) => {
            const after = positionAt(START_MS - 1_000 + fromMs, 3);
            const upTo = [later(after, lengthMs), closed].sort()[0] as Position;
            const expected = trail.entries.filter(({ position }) => position > after && position <= upTo);
            expect(await idsOf(reader, after, upTo)).toEqual(expected.map(({ id }) => id));
          }),
        );
        expect(positionTimeMs(closed)).toBeLessThan(clock.now() - 3_000);
      },
    ),
    { numRuns: 60 },
  );
});
