/** A tenth of what `npm run prove -- detector` does, with a seed of its own each time. */
import { expect, test } from '@jest/globals';
import { compareWithReference } from './compare-with-reference.ts';

const RUNS = 500;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`random streams cause the alerts that they should, whatever crashes (SEED=${seed})`, async () => {
  const { alerts, incidents, repeats } = await compareWithReference(RUNS, seed);
  expect(Object.keys(alerts).sort()).toEqual([
    'distinct, event',
    'distinct, quiet',
    'each-of-threshold, event',
    'each-of-threshold, quiet',
    'match, event',
    'match, quiet',
    'new, quiet',
    'silence, event',
    'silence, open',
    'threshold, event',
    'threshold, quiet',
  ]);
  expect(Math.min(repeats, ...Object.values(incidents))).toBeGreaterThan(0);
}, 120_000);
