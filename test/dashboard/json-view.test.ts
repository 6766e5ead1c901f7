import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PIECE_CHARS, piecesOf } from '../../dashboard/src/detail/json-pieces.ts';
import { tokensOf } from '../../dashboard/src/detail/json-tokens.ts';

test('JSON is told apart into names, strings, numbers and words', () => {
  expect(tokensOf('{"a": "x\\"y", "n": -1.5e3, "b": true}').filter(({ kind }) => kind !== 'rest')).toEqual([
    { kind: 'name', text: '"a":' },
    { kind: 'string', text: '"x\\"y"' },
    { kind: 'name', text: '"n":' },
    { kind: 'number', text: '-1.5e3' },
    { kind: 'name', text: '"b":' },
    { kind: 'word', text: 'true' },
  ]);
});

test('tokens joined are the text, whatever it is', () => {
  const joined = (text: string) =>
    tokensOf(text)
      .map((token) => token.text)
      .join('');
  fc.assert(fc.property(fc.string(), (text) => joined(text) === text));
  fc.assert(fc.property(fc.json(), (text) => joined(text) === text));
});

test('a large text is cut at line ends into pieces that are drawn one by one', () => {
  const text = Array.from({ length: 2500 }, () => 'x'.repeat(79)).join('\n');
  const pieces = piecesOf(text);

  expect(pieces.length).toBeGreaterThan(8);
  expect(pieces.every((piece) => piece.length <= 2 * PIECE_CHARS && !piece.endsWith('\n'))).toBe(true);
  expect(pieces.join('\n')).toBe(text);
});

test('one endless line is cut inside', () => {
  const text = 'y'.repeat(200_000);
  const pieces = piecesOf(text);

  expect(pieces.every((piece) => piece.length <= 2 * PIECE_CHARS)).toBe(true);
  expect(pieces.join('')).toBe(text);
});
