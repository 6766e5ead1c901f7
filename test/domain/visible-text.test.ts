import { expect, test } from '@jest/globals';
import { showText } from '../../dashboard/src/view/show-text.ts';

test('what turns the line around or cannot be seen is spelled out', () => {
  expect(showText('invoice\u202Efdp.exe')).toBe('invoice\\u202Efdp.exe');
  expect(showText('a\u0000b\u001B[31m\u200B')).toBe('a\\u0000b\\u001B[31m\\u200B');
});

test('ordinary text of any script stays as it is', () => {
  for (const text of ['Ada Lovelace', 'Zoë 🚀', 'שלום', 'line\nnext\ttab']) expect(showText(text)).toBe(text);
});
