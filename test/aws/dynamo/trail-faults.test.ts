/** What can go wrong between a writer and DynamoDB: exactly one entry all the same, and no closed slice ever changes. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DynamoCall } from '../../../src/aws/dynamo/call.ts';
import { CLOCK_LIMIT_MS, ClockError, heldBack, makeClockGuard } from '../../../src/aws/dynamo/clock-guard.ts';
import { makeTrail } from '../../../src/aws/dynamo/trail.ts';
import { directoryKey, readDirectory } from '../../../src/aws/dynamo/trail-rows.ts';
import { WRITE_DEADLINE_MS } from '../../../src/aws/dynamo/trail-writer.ts';
import { type Position, parsePosition, positionTimeMs } from '../../../src/domain/position.ts';
import type { Trail } from '../../../src/stream/ports.ts';
import { makeTrailReader } from '../../../src/stream/trail-reader.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { aTable, withDynamoDb } from './a-table.ts';

const START_MS = Date.UTC(2026, 10, 1, 12, 30);
const entry = (fields = {}) => ({
  event: anAuditEvent(fields),
  kind: 'event' as const,
  acceptedAtMs: START_MS,
});
const quiet = { retentionMs: 3_600_000, log: () => {}, sleep: async () => {} };

/** An error as DynamoDB or the connection gives it. */
const named = (name: string) => Object.assign(new Error(name), { name });

/** A writer whose `nth` transaction (from 1) meets what `fault` does with it. */
function writerWith(
  { call, table }: { call: DynamoCall; table: string },
  fault: (send: () => Promise<unknown>, nth: number) => Promise<unknown>,
): Trail {
  let nth = 0;
  const faulty: DynamoCall = async (operation, input, options) =>
    operation === 'TransactWriteItems'
      ? (fault(() => call(operation, input, options), ++nth) as never)
      : call(operation, input, options);
  return makeTrail({ call: faulty, table, now: () => START_MS, ...quiet });
}

async function idsIn(trail: Trail, tenantId = 'acme'): Promise<readonly string[]> {
  const ids: string[] = [];
  let next: string | undefined;
  do {
    const page = await trail.slice(tenantId, START_MS - 60_000, START_MS + 60_000, next);
    ids.push(...page.entries.map(({ id }) => id));
    next = page.next;
  } while (next !== undefined);
  return ids;
}

withDynamoDb(() => {
  test('a write whose answer is lost is there once', async () => {
    const place = await aTable();
    const trail = writerWith(place, async (send, nth) => {
      const answer = await send();
      if (nth === 1) throw named('TimeoutError');
      return answer;
    });
    expect((await trail.append([entry({ id: 'a' })])).map(({ kind }) => kind)).toEqual(['appended']);
    expect(await idsIn(trail)).toEqual(['a']);
  });

  test('a write that lands only after it was tried again is refused by the claim', async () => {
    const place = await aTable();
    let late: (() => Promise<unknown>) | undefined;
    const trail = writerWith(place, async (send, nth) => {
      if (nth > 1) return send();
      late = send;
      throw named('TimeoutError');
    });
    expect((await trail.append([entry({ id: 'a' })]))[0]?.kind).toBe('appended');
    await expect(late?.()).rejects.toThrow(/Transaction cancelled/);
    expect(await idsIn(trail)).toEqual(['a']);
  });

  test('a write that landed too late, while its answer was lost, is written once more where readers have not been', async () => {
    const place = await aTable();
    let nowMs = START_MS;
    let nth = 0;
    const call: DynamoCall = async (operation, input, options) => {
      const answer = await place.call(operation, input, options);
      if (operation !== 'TransactWriteItems' || ++nth > 1) return answer;
      nowMs += WRITE_DEADLINE_MS + 1;
      throw named('TimeoutError');
    };
    const trail = makeTrail({ call, table: place.table, now: () => nowMs, ...quiet });
    const [outcome] = await trail.append([entry({ id: 'a' })]);
    expect(outcome).toMatchObject({ kind: 'appended' });
    const position = (outcome as { position: Position }).position;
    expect(positionTimeMs(position)).toBe(nowMs);
    expect((await trail.byId('acme', 'a'))?.position).toBe(position);
    expect((await trail.append([entry({ id: 'a' })]))[0]?.kind).toBe('duplicate');
  });

  test('a writer that never gets through says so, and nothing is half written', async () => {
    const place = await aTable();
    const trail = writerWith(place, async () => {
      throw named('InternalServerError');
    });
    await expect(trail.append([entry()])).rejects.toThrow('InternalServerError');
    expect(await idsIn(trail)).toEqual([]);
  });

  test('two writers with the same event write it once; with another content under its id, one of them is a conflict', async () => {
    const place = await aTable();
    const writers = [1, 2].map(() => makeTrail({ ...place, now: () => START_MS, ...quiet }));
    const same = entry({ id: 'same' });
    const kinds = await Promise.all(writers.map((writer) => writer.append([same])));
    expect(
      kinds
        .flat()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['appended', 'duplicate']);
    const race = await Promise.all(
      writers.map((writer, i) => writer.append([entry({ id: 'other', message: `text ${i}` })])),
    );
    expect(
      race
        .flat()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['appended', 'id_conflict']);
    expect((await idsIn(writers[0] as Trail)).toSorted()).toEqual(['other', 'same']);
  });

  test('one bad entry of a batch holds up none of the others', async () => {
    const place = await aTable();
    const trail = makeTrail({ ...place, now: () => START_MS, ...quiet });
    await trail.append([entry({ id: 'taken', message: 'first' })]);
    const batch = [entry({ id: 'a' }), entry({ id: 'taken', message: 'second' }), entry({ id: 'b' })];
    expect((await trail.append(batch)).map(({ kind }) => kind)).toEqual([
      'appended',
      'id_conflict',
      'appended',
    ]);
    expect(await idsIn(trail)).toEqual(['taken', 'a', 'b']);
  });

  test('a partition that throttles makes the tenant’s shards double, and readers that know nothing of it see all', async () => {
    const place = await aTable();
    const before = makeTrail({ ...place, now: () => START_MS, ...quiet });
    const hot = writerWith(place, async (send, nth) => {
      if (nth <= 3) throw named('ProvisionedThroughputExceededException');
      return send();
    });
    await before.append(Array.from({ length: 20 }, (_, i) => entry({ id: `old-${i}` })));
    await hot.append(Array.from({ length: 40 }, (_, i) => entry({ id: `new-${i}` })));
    await before.append([entry({ id: 'still-unsharded' })]);

    const { Item } = await place.call('GetItem', {
      TableName: place.table,
      Key: directoryKey('acme', Math.floor(START_MS / 3_600_000) * 3_600_000),
      ConsistentRead: true,
    });
    const { shards } = readDirectory(Item ?? {});
    expect(shards.length).toBeGreaterThan(4);
    const reader = makeTrail({ ...place, now: () => START_MS, ...quiet });
    const ids = await idsIn(reader);
    expect(ids).toHaveLength(61);
    expect(new Set(ids).size).toBe(61);
    const page = await reader.slice('acme', START_MS, START_MS + 1);
    const positions = page.entries.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted());
  });

  test('a writer whose clock is wrong refuses before it writes, and says by how much', async () => {
    const place = await aTable();
    const clock = makeClockGuard();
    const trail = makeTrail({ ...place, now: () => START_MS, ...quiet, clock });
    clock.observe(START_MS - 4_000, START_MS - 10, START_MS);
    await expect(trail.append([entry()])).rejects.toThrow(ClockError);
    await expect(trail.append([entry()])).rejects.toThrow(/\d+ ms ahead of DynamoDB's/);
    expect(await idsIn(trail)).toEqual([]);
  });
});

