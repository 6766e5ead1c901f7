import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Row } from '../../dashboard/src/rows/row.ts';
import { RowBuffer } from '../../dashboard/src/rows/row-buffer.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

const row = (id: string, atMs = 0): Row => ({
  kind: 'event',
  id,
  event: anAuditEvent({ id }),
  atMs,
  via: 'push',
  arrivedAtMs: 0,
  trimmed: false,
});
const ids = (buffer: RowBuffer) => buffer.rows.map(({ id }) => id);

test('the newest row is on top, and a late one goes to its place', () => {
  const buffer = new RowBuffer();
  buffer.add([row('a', 1), row('b', 2), row('d', 4)], false);
  buffer.add([row('c', 3)], false);

  expect(ids(buffer)).toEqual(['d', 'c', 'b', 'a']);
});

test('of rows of the same instant the one that came last is on top', () => {
  const buffer = new RowBuffer();
  buffer.add([row('a'), row('b')], false);
  buffer.add([row('c')], false);

  expect(ids(buffer)).toEqual(['c', 'b', 'a']);
});

test('a row is shown once', () => {
  const buffer = new RowBuffer();

  expect(buffer.add([row('a'), row('a')], false)).toBe(1);
  expect(buffer.add([row('a')], false)).toBe(0);
  expect(ids(buffer)).toEqual(['a']);
});

test('while paused rows wait and are counted; resuming shows them all', () => {
  const buffer = new RowBuffer();
  buffer.add([row('a', 1)], false);
  buffer.add([row('b', 2), row('c', 3)], true);

  expect([ids(buffer), buffer.waiting]).toEqual([['a'], 2]);
  buffer.resume();
  expect([ids(buffer), buffer.waiting]).toEqual([['c', 'b', 'a'], 0]);
});

test('only so many rows are kept, the newest, and the rest are counted', () => {
  const buffer = new RowBuffer(3);
  buffer.add(
    ['a', 'b', 'c', 'd', 'e'].map((id, i) => row(id, i)),
    false,
  );

  expect(ids(buffer)).toEqual(['e', 'd', 'c']);
  expect(buffer.dropped).toBe(2);
  expect(buffer.has('a')).toBe(false);
});

test('whatever the order of arrival, pauses included, the rows end in the order of their time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(fc.nat(50), { maxLength: 10 }), fc.boolean()), { maxLength: 20 }),
      (batches) => {
        const buffer = new RowBuffer(1000);
        let n = 0;
        for (const [times, paused] of batches) {
          buffer.add(
            times.map((time) => row(`r${n++}`, time)),
            paused,
          );
          if (!paused) buffer.resume();
        }
        buffer.resume();
        expect(buffer.rows).toHaveLength(n);
        expect(buffer.rows.map(({ atMs }) => atMs)).toEqual(
          buffer.rows.map(({ atMs }) => atMs).toSorted((a, b) => b - a),
        );
      },
    ),
  );
});
