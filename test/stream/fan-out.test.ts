import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_FRAME_BYTES } from '../../src/domain/protocol/messages.ts';
import type { HandOff } from '../../src/stream/broadcast.ts';
import { makeFanOut } from '../../src/stream/fan-out.ts';
import { type FanOutChunk, inChunks, messagesIn } from '../../src/stream/fan-out-chunk.ts';
import { aStream } from './a-stream.ts';
import { anEvent, memoryGateway, memorySubscriptions, onBus, START_MS, silent } from './memory-home.ts';

async function aCrowd(size: number, handOff: HandOff) {
  const stream = aStream({ limits: { fanOutChunk: 10 }, handOff });
  for (let i = 0; i < size; i++) await (await stream.viewer(`c${i}`)).subscribe('a');
  return stream;
}

const connectionsOf = (chunks: readonly FanOutChunk[]) =>
  chunks.flatMap(({ sends }) => sends.map(([id]) => id));

test('a fan-out that one Lambda can do is done by it', async () => {
  const handed: FanOutChunk[] = [];
  const { broadcast } = await aCrowd(10, async (chunk) => handed.push(chunk) > 0);
  expect(await broadcast(onBus(anEvent()), START_MS)).toMatchObject({ matched: 10, sent: 10, handedOff: 0 });
  expect(handed).toEqual([]);
});

test('of a larger one the first part is pushed here, the rest goes to others: everybody once', async () => {
  const handed: FanOutChunk[] = [];
  const { broadcast, gateway } = await aCrowd(35, async (chunk) => handed.push(chunk) > 0);
  const report = await broadcast(onBus(anEvent()), START_MS);
  expect(report).toMatchObject({ matched: 35, sent: 10, handedOff: 25 });
  expect(handed.map(({ sends }) => sends.length)).toEqual([10, 10, 5]);
  expect([...gateway.sent.map(({ connectionId }) => connectionId), ...connectionsOf(handed)].sort()).toEqual(
    Array.from({ length: 35 }, (_, i) => `c${i}`).sort(),
  );
  const [text] = gateway.sent.map((sent) => sent.text);
  expect(handed.every(({ texts }) => texts.length === 1 && texts[0] === text)).toBe(true);
});

test('what nobody takes is pushed here after all', async () => {
  let calls = 0;
  const { broadcast, gateway } = await aCrowd(35, async () => {
    if (++calls === 1) throw new Error('Lambda is out');
    return false;
  });
  expect(await broadcast(onBus(anEvent()), START_MS)).toMatchObject({ sent: 35, handedOff: 0 });
  expect(new Set(gateway.sent.map(({ connectionId }) => connectionId)).size).toBe(35);
});

test('a part that was handed off reaches its connections, and a gone one is deleted', async () => {
  const subscriptions = memorySubscriptions();
  const gateway = memoryGateway((id) => (id === 'c2' ? 'gone' : 'sent'));
  const closed: string[] = [];
  const fanOut = makeFanOut({
    gateway,
    subscriptions: { ...subscriptions, close: async (id) => void closed.push(id) },
    sendDeadlineMs: 1_000,
    log: silent,
  });
  const chunk = {
    texts: ['x', 'y'],
    sends: [
      ['c1', 1],
      ['c2', 0],
      ['c3', 0],
    ],
  } as const;
  expect(await fanOut(messagesIn(chunk))).toEqual({ sent: 2, gone: 1, throttled: 0, failed: 0, late: 0 });
  expect(gateway.sent.map(({ connectionId, text }) => [connectionId, text])).toEqual([
    ['c1', 'y'],
    ['c3', 'x'],
  ]);
  expect(closed).toEqual(['c2']);
});

test('a Lambda that dies on the way loses no more than its own part, and the pull brings that', async () => {
  const { broadcast, viewer, gateway, record, clock } = await aCrowd(20, async () => true); // and dies
  const late = await viewer('late');
  const position = await late.subscribe('a');
  const event = anEvent();
  const bus = onBus(event);
  await broadcast(bus, START_MS);
  await record([{ messageId: 'm', receiveCount: 1, acceptedAtMs: START_MS, event: bus }]);
  clock.pass(60_000);
  const pushed = new Set(gateway.sent.map(({ connectionId }) => connectionId));
  expect(pushed.has('late')).toBe(false);
  const page = await late.say({ type: 'pull', sub: 'a', after: position, as: 'ids' });
  expect(page).toMatchObject({ type: 'page', ids: [event.id] });
});

test('parts have all messages in order, few enough and small enough for an asynchronous invocation', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 20 }), fc.nat({ max: 40 })), { maxLength: 300 }),
      fc.integer({ min: 1, max: 50 }),
      (sends, size) => {
        const messages = sends.map(([connectionId, n]) => ({
          connectionId,
          text: `${n} ${'"\\'.repeat(MAX_FRAME_BYTES / 2 - 8)}`,
        }));
        const chunks = inChunks(messages, size);
        expect(chunks.flatMap(messagesIn)).toEqual(messages);
        for (const chunk of chunks) {
          expect(chunk.sends.length).toBeLessThanOrEqual(size);
          expect(Buffer.byteLength(JSON.stringify(chunk))).toBeLessThan(1_000_000);
        }
      },
    ),
    { numRuns: 40 },
  );
});
