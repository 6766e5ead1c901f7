/** The seventy traps of delivery: each has a test that bears its number, or a line in the docs that says why not. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const TESTS = new URL('../', import.meta.url);
const DOCS = new URL('../../docs/decisions/delivery.md', import.meta.url);
const COUNT = 70;
/** The beginning of a test's or a group's name. */
const NAMED = /\b(?:test|describe|with\w+|each\([^)]*\))\(\s*['"`]trap (\d+(?:, \d+)*):/g;

test('each of the seventy traps has a test that bears its number, or a reason why it has none', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(test|contract)\.ts$/.test(name),
  );
  const tested = new Set(
    files.flatMap((name) =>
      [...readFileSync(new URL(name, TESTS), 'utf8').matchAll(NAMED)].flatMap(([, numbers = '']) =>
        numbers.split(', ').map(Number),
      ),
    ),
  );
  const reasons = new Set(
    [...readFileSync(DOCS, 'utf8').matchAll(/^- Trap (\d+)\b.{40,}$/gm)].map(([, number]) => Number(number)),
  );
  const all = Array.from({ length: COUNT }, (_, i) => i + 1);
  expect(all.filter((number) => !tested.has(number) && !reasons.has(number))).toEqual([]);
  expect(all.filter((number) => tested.has(number) && reasons.has(number))).toEqual([]);
});
