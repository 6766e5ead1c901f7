/** `audit-stream rules test` as a person or a pipeline runs it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readRules } from '../../../bin/rules/read-rules.ts';
import { run } from '../run-cli.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-stream-rules-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (name: string, content: string) => writeFileSync(join(dir, name), content);
const rules = (...args: readonly string[]) => run(['rules', ...args]);

const rule = (id: string, tests = '') => `id: ${id}
name: Failed log-ins
why: Somebody guesses passwords.
kind: match
pattern: {action: [user.login], outcome: [failure]}
severity: high
title: "{actor.id} failed to log in"
${tests && `tests:\n${tests}`}`;
const LOGIN = 'event: {action: user.login, outcome: failure}';

test('what passes is counted, rule by rule and file by file', async () => {
  write('a.yaml', rule('one', `  - {name: a failure, expect: match, ${LOGIN}}\n`));
  write('b.yaml', rule('two'));
  const { code, out, err } = await rules('test', dir);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(`a.yaml
  rule  kind   result  tests  failed
  one   match  passed      1       0

b.yaml
  rule  kind   result    tests  failed
  two   match  no tests      0       0

1 tests of 2 rules: 1 passed, 0 failed; without a test: 1.
`);
});

test('what fails is told with what was expected, and why', async () => {
  write(
    'a.yaml',
    rule(
      'one',
      `  - {name: a success, expect: match, event: {action: user.login}}
  - {name: a failure, expect: no match, ${LOGIN}}
  - {name: a strange one, expect: no match, event: {actor: {type: ghost}, extra: 1}}
`,
    ),
  );
  const { code, out } = await rules('test', dir);
  expect(code).toBe(1);
  expect(out).toContain(`FAILED a.yaml: rule one: a success
  expected match, and the pattern does not take the event: outcome is not met
`);
  expect(out).toContain(`FAILED a.yaml: rule one: a failure
  expected no match, and the pattern takes the event
`);
  expect(out).toMatch(
    /FAILED a\.yaml: rule one: a strange one\n {2}no event can be like this one:\n {4}actor\.type must be one of .*\n {4}extra is not a field/,
  );
  expect(out).toContain('3 tests of 1 rules: 0 passed, 3 failed.');
});

test('rules that are wrong end with 2, and the others are tested', async () => {
  write('a.yaml', rule('one', `  - {name: a success, expect: match, event: {action: user.login}}\n`));
  write('b.yaml', rule('two').replace('severity: high', 'severety: high'));
  write('c.yaml', 'id: {');
  const { code, out, err } = await rules('test', dir);
  expect(code).toBe(2);
  expect(err).toContain('b.yaml: rule two: severety is no field of a rule; did you mean severity?\n');
  expect(err).toMatch(/^c\.yaml, line 1, column /m);
  expect(out).toContain('1 tests of 1 rules: 0 passed, 1 failed.');
});

test('--json is for scripts', async () => {
  write('a.yaml', rule('one', `  - {name: a success, expect: match, event: {action: user.login}}\n`));
  const { code, out } = await rules('test', join(dir, 'a.yaml'), '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    dir: join(dir, 'a.yaml'),
    faults: [],
    rules: [
      {
        id: 'one',
        file: 'a.yaml',
        tests: [{ name: 'a success', kind: 'failed', expected: 'match', unmet: ['outcome'] }],
      },
    ],
  });
});

test('a folder without rules, or that is not there, is no success', async () => {
  expect(await rules('test', dir)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/: has no rules; check/),
  });
  expect(await rules('test', join(dir, 'none'))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/none: is not there, or cannot be read/),
  });
});

test('who calls it wrongly is told how', async () => {
  const { code, err } = await rules('tset');
  expect(code).toBe(2);
  expect(err).toMatch(/rules takes test.*, got "tset"\nSee audit-stream rules --help\./);
  expect(await rules('test', 'a', 'b')).toMatchObject({ code: 2 });
  expect((await rules('--help')).out).toMatch(/^audit-stream rules test \[DIR\]/);
});

test('without a folder it takes ./rules', () => {
  mkdirSync(join(dir, 'rules'));
  write('rules/a.yaml', rule('one'));
  expect(readRules(undefined, dir)).toMatchObject({
    dir: './rules',
    faults: [],
    book: { rules: [{ id: 'one' }] },
  });
});
