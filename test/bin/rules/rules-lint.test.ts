/** `audit-stream rules lint` as a person or a pipeline runs it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { run } from '../run-cli.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-stream-lint-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lint = (...args: readonly string[]) => run(['rules', 'lint', dir, ...args]);
const write = (pattern: string, title = '{actor.id} failed to log in', more = '') =>
  writeFileSync(
    join(dir, 'a.yaml'),
    `id: one
name: Failed log-ins
why: Somebody guesses passwords.
kind: match
pattern: ${pattern}
severity: high
title: "${title}"
tests:
  - {name: a failure, expect: match, event: {outcome: failure}}
  - {name: a success, expect: no match, event: {outcome: success}}
${more}`,
  );

test('a clean rule is 0', async () => {
  write('{outcome: [failure]}');
  expect(await lint()).toEqual({ code: 0, out: '1 rule: 0 errors, 0 warnings.\n', err: '' });
});

test('errors are 1, and shown with place and remedy', async () => {
  write('{outcome: [failed]}', '{actor.mail} failed');
  expect(await lint()).toEqual({
    code: 1,
    err: '',
    out: `level  rule  where            what
error  one   pattern.outcome  no event matches: outcome is one of success, failure, denied, error, unknown, got "failed"
error  one   title            actor.mail is no field of an event; did you mean actor.email?

1 rule: 2 errors, 0 warnings.
`,
  });
});

test('warnings are shown and 0, with --strict 1', async () => {
  write('{outcome: [failure, deny]}');
  expect(await lint()).toMatchObject({ code: 0, out: expect.stringContaining('warning  one') });
  expect(await lint('--strict')).toMatchObject({ code: 1 });
});

test('rules that are wrong are 2, and the others are looked at', async () => {
  write('{outcome: [failed]}');
  writeFileSync(join(dir, 'b.yaml'), 'id: two\n');
  const { code, out, err } = await lint('--json');
  const { faults, ...said } = JSON.parse(out);
  expect({ code, said }).toEqual({
    code: 2,
    said: {
      dir,
      rules: 1,
      findings: [
        expect.objectContaining({
          level: 'error',
          rule: 'one',
          file: 'a.yaml',
          path: 'pattern.outcome',
          problem: 'never-matches',
        }),
      ],
    },
  });
  expect(err.trimEnd().split('\n')).toEqual(faults);
  expect(await run(['rules', 'lint', dir, dir])).toMatchObject({ code: 2 });
});
