/** Folders of rule files as people, mounted volumes and attackers make them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readRuleFolder } from '../../src/rule-files/read-rule-folder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-stream-rule-files-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), content);
}

/** The faults of a folder with this one file. */
function faultsOf(content: string | Uint8Array, name = 'a.yaml'): readonly string[] {
  write(name, content);
  const { documents, faults } = readRuleFolder(dir);
  if (faults.length > 0) expect(documents).toEqual([]);
  return faults;
}

test('YAML and JSON files are read, folders within folders, in the order of their names', () => {
  write('b.yaml', 'id: b\n---\nid: b2\n');
  write('a.yml', '# of the team\nid: a\n');
  write('team/z.json', '\ufeff{\n\t"id": "z"\n}');
  write('team/deep/y.YAML', 'id: y\n');
  write('notes.txt', 'id: no\n');
  write('rule.schema.json', '{"type": "object"}');
  write('.hidden/x.yaml', 'id: no\n');
  write('.x.yaml', 'id: no\n');
  expect(readRuleFolder(dir)).toEqual({
    documents: [
      { file: 'a.yml', value: { id: 'a' } },
      { file: 'b.yaml', value: { id: 'b' } },
      { file: 'b.yaml', value: { id: 'b2' } },
      { file: 'team/deep/y.YAML', value: { id: 'y' } },
      { file: 'team/z.json', value: { id: 'z' } },
    ],
    faults: [],
  });
});

test('one file is read by itself', () => {
  write('a.yaml', 'id: a\n');
  expect(readRuleFolder(join(dir, 'a.yaml'))).toEqual({
    documents: [{ file: 'a.yaml', value: { id: 'a' } }],
    faults: [],
  });
});

test('what says nothing is no document', () => {
  write('a.yaml', '# later\n');
  write('b.yaml', '');
  write('c.yaml', '---\n---\nid: c\n');
  expect(readRuleFolder(dir)).toEqual({ documents: [{ file: 'c.yaml', value: { id: 'c' } }], faults: [] });
});

test('texts stay texts, also where YAML 1.1 would not leave them', () => {
  write('a.yaml', '%YAML 1.1\n---\na: no\nb: 22:30\nc: 2026-12-01T22:00:00Z\nd: {<<: {e: 1}}\n');
  expect(readRuleFolder(dir).documents[0]?.value).toEqual({
    a: 'no',
    b: '22:30',
    c: '2026-12-01T22:00:00Z',
    d: { '<<': { e: 1 } },
  });
});

test('an anchor may be used again', () => {
  write('a.yaml', 'a: &who [actor.id]\nb: *who\n');
  expect(readRuleFolder(dir).documents[0]?.value).toEqual({ a: ['actor.id'], b: ['actor.id'] });
});

test.each([
  ['a bracket is missing', 'a: [1\nb: 2\n', /^a\.yaml, line 2, column 1: /],
  [
    'a place in braces is not in quotes',
    'title: {count} failed\n',
    /^a\.yaml, line 1, column 16: .*in quotes$/,
  ],
  ['a tab indents', 'a:\n\t- b\n', /^a\.yaml, line 2, column 1: Tabs are not allowed as indentation/],
  [
    'a key stands twice',
    'a: 1\nb: {c: 1, c: 2}\n',
    /^a\.yaml, line 2, column 11: the key "c" is there twice; take one out$/,
  ],
  ['a key is no text', '? [a]\n: 1\n', /^a\.yaml, line 1, column 3: With stringKeys/],
  ['a tag is there', 'a: !!js/function "x"\n', /^a\.yaml, line 1, column 4: Unresolved tag.*take it out$/],
  ['binary data is there', 'a: !!binary aGk=\n', /^a\.yaml, line 1, column 4: Unresolved tag/],
  [
    'an alias has no anchor',
    '# x\na: *nope\n',
    /^a\.yaml, line 2, column 1: Unresolved alias .*: nope; check/,
  ],
  ['it refers to itself', 'a: &x [*x]\n', /^a\.yaml, line 1, column 1: refers to itself/],
])('where %s, the fault has its line', (_, content, fault) => {
  expect(faultsOf(content)).toEqual([expect.stringMatching(fault)]);
});

