import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { type Position, positionAt, positionTimeMs } from '../../src/domain/position.ts';
import { MAX_FRAME_BYTES } from '../../src/domain/protocol/messages.ts';
import { type AStream, aStream, type Viewer } from './a-stream.ts';
import { anEvent, START_MS, said } from './memory-home.ts';

const CLOSED_MS = 8_000;

async function write({ trail, clock }: AStream, ...events: AuditEvent[]) {
  for (const event of events) await trail.append([{ event, kind: 'event', acceptedAtMs: clock.now() }]);
  return events.map(({ id }) => id);
}

/** Pages until there is no more: each under one frame, each going on from the last. */
async function pullAll(
  viewer: Viewer,
  sub: string,
  after: Position,
  as: 'ids' | 'events' = 'ids',
  limit?: number,
) {
  const ids: string[] = [];
  const pages: { size: number; position: Position; gap?: object }[] = [];
  for (let more = true; more; ) {
    const { messages } = await viewer.receive({
      type: 'pull',
      sub,
      after,
      as,
      ...(limit !== undefined ? { limit } : {}),
    });
    const page = said(messages[0]);
    if (page.type !== 'page') throw new Error(JSON.stringify(page));
    expect(Buffer.byteLength(messages[0] ?? '')).toBeLessThan(MAX_FRAME_BYTES);
    expect(page.position >= after).toBe(true);
    const found = 'ids' in page ? page.ids : page.events.map(({ event }) => event.id);
    ids.push(...found);
    pages.push({ size: found.length, position: page.position, ...(page.gap ? { gap: page.gap } : {}) });
    ({ position: after, more } = page);
  }
  return { ids, pages, position: after };
}

test('a page lists what matched since, and ends at the last closed slice', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a', { action: ['a.b'] });
  const [mine] = await write(home, anEvent({ action: 'a.b' }), anEvent({ action: 'c.d' }));
  expect((await pullAll(ada, 'a', after)).ids).toEqual([]);
  home.clock.pass(CLOSED_MS);
  const { ids, position } = await pullAll(ada, 'a', after);
  expect(ids).toEqual([mine]);
  expect(position).toBe(positionAt(START_MS + 4_999, 32 ** 6 - 1));
});

test('an after that is not closed yet comes back as it was: nothing is skipped later', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a');
  expect(await pullAll(ada, 'a', after)).toMatchObject({ ids: [], position: after });
});

test('an after in the future is refused at its path, for a pull and for a subscription', async () => {
  const { viewer } = aStream();
  const ada = await viewer('c1');
  await ada.subscribe('a');
  const after = positionAt(START_MS + 3_600_000);
  for (const message of [
    { type: 'pull', sub: 'a', after, as: 'ids' },
    { type: 'subscribe', sub: 'b', filter: {}, after },
  ] as const)
    expect(await ada.say(message)).toMatchObject({ name: 'invalid_message', path: 'after' });
});

test('an event that is written in the millisecond of the subscription belongs to it', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a');
  const ids = await write(home, anEvent());
  home.clock.pass(CLOSED_MS);
  expect((await pullAll(ada, 'a', after)).ids).toEqual(ids);
});

test('a rewind brings what was before the subscription', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  await write(home, anEvent());
  home.clock.pass(60_000);
  const ids = await write(home, anEvent());
  home.clock.pass(20_000);
  const after = await ada.subscribe('a', {}, { seconds: 30 });
  expect((await pullAll(ada, 'a', after)).ids).toEqual(ids);
});

test('a rewind that is older than the trail says so on the first page, and goes on from what is kept', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a', {}, { seconds: 7_200 });
  const { pages } = await pullAll(ada, 'a', after);
  expect(pages[0]?.gap).toEqual({ from: after, availableFrom: positionAt(START_MS - 3_592_000) });
  expect(pages.slice(1).some(({ gap }) => gap)).toBe(false);
  const again = await pullAll(ada, 'a', pages[0]?.position as Position);
  expect(again.pages[0]?.gap).toBeUndefined();
});

