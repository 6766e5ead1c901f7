/** Rule files at their edge: every fault is named with file, rule, path and remedy, and nothing that is right is lost. */
import { expect, test } from '@jest/globals';
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';
import { aRuleFile } from '../../builders/a-rule-file.ts';

const parse = (value: unknown, file = 'identity.yaml') => parseRules([{ file, value }]);
const COUNTED = { kind: 'threshold', count: 10, window: '10m' };
const DISTINCT = { kind: 'distinct_values', field: 'context.ip', count: 3, window: '1h' };
const NEW = { kind: 'new_value', field: 'context.geo.country' };
const SILENCE = { kind: 'silence', after: '15m' };

test('what a file leaves out has its default', () => {
  const { book, faults } = parse(aRuleFile());
  expect(faults).toEqual([]);
  expect(book.rules).toMatchObject([
    {
      id: 'login-brute-force',
      condition: { kind: 'match' },
      groupBy: [],
      quietMs: 900_000,
      repeatMs: 14_400_000,
      mergeMs: 60_000,
      latenessMs: 600_000,
      maxAlertsPerHour: 100,
      tests: [],
      file: 'identity.yaml',
    },
  ]);
  expect(book.rules[0]).not.toHaveProperty('channels');
  expect(book.policy).toEqual({ routes: [], inhibitions: [], maintenance: [] });
});

test('every field of a file has its place in the rule', () => {
  const tests = [{ name: 'a failure counts', expect: 'match', event: { outcome: 'failure' } }];
  const { book, faults } = parse(
    aRuleFile({
      ...COUNTED,
      groupBy: ['actor.id', 'labels.team'],
      title: '{count} failures of {actor.id} within {window}',
      message: 'Look at {source.service}.\nThen call.',
      channels: ['slack', 'page'],
      labels: { team: 'identity' },
      owner: 'identity on-call',
      runbook: 'https://wiki.example.com/brute-force',
      resolve: { after: '30m', pattern: { outcome: ['success'] } },
      repeat: '1h',
      merge: '90s',
      lateness: '0s',
      maxAlertsPerHour: 5,
      tests,
    }),
  );
  expect(faults).toEqual([]);
  expect(book.rules[0]).toMatchObject({
    pattern: { action: ['user.login'], outcome: ['failure'] },
    condition: { kind: 'threshold', count: 10, windowMs: 600_000 },
    groupBy: ['actor.id', 'labels.team'],
    message: 'Look at {source.service}.\nThen call.',
    channels: ['slack'],
    labels: { team: 'identity' },
    owner: 'identity on-call',
    runbookUrl: 'https://wiki.example.com/brute-force',
    resolvedBy: { pattern: { outcome: ['success'] } },
    quietMs: 1_800_000,
    repeatMs: 3_600_000,
    mergeMs: 90_000,
    latenessMs: 0,
    maxAlertsPerHour: 5,
    tests,
  });
});

test('each kind has its own options', () => {
  const conditionOf = (options: Readonly<Record<string, unknown>>) =>
    parse(aRuleFile(options)).book.rules[0]?.condition;
  expect(conditionOf(COUNTED)).toEqual({ kind: 'threshold', count: 10, windowMs: 600_000 });
  expect(conditionOf(DISTINCT)).toEqual({
    kind: 'distinct_values',
    field: 'context.ip',
    count: 3,
    windowMs: 3_600_000,
  });
  expect(conditionOf(NEW)).toEqual({
    kind: 'new_value',
    field: 'context.geo.country',
    learningMs: 604_800_000,
  });
  expect(conditionOf({ ...NEW, learning: '2d' })).toMatchObject({ learningMs: 172_800_000 });
  expect(conditionOf(SILENCE)).toEqual({ kind: 'silence', afterMs: 900_000 });
});

test('an alert lasts at least as long as its window', () => {
  expect(parse(aRuleFile({ ...COUNTED, window: '2h' })).book.rules[0]?.quietMs).toBe(7_200_000);
  expect(parse(aRuleFile({ ...COUNTED, resolve: { pattern: {} } })).book.rules[0]?.quietMs).toBe(900_000);
});

test('an empty list of channels is the page alone, and so is the page', () => {
  expect(parse(aRuleFile({ channels: [] })).book.rules[0]?.channels).toEqual([]);
  expect(parse(aRuleFile({ channels: ['page'] })).book.rules[0]?.channels).toEqual([]);
});