test('JSON is held to JSON', () => {
  expect(faultsOf('{"a": 1,}', 'a.json')).toEqual([
    expect.stringMatching(/^a\.json, line 1, column 9: is not JSON; /),
  ]);
  expect(faultsOf('{"a": 1,\n "a": 2}', 'a.json')).toEqual([
    'a.json, line 2, column 2: the key "a" is there twice; take one out',
  ]);
  expect(faultsOf('{"a": [', 'a.json')).toEqual([expect.stringMatching(/^a\.json, .*: is not JSON; /)]);
});

test('an alias bomb is refused, and at once', () => {
  const levels = [...'abcdefghij'];
  const bomb = levels.map((name, i) => {
    const before = levels[i - 1];
    return `${name}: &${name} [${Array(9).fill(before === undefined ? 'x' : `*${before}`)}]`;
  });
  expect(faultsOf(bomb.join('\n'))).toEqual([
    'a.yaml, line 1, column 1: has too many aliases within aliases; write them out',
  ]);
});

test('what is nested without end is refused', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(faultsOf('['.repeat(50_000)).length).toBeGreaterThan(0);
  expect(faultsOf(nested(50_000)).length).toBeGreaterThan(0);
  expect(faultsOf(nested(65))).toEqual([
    'a.yaml, line 1, column 1: is nested deeper than 64 levels; flatten it',
  ]);
  expect(faultsOf(nested(64))).toEqual([]);
  rmSync(join(dir, 'a.yaml'));
  expect(faultsOf(nested(50_000), 'a.json')).toEqual(['a.json: is nested deeper than 64 levels; flatten it']);
});

test('very many keys are read in time with their number', () => {
  const keys = Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`);
  expect(faultsOf([...keys, 'k7: 2'].join('\n'))).toEqual([
    'a.yaml, line 30001, column 1: the key "k7" is there twice; take one out',
  ]);
}, 20_000);

test('a file that is too large, or no text, is refused', () => {
  expect(faultsOf(`# ${'x'.repeat(600_000)}\n`)).toEqual([
    'a.yaml: has 600003 bytes, and 524288 are read at most; make several files of it',
  ]);
  expect(faultsOf(new Uint8Array([0x61, 0xff, 0xfe]))).toEqual([
    'a.yaml: is not UTF-8 text; save it as that',
  ]);
});

test('a file that is wrong does not lose the others', () => {
  write('a.yaml', 'a: [\n');
  write('b.yaml', 'id: b\n');
  const { documents, faults } = readRuleFolder(dir);
  expect(documents).toEqual([{ file: 'b.yaml', value: { id: 'b' } }]);
  expect(faults.every((fault) => fault.startsWith('a.yaml, line '))).toBe(true);
});

test('a folder that is not there is a fault', () => {
  expect(readRuleFolder(join(dir, 'none')).faults).toEqual([
    `${join(dir, 'none')}: is not there, or cannot be read; check the path and its permissions`,
  ]);
});

test('a mounted volume of links is read once, and links in circles end', () => {
  write('..data-1/a.yaml', 'id: a\n');
  symlinkSync(join(dir, '..data-1/a.yaml'), join(dir, 'a.yaml'));
  symlinkSync(dir, join(dir, 'circle'));
  symlinkSync(dir, join(dir, 'circle.yaml'));
  expect(readRuleFolder(dir)).toEqual({ documents: [{ file: 'a.yaml', value: { id: 'a' } }], faults: [] });
});

test('a link that leads nowhere is a fault', () => {
  symlinkSync(join(dir, 'gone'), join(dir, 'a.yaml'));
  expect(readRuleFolder(dir).faults).toEqual(['a.yaml: cannot be read; check the path and its permissions']);
});
