import { expect, test } from '@jest/globals';
import { type Replays, readReplays, replayedAgain } from '../../../src/domain/dead-letters/replays.ts';

test('all replays are counted, and the last five are told', () => {
  let replays: Replays | undefined;
  for (let n = 1; n <= 8; n++) replays = replayedAgain(replays, { atMs: n, by: 'ada', run: `run-${n}` });

  expect(replays?.count).toBe(8);
  expect(replays?.last.map(({ atMs }) => atMs)).toEqual([4, 5, 6, 7, 8]);
  expect(readReplays(JSON.stringify(replays))).toEqual(replays);
});

test.each([
  null,
  undefined,
  '',
  'no JSON',
  'null',
  '{}',
  '{"count":0,"last":[]}',
  '{"count":1,"last":[null]}',
])('text of another hand is no provenance: %j', (text) => {
  expect(readReplays(text)).toBeUndefined();
});