/** The worst is tried often. */
const clockOff = fc.oneof(
  fc.constantFrom(-CLOCK_LIMIT_MS, CLOCK_LIMIT_MS),
  fc.integer({ min: -CLOCK_LIMIT_MS, max: CLOCK_LIMIT_MS }),
);
const tookMs = fc.oneof(fc.constant(WRITE_DEADLINE_MS), fc.nat({ max: WRITE_DEADLINE_MS }));

test('a slice that was read as closed never changes, with clocks up to the limit apart and writes up to their deadline', async () => {
  await fc.assert(
    fc.asyncProperty(
      clockOff,
      clockOff,
      fc.array(fc.record({ pauseMs: fc.nat({ max: 6_000 }), tookMs }), {
        minLength: 1,
        maxLength: 20,
      }),
      async (writerMs, readerMs, writes) => {
        let nowMs = START_MS;
        let took = 0;
        // Told here, because the writer takes a throw for a failed write.
        const slippedIn: string[] = [];
        const call: DynamoCall = async (operation, input) => {
          if (operation !== 'TransactWriteItems') return {} as never;
          const [, put] = (input as unknown as { TransactItems: { Put: { Item: { sk: { S: string } } } }[] })
            .TransactItems;
          nowMs += took; // the moment it is there
          const closed = reader.closedUpTo(nowMs + readerMs);
          const position = parsePosition(put?.Put.Item.sk.S);
          if (position === undefined || position <= closed) slippedIn.push(String(position));
          return {} as never;
        };
        const trail = makeTrail({ call, table: 't', now: () => nowMs + writerMs, ...quiet });
        const reader = makeTrailReader({ trail, cacheBytes: 1_000 });
        for (const write of writes) {
          nowMs += write.pauseMs;
          took = write.tookMs;
          await trail.append([entry()]);
        }
        expect(slippedIn).toEqual([]);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('the clock guard knows from whole seconds whether the clock is off, and never cries wolf', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -3_000, max: 3_000 }),
      fc.array(fc.record({ atMs: fc.nat({ max: 30_000 }), tripMs: fc.nat({ max: 300 }) }), {
        minLength: 1,
        maxLength: 30,
      }),
      (offMs, answers) => {
        const clock = makeClockGuard();
        const times = answers.toSorted((a, b) => a.atMs - b.atMs);
        for (const { atMs, tripMs } of times) {
          const trueMs = START_MS + atMs;
          const header = Math.floor((trueMs + tripMs / 2) / 1_000) * 1_000;
          clock.observe(header, trueMs + offMs, trueMs + tripMs + offMs);
        }
        const last = START_MS + (times.at(-1)?.atMs ?? 0) + offMs;
        const found = clock.offMs(last);
        expect(Math.abs(found)).toBeLessThanOrEqual(Math.abs(offMs));
        expect(found === 0 || Math.sign(found) === Math.sign(offMs)).toBe(true);
        if (Math.abs(offMs) > 1_000 + 300 + CLOCK_LIMIT_MS)
          expect(Math.abs(found)).toBeGreaterThan(CLOCK_LIMIT_MS);
      },
    ),
  );
});

test('a reader whose clock is ahead for certain closes slices no earlier for it; one that is behind stays as it is', () => {
  const clock = makeClockGuard();
  expect(heldBack(() => START_MS, clock)()).toBe(START_MS);
  clock.observe(START_MS - 4_000, START_MS - 10, START_MS);
  expect(heldBack(() => START_MS, clock)()).toBe(START_MS - 2_990);
  const behind = makeClockGuard();
  behind.observe(START_MS + 4_000, START_MS - 10, START_MS);
  expect(heldBack(() => START_MS, behind)()).toBe(START_MS);
});
