/** The OCSF mapper against the compiled schema of OCSF 1.8.0: valid whatever the event, and nothing of it lost. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toOcsf } from '../../../src/domain/mappers/index.ts';
import { CORPUS } from './corpus.ts';
import { anyEvent } from './ocsf/arbitrary-events.ts';
import { faultsOf } from './ocsf/contract.ts';
import { lostOf } from './ocsf/lost.ts';
import { marked } from './ocsf/marked.ts';

const RUNS = 2_000;

test('every real record is a valid document of the class that fits, and all of it is in there', () => {
  expect(CORPUS.length).toBeGreaterThan(1_900);
  const classes = new Set<number>();
  for (const event of CORPUS) {
    const document = toOcsf(event);
    classes.add(document.class_uid);
    expect([event.id, faultsOf(document)]).toEqual([event.id, []]);
    expect([event.id, lostOf(event, document)]).toEqual([event.id, []]);
  }
  expect([...classes].sort()).toEqual([3001, 3002, 3004, 3005, 3006, 6003, 6005]);
});

test('any event is a valid document', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      expect(faultsOf(toOcsf(event))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('nothing of any event is lost', () => {
  fc.assert(
    fc.property(anyEvent.map(marked), (event) => {
      expect(lostOf(event, toOcsf(event))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('the event is left as it was, and comes out the same again', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const before = JSON.stringify(event);
      const document = JSON.stringify(toOcsf(event));
      expect(JSON.stringify(toOcsf(event))).toBe(document);
      expect(JSON.stringify(event)).toBe(before);
    }),
    { numRuns: 200 },
  );
});
