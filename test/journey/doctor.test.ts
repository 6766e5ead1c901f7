/** The books of a running home against a row that somebody deleted. */
import { expect, test } from '@jest/globals';
import { proveDoctor } from './prove-doctor.ts';

test('one deleted trail row: the doctor names its event and exits with 1', async () => {
  const said: string[] = [];
  const isFound = await proveDoctor((line) => said.push(line));
  expect({ isFound, said }).toMatchObject({ isFound: true });
}, 60_000);
