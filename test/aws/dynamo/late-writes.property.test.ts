/** A viewer who reads every closed slice once misses nothing, however late DynamoDB does what it was asked. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DynamoCall, Item, Operations } from '../../../src/aws/dynamo/call.ts';
import { CLOCK_LIMIT_MS } from '../../../src/aws/dynamo/clock-guard.ts';
import { makeTrail } from '../../../src/aws/dynamo/trail.ts';
import { WRITE_DEADLINE_MS } from '../../../src/aws/dynamo/trail-writer.ts';
import { parsePosition, positionAt, positionTimeMs } from '../../../src/domain/position.ts';
import type { Trail, TrailEntry } from '../../../src/stream/ports.ts';
import { makeTrailReader } from '../../../src/stream/trail-reader.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';

const START_MS = Date.UTC(2026, 10, 1, 12, 30);
/** How often the viewer looks. */
const LOOK_MS = 250;

/** The trail only puts. */
type Transaction = readonly Extract<
  Operations['TransactWriteItems']['input']['TransactItems'][number],
  { readonly Put: unknown }
>[];

/** What becomes of one transaction: done after `landsMs` (or never), and answered unless that is lost or too late. */
interface Fate {
  readonly landsMs: number | undefined;
  readonly isAnswered: boolean;
  /** How much later than the deadline the writer, busy as it is, finds out that it has passed. */
  readonly stallMs: number;
}

/** DynamoDB's manners with the trail's transactions: all or nothing, each condition looked at when it lands. */
function aTableOfItems() {
  const items = new Map<string, Item>();
  const keyOf = ({ pk, sk }: Item) => JSON.stringify([pk, sk]);
  return {
    items,
    land(transaction: Transaction): Error | undefined {
      const reasons = transaction.map(({ Put }) => {
        const held = items.get(keyOf(Put.Item));
        return holds(Put.ConditionExpression, Put.ExpressionAttributeValues, held)
          ? { Code: 'None' }
          : { Code: 'ConditionalCheckFailed', Item: held };
      });
      if (reasons.some(({ Code }) => Code !== 'None'))
        return Object.assign(new Error('cancelled'), {
          name: 'TransactionCanceledException',
          CancellationReasons: reasons,
        });
      for (const { Put } of transaction) items.set(keyOf(Put.Item), Put.Item);
      return undefined;
    },
  };
}

/** The two conditions that the writer uses. */
function holds(condition: string | undefined, values: Item | undefined, held: Item | undefined): boolean {
  if (condition === 'attribute_not_exists(pk)') return held === undefined;
  const [, attribute, value] = /^(\w+) = (:\w+)$/.exec(condition ?? '') ?? [];
  if (attribute === undefined || value === undefined) throw new Error(`not modelled: ${condition}`);
  return JSON.stringify(held?.[attribute]) === JSON.stringify(values?.[value]);
}

const fate: fc.Arbitrary<Fate> = fc.record({
  landsMs: fc.oneof(
    { weight: 4, arbitrary: fc.nat({ max: 100 }) },
    { weight: 3, arbitrary: fc.nat({ max: 3 * WRITE_DEADLINE_MS }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  isAnswered: fc.boolean(),
  stallMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 2_000 })),
});
const clockOff = fc.constantFrom(-CLOCK_LIMIT_MS, 0, CLOCK_LIMIT_MS);

test('what is appended is seen by who reads each closed slice once, though writes land after their deadline', async () => {
  await fc.assert(
    fc.asyncProperty(
      clockOff,
      clockOff,
      fc.array(fc.record({ pauseMs: fc.nat({ max: 6_000 }), fates: fc.array(fate, { maxLength: 4 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
      async (writerOffMs, readerOffMs, writes) => {
        let nowMs = START_MS;
        let fates: Fate[] = [];
        let underway: { readonly atMs: number; readonly land: () => void }[] = [];
        const table = aTableOfItems();
        const seen = new Set<string>();
        let cursor = positionAt(START_MS - 60_000);
        const slice: Trail['slice'] = async (_tenant, fromMs, toMs) => ({
          entries: [...table.items.values()]
            .flatMap(entryOf)
            .filter(({ position }) => positionTimeMs(position) >= fromMs && positionTimeMs(position) < toMs)
            .toSorted((a, b) => (a.position < b.position ? -1 : 1)),
        });
        const passes = async (ms: number) => {
          const untilMs = nowMs + ms;
          for (;;) {
            const next = underway.toSorted((a, b) => a.atMs - b.atMs)[0];
            if (next && next.atMs <= Math.min(untilMs, nowMs + LOOK_MS)) {
              nowMs = Math.max(nowMs, next.atMs);
              underway = underway.filter((each) => each !== next);
              next.land();
            } else if (nowMs < untilMs) nowMs = Math.min(untilMs, nowMs + LOOK_MS);
            else return;
            await look();
          }
        };
        const call = (async (operation: string, input: { TransactItems: Transaction }) => {
          if (operation !== 'TransactWriteItems') return {};
          const { landsMs, isAnswered, stallMs } = fates.shift() ?? {
            landsMs: 5,
            isAnswered: true,
            stallMs: 0,
          };
          const givenUpMs = WRITE_DEADLINE_MS + stallMs;
          let answer: { readonly error: Error | undefined } | undefined;
          if (landsMs !== undefined)
            underway.push({
              atMs: nowMs + landsMs,
              land: () => {
                answer = { error: table.land(input.TransactItems) };
              },
            });
          await passes(Math.min(landsMs ?? givenUpMs, givenUpMs));
          if (!isAnswered && answer) throw Object.assign(new Error('cut'), { name: 'ECONNRESET' });
          if (!answer) throw Object.assign(new Error('too slow'), { name: 'TimeoutError' });
          if (answer.error) throw answer.error;
          return {};
        }) as DynamoCall;
        const trail = makeTrail({
          call,
          table: 't',
          retentionMs: 3_600_000,
          now: () => nowMs + writerOffMs,
          log: () => {},
          sleep: (ms) => passes(Math.ceil(ms)),
        });
        const reader = makeTrailReader({ trail: { ...trail, slice }, cacheBytes: 1_000_000 });
        const look = async () => {
          const upTo = reader.closedUpTo(nowMs + readerOffMs);
          if (upTo <= cursor) return;
          for await (const { id } of reader.read('acme', cursor, upTo)) seen.add(id);
          cursor = upTo;
        };

        const appended: string[] = [];
        for (const [i, write] of writes.entries()) {
          await passes(write.pauseMs);
          fates = [...write.fates];
          const id = `event-${i}`;
          const [outcome] = await trail.append([
            { event: anAuditEvent({ id }), kind: 'event', acceptedAtMs: nowMs },
          ]);
          expect(outcome?.kind).toBe('appended');
          appended.push(id);
        }
        await passes(30_000);
        expect(appended.filter((id) => !seen.has(id))).toEqual([]);
      },
    ),
    { numRuns: 1_500 },
  );
});

function entryOf(item: Item): readonly TrailEntry[] {
  const text = (name: string) => (item[name] as { readonly S: string } | undefined)?.S ?? '';
  const position = parsePosition(text('sk'));
  if (position === undefined) return [];
  const event = JSON.parse(text('event'));
  return [{ position, id: text('id'), kind: 'event', acceptedAtMs: 0, event }];
}
