import { expect, test } from '@jest/globals';
import { deciderOf, newRun, type RunRules, runBeganMs } from '../../../src/domain/dead-letters/run.ts';
import { aLetter } from './a-letter.ts';

const BEGAN_MS = 1_700_000_000_000;
const run = newRun(BEGAN_MS, () => 0.5);
const decide = (letter: Parameters<typeof aLetter>[0], rules: Partial<RunRules> = {}) => {
  const decision = deciderOf({
    run,
    to: 'queue',
    isMeant: () => true,
    consumed: new Set(['datadog']),
    force: false,
    ...rules,
  })(aLetter({ deadAtMs: BEGAN_MS, ...letter }));
  return decision.kind === 'skip' ? decision.reason : decision.kind;
};
const replays = (count: number, of = 'run-other') => ({ count, last: [{ atMs: 1, by: 'ada', run: of }] });

test('a run’s name has its beginning in it, and what is no run’s name has none', () => {
  expect(run).toMatch(/^run-1700000000000-[0-9a-f]{8}$/);
  expect(runBeganMs(run)).toBe(BEGAN_MS);
  for (const none of ['', 'run-1', `${run}x`, 'run-17000000000x0-00000000'])
    expect(runBeganMs(none)).toBeUndefined();
});

test.each([
  ['what is meant is taken', {}, {}, 'take'],
  ['what is not meant is left', {}, { isMeant: () => false }, 'leave'],
  ['what died after the run began is skipped', { deadAtMs: BEGAN_MS + 1 }, {}, 'died_since'],
  [
    'what this run replayed is skipped, whatever the clock says',
    { replays: replays(1, run) },
    {},
    'died_since',
  ],
  ['what nobody takes is skipped', { queue: 'gone' }, {}, 'no_consumer'],
  ['what is no event is skipped', { isForeign: true as const }, {}, 'not_an_event'],
  ['what was replayed twice is taken', { replays: replays(2) }, {}, 'take'],
  ['what was replayed three times is skipped', { replays: replays(3) }, {}, 'replayed_often'],
  ['unless it is forced', { replays: replays(3) }, { force: true }, 'take'],
  [
    'a purge takes what cannot go back',
    { queue: 'gone', isForeign: true as const },
    { to: 'nowhere' as const },
    'take',
  ],
  [
    'a purge takes nothing newer than itself',
    { deadAtMs: BEGAN_MS + 1 },
    { to: 'nowhere' as const },
    'died_since',
  ],
])('%s', (_, letter, rules, expected) => {
  expect(decide(letter, rules)).toBe(expected);
});
