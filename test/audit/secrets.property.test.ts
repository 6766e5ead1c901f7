import { test } from '@jest/globals';
import { plantSecrets } from './planted-secrets.ts';

/** A tenth of what `npm run prove -- secrets` does. */
const RUNS = 1_000;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test(`no planted secret is ever on record (SEED=${seed})`, () => plantSecrets(RUNS, seed), 120_000);
