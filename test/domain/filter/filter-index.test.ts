/** The index is only faster: it finds what a walk over all filters finds, whatever was added and removed before. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Filter, FilterIndex, matches, parseFilter } from '../../../src/domain/filter/index.ts';
import { arbitraryEvent, arbitraryPattern } from './arbitrary-patterns.ts';

/** The plain walk. */
function walk(filters: ReadonlyMap<number, Filter>, event: unknown): number[] {
  return [...filters].filter(([, filter]) => matches(filter, event)).map(([id]) => id);
}

function sorted(ids: Iterable<number>): number[] {
  return [...ids].sort((a, b) => a - b);
}

describe('the index agrees with a walk over all filters', () => {
  test('after any sequence of adding, replacing and removing', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ id: fc.nat(30), pattern: arbitraryPattern }) },
      { weight: 2, arbitrary: fc.record({ id: fc.nat(30) }) },
      { weight: 3, arbitrary: fc.record({ event: arbitraryEvent }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 120 }), (steps) => {
        const index = new FilterIndex<number>();
        const filters = new Map<number, Filter>();
        for (const each of steps) {
          if ('event' in each)
            expect(sorted(index.match(each.event))).toEqual(sorted(walk(filters, each.event)));
          else if ('pattern' in each) {
            const filter = parseFilter(each.pattern);
            index.add(each.id, filter);
            filters.set(each.id, filter);
          } else expect(index.remove(each.id)).toBe(filters.delete(each.id));
          expect(index.size).toBe(filters.size);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('with enough filters that leaves split, and split again after most are gone', () => {
    const many = fc.array(arbitraryPattern, { minLength: 150, maxLength: 300 });
    const events = fc.array(arbitraryEvent, { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(
        many,
        events,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (patterns, all, chance) => {
          const index = new FilterIndex<number>();
          const filters = new Map<number, Filter>();
          const check = (): void => {
            for (const event of all) expect(sorted(index.match(event))).toEqual(sorted(walk(filters, event)));
          };
          const fill = (): void =>
            patterns.forEach((pattern, id) => {
              if (filters.has(id)) return;
              const filter = parseFilter(pattern);
              index.add(id, filter);
              filters.set(id, filter);
            });
          fill();
          check();
          for (const id of [...filters.keys()])
            if ((chance.next().value as number) < 0.8) {
              index.remove(id);
              filters.delete(id);
            }
          check();
          fill();
          check();
        },
      ),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test('with thousands of filters of many tenants', () => {
    const index = new FilterIndex<number>();
    const filters = new Map<number, Filter>();
    const pick = <T>(from: readonly T[], seed: number): T => from[seed % from.length] as T;
    for (let i = 0; i < 5_000; i++) {
      const filter = parseFilter({
        tenant: [`t-${i % 40}`],
        action: pick(
          [[{ prefix: 'a.' }], ['a.b', 'c.d'], [{ suffix: '.b' }], [{ 'anything-but': 'a.b' }]],
          i * 7,
        ),
        ...pick(
          [{}, { risk: [{ numeric: ['>', i % 90] }] }, { ip: [{ cidr: `10.${i % 200}.0.0/16` }] }],
          i * 3,
        ),
      });
      index.add(i, filter);
      filters.set(i, filter);
    }
    for (let i = 0; i < 60; i++) {
      const event = {
        tenant: `t-${i}`,
        action: pick(['a.b', 'c.d', 'a.c'], i),
        risk: i * 2,
        ip: `10.${i * 3}.1.1`,
      };
      expect(sorted(index.match(event))).toEqual(sorted(walk(filters, event)));
    }
  });
});

describe('an index', () => {
  test('names an id once, however many branches of its filter match', () => {
    const index = new FilterIndex<string>();
    index.add('both', parseFilter({ $or: [{ a: [1] }, { b: [1] }] }));
    expect(index.match({ a: 1, b: 1 })).toEqual(['both']);
  });

  test('keeps equal filters of different ids apart', () => {
    const index = new FilterIndex<string>();
    for (const id of ['one', 'two', 'three']) index.add(id, parseFilter({ a: [1, 2] }));
    index.remove('two');
    expect([...index.match({ a: 2 })].sort()).toEqual(['one', 'three']);
  });

  test('takes the new filter when an id is added again', () => {
    const index = new FilterIndex<string>();
    index.add('one', parseFilter({ a: [1] }));
    index.add('one', parseFilter({ a: [2] }));
    expect([index.size, index.match({ a: 1 }), index.match({ a: 2 })]).toEqual([1, [], ['one']]);
  });

  test('hands every event to the filter without conditions, even one that is no object', () => {
    const index = new FilterIndex<string>();
    index.add('all', parseFilter({}));
    for (const event of [{}, { a: 1 }, null, 'text', [1]]) expect(index.match(event)).toEqual(['all']);
  });

  test('gives the array of an earlier event to nobody else', () => {
    const index = new FilterIndex<string>();
    index.add('one', parseFilter({ a: [1] }));
    const first = index.match({ a: 1 });
    index.match({ a: 2 });
    expect(first).toEqual(['one']);
  });
});