/** What is wrong, and what is said after `identity.yaml: rule login-brute-force: `. */
const FAULTS: readonly (readonly [Readonly<Record<string, unknown>>, string | RegExp])[] = [
  [{ name: undefined }, 'name is required, got nothing; add it'],
  [{ name: ' ' }, 'name must say something, got a blank string'],
  [{ name: 'a\nb' }, 'name must be one line, got several; take the line breaks out'],
  [{ why: 7 }, 'why must be a text, got a number; put it in quotes'],
  [
    { kind: 'treshold' },
    'kind must be one of match, threshold, distinct_values, new_value, silence, got a string of 8 characters',
  ],
  [
    { pattern: { outcome: 'failure' } },
    'pattern.outcome got the string "failure"; write a list of values, or an object of fields',
  ],
  [{ pattern: { outcome: [{ prefix: 1 }] } }, 'pattern.outcome[0].prefix got the number 1; write a string'],
  [{ pattern: [] }, /^pattern got an empty list; write an object/],
  [{ groupby: ['actor.id'] }, 'groupby is no field of a rule; did you mean groupBy?'],
  [{ sevrity: 'high' }, 'sevrity is no field of a rule; did you mean severity?'],
  [{ frobnicate: 1 }, /^frobnicate is no field of a rule; there are id, name, why, kind, /],
  [{ severity: 'High' }, /^severity must be one of .*; write it in lower case$/],
  [{ groupBy: 'actor.id' }, /^groupBy must be an array, got a string/],
  [
    { groupBy: ['targets[0].id'] },
    'groupBy[0] must be a plain path such as actor.id, without lists or wildcards, got a string of 13 characters',
  ],
  [{ groupBy: ['actor.id', 'actor.id'] }, 'groupBy must name each once, got one twice; take it out'],
  [{ groupBy: Array.from({ length: 17 }, (_, i) => `labels.l${i}`) }, /^groupBy must have at most 16/],
  [
    { title: 'x'.repeat(257) },
    'title must have at most 256 characters, got a string of 257 characters; shorten it',
  ],
  [{ message: 'x'.repeat(4_097) }, /^message must have at most 4096 characters/],
  [
    { title: '{actor id} failed' },
    'title has braces around something else; braces hold {count}, {window} or a path of the event such as {actor.id}',
  ],
  [{ message: 'open { brace' }, /^message has braces around something else/],
  [{ title: 'within {window}' }, 'title has {window}, and kind match has none; take it out'],
  [
    { channels: ['Slack'] },
    'channels[0] must be the name of a destination, such as slack, got a string of 5 characters',
  ],
  [{ labels: { team: 7 } }, 'labels.team must be a text, got a number; put it in quotes'],
  [{ labels: { 'a b': 'c' } }, /^labels must have keys of at most 64 letters/],
  [
    { runbook: 'javascript:alert(1)' },
    'runbook must be an address that begins with https:// or http://, got a string of 19 characters',
  ],
  [{ repeat: 3_600 }, 'repeat must be a span such as 90s, 10m, 2h or 7d, got a number'],
  [{ repeat: '1 hour' }, 'repeat must be a span such as 90s, 10m, 2h or 7d, got a string of 6 characters'],
  [{ merge: '2d' }, 'merge must be a span between 1s and 1d, got 2d'],
  [{ lateness: '2h' }, 'lateness must be a span between 0s and 1h, got 2h'],
  [{ maxAlertsPerHour: 0 }, /^maxAlertsPerHour must be between 1 and 10000/],
  [{ resolve: { afer: '1h' } }, 'resolve.afer is no field of how an alert ends; did you mean after?'],
  [
    { tests: [{ name: 'x', expect: 'yes', event: {} }] },
    /^tests\[0\]\.expect must be one of match, no match/,
  ],
  [
    { tests: [{ name: 'x', expect: 'match', event: 'login' }] },
    'tests[0].event must be an event, such as {action: user.login}, got a string of 5 characters',
  ],
  [
    { window: '10m' },
    'window does not go with kind match, only with threshold, distinct_values; for events within a time, write kind: threshold',
  ],
  [{ kind: 'threshold', window: '10m' }, 'count is required for kind threshold, got nothing; add it'],
  [{ ...COUNTED, window: 90 }, 'window must be a span such as 90s, 10m, 2h or 7d, got a number'],
  [{ ...COUNTED, window: '8d' }, 'window must be a span between 1s and 7d, got 8d'],
  [{ ...COUNTED, window: '0s' }, 'window must be a span between 1s and 7d, got 0s'],
  [{ ...COUNTED, count: 1_001 }, 'count must be between 1 and 1000, got a number outside that'],
  [{ ...COUNTED, count: 1.5 }, 'count must be a whole number, got one with a fraction'],
  [{ ...COUNTED, field: 'context.ip' }, /^field does not go with kind threshold, only with distinct_values/],
  [
    { ...COUNTED, resolve: { after: '5m' } },
    'resolve.after must not be shorter than the window of 10m, got 5m: an alert would end while its events still count',
  ],
  [
    { ...DISTINCT, count: 1 },
    'count must be 2 or more for different values, got 1; for one, write kind: match',
  ],
  [{ ...DISTINCT, groupBy: ['context.ip'] }, /^groupBy has the field whose values are told apart/],
  [{ ...NEW, learning: '90d' }, 'learning must be a span between 1s and 31d, got 90d'],
  [
    { ...NEW, groupBy: Array.from({ length: 16 }, (_, i) => `labels.l${i}`) },
    'groupBy must have at most 15 elements for kind new_value, got 16',
  ],
  [
    { ...SILENCE, resolve: { after: '1h' } },
    /^resolve does not go with kind silence, .*; a silence ends with/,
  ],
  [{ kind: 'silence' }, 'after is required for kind silence, got nothing; add it'],
];

