import { expect, test } from '@jest/globals';
import { sparkLine } from '../../bin/spark-line.ts';

test('bars stand for how often, in equal parts of the span', () => {
  const times = [0, 0, 0, 0, 30, 30, 60, 99];
  expect(sparkLine(times, 0, 99, 10)).toBe('█  ▄  ▂  ▂');
});

test('where nothing happened is nothing, and once is seen beside a thousand times', () => {
  expect(sparkLine([...new Array<number>(1_000).fill(0), 99], 0, 99, 3)).toBe('█ ▁');
  expect(sparkLine([], 0, 99, 3)).toBe('   ');
});

test('a span of one moment is one bar', () => {
  expect(sparkLine([5, 5], 5, 5, 3)).toBe('█  ');
});
