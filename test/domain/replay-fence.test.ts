/** The fence in the words of AWS's own matcher, where Java is there, and in ours. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches, parseFilter } from '../../src/domain/filter/index.ts';
import {
  destinationOf,
  fenced,
  filteredReplayNameFor,
  onlyFor,
  readReplayName,
  replayNamedBy,
  replayNameFor,
} from '../../src/domain/replay-fence.ts';
import { askEventRuler, eventRuler } from '../services/event-ruler/event-ruler.ts';
import { onBus } from '../stream/memory-home.ts';

const NOW_MS = Date.UTC(2026, 10, 1, 12);
const destination = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const takes = (pattern: object, name?: string) =>
  matches(parseFilter(pattern), onBus({}, name === undefined ? {} : { 'replay-name': name }));

test('a destination takes what is live, and of replays those that are named for it', () => {
  fc.assert(
    fc.property(destination, destination, fc.nat(), (one, other, afterMs) => {
      const pattern = fenced({ 'detail-type': ['Audit Event'] }, one);
      expect(takes(pattern)).toBe(true);
      expect(takes(pattern, replayNameFor(one, NOW_MS + afterMs))).toBe(true);
      expect(takes(pattern, replayNameFor(other, NOW_MS + afterMs))).toBe(one === other);
      expect(takes(pattern, filteredReplayNameFor(one, NOW_MS + afterMs))).toBe(false);
      expect(destinationOf(JSON.parse(JSON.stringify(pattern)))).toBe(one);
    }),
  );
});

test('a destination whose name begins another one’s takes none of its replays', () => {
  const pattern = fenced({}, 'datadog');
  expect(takes(pattern, replayNameFor('datadog-high', NOW_MS))).toBe(false);
  expect(takes(pattern, 'somebody-tries-the-console')).toBe(false);
  expect(takes(pattern, 'datadog')).toBe(false);
});

test('no other pattern is taken for a fence', () => {
  for (const names of [
    undefined,
    [],
    ['a.'],
    [{ prefix: 'a.' }],
    [{ exists: false }],
    [{ exists: false }, null],
  ])
    expect(destinationOf({ 'replay-name': names })).toBeUndefined();
});

test('a rule for one replay takes that one, and nothing live', () => {
  const name = filteredReplayNameFor('datadog', NOW_MS);
  const pattern = onlyFor(fenced({ 'detail-type': ['Audit Event'] }, 'datadog'), name);
  expect(takes(pattern, name)).toBe(true);
  expect(takes(pattern)).toBe(false);
  expect(takes(pattern, filteredReplayNameFor('datadog', NOW_MS + 1))).toBe(false);
  expect(replayNamedBy(pattern)).toBe(name);
  expect(replayNamedBy(fenced({}, 'datadog'))).toBeUndefined();
});

test('names are within EventBridge’s, and are read back', () => {
  fc.assert(
    fc.property(destination, fc.nat(), (route, afterMs) => {
      const namedAtMs = NOW_MS + afterMs;
      for (const name of [replayNameFor(route, namedAtMs), filteredReplayNameFor(route, namedAtMs)]) {
        expect(name).toMatch(/^[.\-_A-Za-z0-9]{1,64}$/);
        expect(readReplayName(name)).toEqual({ route, namedAtMs });
      }
    }),
  );
  for (const foreign of ['restore-1', 'datadog.yesterday', 'datadog.20261301T000000000Z'])
    expect(readReplayName(foreign)).toBeUndefined();
});

const ruler = eventRuler();
if ('missing' in ruler) console.log(`Left out: the fence under event-ruler (${ruler.missing}).`);
const withRuler = 'missing' in ruler ? test.skip : test;

withRuler(
  'AWS’s own matcher takes the fence for a rule, and reads it as we do',
  async () => {
    const names = [
      undefined,
      replayNameFor('datadog', NOW_MS),
      replayNameFor('datadog-high', NOW_MS),
      filteredReplayNameFor('datadog', NOW_MS),
      'from-the-console',
    ];
    const events = names.map((name) => JSON.stringify(onBus({}, name ? { 'replay-name': name } : {})));
    const patterns = [
      fenced({ 'detail-type': ['Audit Event'] }, 'datadog'),
      onlyFor({ 'detail-type': ['Audit Event'] }, names[3] as string),
    ];
    const texts = patterns.map((pattern) => JSON.stringify(pattern));
    const [answers] = await askEventRuler('classPath' in ruler ? ruler.classPath : '', [
      { patterns: texts, events },
    ]);
    expect(answers).toEqual([{ matches: [0, 1] }, { matches: [3] }]);
    expect(patterns.map((pattern) => names.flatMap((name, i) => (takes(pattern, name) ? [i] : [])))).toEqual([
      [0, 1],
      [3],
    ]);
  },
  120_000,
);