test.each(FAULTS)('%j is refused', (fields, fault) => {
  const { book, faults } = parse(aRuleFile(fields));
  const before = 'identity.yaml: rule login-brute-force: ';
  expect(faults).toHaveLength(1);
  expect(faults[0]?.startsWith(before)).toBe(true);
  const said = faults[0]?.slice(before.length);
  if (typeof fault === 'string') expect(said).toBe(fault);
  else expect(said).toMatch(fault);
  expect(book.rules).toEqual([]);
});

test('every fault of every file is told at once, and the right rules are there', () => {
  const { book, faults } = parseRules([
    { file: 'a.yaml', value: { rules: [aRuleFile({ id: 'one' }), aRuleFile({ id: 'Two', sevrity: 1 }), 7] } },
    { file: 'b.yaml', value: aRuleFile({ id: 'three', title: undefined, merge: 1 }) },
    { file: 'c.yaml', value: [aRuleFile()] },
    { file: 'd.yaml', value: aRuleFile({ id: 'four' }) },
  ]);
  expect(book.rules.map(({ id, file }) => `${file} ${id}`)).toEqual(['a.yaml one', 'd.yaml four']);
  expect(faults.map((fault) => fault.split(/ (?:must|is) /)[0])).toEqual([
    'a.yaml: rules[1]: id',
    'a.yaml: rules[1]: sevrity',
    'a.yaml: rules[2]:',
    'b.yaml: rule three: merge',
    'b.yaml: rule three: title',
    'c.yaml:',
  ]);
});

test('an id is taken once, over all files', () => {
  const { book, faults } = parseRules([
    { file: 'a.yaml', value: aRuleFile({ name: 'The first' }) },
    { file: 'sub/b.yaml', value: aRuleFile({ name: 'The second' }) },
  ]);
  expect(book.rules.map(({ name }) => name)).toEqual(['The first']);
  expect(faults).toEqual([
    'sub/b.yaml: rule login-brute-force: id is taken by a rule of a.yaml already; ids are unique over all files, so rename one',
  ]);
});

test.each(['pipeline-dead-letters', 'Upper', '-dash', 'a'.repeat(65), 'a b'])('%j is no id', (id) => {
  expect(parse(aRuleFile({ id })).faults).toEqual([
    `identity.yaml: id must be 1 to 64 small letters, digits and dashes, such as login-brute-force, and must not begin with pipeline-, got a string of ${id.length} characters`,
  ]);
});

test('documents of one file are told apart by number', () => {
  const { faults } = parseRules([
    { file: 'a.yaml', value: aRuleFile({ id: 'one' }) },
    { file: 'a.yaml', value: aRuleFile({ id: 7 }) },
  ]);
  expect(faults).toEqual([expect.stringMatching(/^a\.yaml, document 2: id must be /)]);
});

test('a file is a rule, or a list of rules and nothing else', () => {
  expect(parse(null).faults).toEqual([
    'identity.yaml: must be a rule, or {rules: […]} with several, got null',
  ]);
  expect(parse({ rules: {} }).faults).toEqual([
    'identity.yaml: rules must be a list of rules, got an object',
  ]);
  expect(parse({ rules: [], severity: 'high' }).faults).toEqual([
    'identity.yaml: severity is no field of a file of several rules; there are rules',
  ]);
});

test('what throws when it is read is a fault', () => {
  const trap = {
    get id(): string {
      throw new Error('no');
    },
  };
  expect(parse(trap).faults).toEqual(['identity.yaml: could not be read; write plain data']);
});