test('a subscription that the connection does not have is said to be unknown', async () => {
  const { viewer } = aStream();
  const ada = await viewer('c1');
  const after = await ada.subscribe('a');
  expect(await ada.say({ type: 'pull', sub: 'b', after, as: 'ids' })).toMatchObject({
    name: 'unknown_subscription',
    path: 'sub',
  });
});

test('an entry names all subscriptions that match and had begun', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a');
  await ada.subscribe('other', { action: ['c.d'] });
  await write(home, anEvent());
  home.clock.pass(1);
  await ada.subscribe('late');
  await write(home, anEvent());
  home.clock.pass(CLOSED_MS);
  const page = await ada.say({ type: 'pull', sub: 'a', after, as: 'events' });
  expect(page).toMatchObject({ events: [{ subs: ['a'] }, { subs: ['a', 'late'] }] });
});

test('the client may ask for small pages', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a');
  const ids = await write(home, ...Array.from({ length: 7 }, () => anEvent()));
  home.clock.pass(CLOSED_MS);
  const all = await pullAll(ada, 'a', after, 'events', 3);
  expect(all.ids).toEqual(ids);
  expect(all.pages.map(({ size }) => size)).toEqual([3, 3, 1]);
});

test('a pull looks at no more of the trail than its share, and goes on where it stopped', async () => {
  const home = aStream({ limits: { scanEntries: 5 } });
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a', { action: ['rare.one'] });
  await write(home, ...Array.from({ length: 12 }, () => anEvent()));
  const ids = await write(home, anEvent({ action: 'rare.one' }));
  home.clock.pass(CLOSED_MS);
  const all = await pullAll(ada, 'a', after);
  expect(all.ids).toEqual(ids);
  expect(all.pages.map(({ size }) => size)).toEqual([0, 0, 1]);
});

test('a large event is paged trimmed, with its size and what was left out', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a');
  const event = anEvent({ metadata: { text: '€'.repeat(60_000) } });
  await write(home, event);
  home.clock.pass(CLOSED_MS);
  expect(await ada.say({ type: 'pull', sub: 'a', after, as: 'events' })).toMatchObject({
    events: [
      {
        event: { id: event.id },
        trimmed: { bytes: Buffer.byteLength(JSON.stringify(event)), paths: ['metadata'] },
      },
    ],
  });
});

test('an alert in a page is marked as one', async () => {
  const home = aStream();
  const ada = await home.viewer('c1');
  const after = await ada.subscribe('a');
  await home.trail.append([{ event: anEvent(), kind: 'alert', acceptedAtMs: START_MS }]);
  home.clock.pass(CLOSED_MS);
  expect(await ada.say({ type: 'pull', sub: 'a', after, as: 'events' })).toMatchObject({
    events: [{ kind: 'alert', acceptedAtMs: START_MS }],
  });
});

test('pages of any events, of any size, at any pace are whole, in order, without a twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          pauseMs: fc.constantFrom(0, 1, 900, 7_000, 600_000),
          match: fc.boolean(),
          size: fc.constantFrom(0, 500, 9_000, 33_000, 100_000),
          char: fc.constantFrom('x', '€', '"', '\ud83d\ude00'),
        }),
        { maxLength: 30 },
      ),
      fc.constantFrom('ids', 'events') as fc.Arbitrary<'ids' | 'events'>,
      fc.integer({ min: 1, max: 40 }),
      async (steps, as, scanEntries) => {
        const home = aStream({ limits: { scanEntries } });
        const ada = await home.viewer('c1', { tokenExpiresAtMs: START_MS + 1e9 });
        const after = await ada.subscribe('a', { action: ['a.match'] });
        const expected: string[] = [];
        for (const { pauseMs, match, size, char } of steps) {
          home.clock.pass(Math.min(pauseMs, 100_000));
          const event = anEvent({
            action: match ? 'a.match' : 'no.match',
            metadata: { text: char.repeat(size / char.length) },
          });
          await write(home, event);
          if (match) expected.push(event.id);
        }
        home.clock.pass(CLOSED_MS);
        const { ids, position } = await pullAll(ada, 'a', after, as);
        expect(ids).toEqual(expected);
        expect(positionTimeMs(position)).toBeGreaterThanOrEqual(home.clock.now() - CLOSED_MS - 1);
      },
    ),
    { numRuns: 40 },
  );
});
