import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SeenIds } from '../../src/client/seen-ids.ts';
import { Subscription } from '../../src/client/subscription.ts';
import { positionAt } from '../../src/domain/position.ts';

const one = new Subscription('one', {}, 'now');
const two = new Subscription('two', {}, 'now');
const at = (ms: number, upTo?: number) => ({
  acceptedAtMs: ms,
  seenAtMs: ms,
  ...(upTo !== undefined && { upTo: positionAt(upTo) }),
});

test('an id is kept while a page has yet to list it, whatever else comes', () => {
  const seen = new SeenIds(3);
  seen.add('waits', [one], [one], at(1));
  for (let n = 2; n < 20; n++) seen.add(`e${n}`, [one], [], at(n, n));
  expect(seen.given('waits', one)).toBe(true);
  expect(seen.size).toBe(3);
});

test('when all room is taken by ids that pages have yet to list, a new push is not taken', () => {
  const seen = new SeenIds(2);
  expect(seen.add('a', [one], [one], at(1))).toBe(true);
  expect(seen.add('b', [one], [one], at(2))).toBe(true);
  expect(seen.add('c', [one], [one], at(3))).toBe(false);
  seen.listed('a', one, positionAt(5));
  expect(seen.add('c', [one], [one], at(3))).toBe(true);
});

test('an id that no page has listed for ten minutes gives way, and from then on there is doubt about its time', () => {
  const seen = new SeenIds(1);
  seen.add('never-recorded', [one], [one], at(1_000));
  expect(seen.add('new', [one], [one], at(700_000))).toBe(true);
  expect(seen.mayHaveForgotten(positionAt(800_000), 1_000)).toBe(true);
  expect(seen.mayHaveForgotten(positionAt(800_000), 1_001)).toBe(false);
});

test('what was forgotten after its place was known leaves no doubt about later places', () => {
  const seen = new SeenIds(1);
  seen.add('a', [one], [], at(50, 100));
  seen.add('b', [one], [], at(60, 110));
  expect(seen.mayHaveForgotten(positionAt(100), 0)).toBe(true);
  expect(seen.mayHaveForgotten(positionAt(101), 0)).toBe(false);
});

test('a push accepted before what was forgotten was written is in doubt, a later one is not', () => {
  const seen = new SeenIds(1);
  seen.add('a', [one], [], at(50, 100_000));
  seen.add('b', [one], [], at(60, 110_000));
  expect(seen.mayHaveForgottenPush(100_000)).toBe(true);
  expect(seen.mayHaveForgottenPush(200_000)).toBe(false);
});

test('an id waits for each of its subscriptions, unless that has ended', () => {
  const seen = new SeenIds(1);
  seen.add('a', [one, two], [one, two], at(1));
  seen.listed('a', one, positionAt(5));
  expect(seen.add('b', [one], [one], at(2))).toBe(false);
  seen.ended(two);
  expect(seen.add('b', [one], [one], at(2))).toBe(true);
});

test('never more is remembered than there is room for', () => {
  const step = fc.record({
    id: fc.nat(50).map(String),
    act: fc.constantFrom('push', 'page', 'list', 'end'),
    sub: fc.constantFrom(one, two),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.array(step), (max, steps) => {
      const seen = new SeenIds(max);
      for (const [ms, { id, act, sub }] of steps.entries()) {
        if (act === 'push' && !seen.has(id)) seen.add(id, [sub], [sub], at(ms));
        if (act === 'page' && !seen.has(id)) seen.add(id, [one, two], [], at(ms, ms));
        if (act === 'list') seen.listed(id, sub, positionAt(ms));
        if (act === 'end') seen.ended(sub);
        expect(seen.size).toBeLessThanOrEqual(max);
      }
    }),
  );
});
