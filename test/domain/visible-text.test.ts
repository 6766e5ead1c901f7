import { expect, test } from '@jest/globals';
import { visibleLine, visibleText } from '../../src/domain/visible-text.ts';

test('what turns the line around or cannot be seen is spelled out', () => {
  expect(visibleText('invoice\u202Efdp.exe')).toBe('invoice\\u202Efdp.exe');
  expect(visibleText('a\u0000b\u001B[31m\u200B')).toBe('a\\u0000b\\u001B[31m\\u200B');
});

test('ordinary text of any script stays as it is', () => {
  for (const text of ['Ada Lovelace', 'Zoë 🚀', 'שלום', 'line\nnext\ttab'])
    expect(visibleText(text)).toBe(text);
});

test('on one line tabs and line ends are spelled out too', () => {
  expect(visibleLine('a\nb\tc\u2028d\u001B[31m')).toBe('a\\u000Ab\\u0009c\\u2028d\\u001B[31m');
});
