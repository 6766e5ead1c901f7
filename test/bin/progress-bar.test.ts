import { expect, test } from '@jest/globals';
import { progressBar } from '../../bin/progress-bar.ts';

function aStream(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  return { stream, written };
}

test('a person sees a bar with how fast it goes and how long it will take, and then a clean line', () => {
  const { stream, written } = aStream(true);
  let nowMs = 1_000_000;
  const bar = progressBar(1_000, 'letters', { stream, paced: true, now: () => nowMs });
  nowMs += 10_000;
  bar.to(500);
  bar.end();

  expect(written[0]).toContain(
    '[███████████████░░░░░░░░░░░░░░░] 50 %  500 of 1,000 letters, 50/s, 10 s left',
  );
  expect(written[1]).toBe('\r\u001b[K');
});

test('a log gets a line now and then and the last one, and without a pace nothing', () => {
  const { stream, written } = aStream(false);
  let nowMs = 1_000_000;
  const bar = progressBar(10_000, 'letters', { stream, paced: true, now: () => nowMs });
  for (let done = 100; done <= 10_000; done += 100) {
    nowMs += 1_000;
    bar.to(done);
  }
  bar.end();

  expect(written[0]).toBe('100 of 10,000 letters, 100/s, 1 min 39 s left\n');
  expect(written.length).toBeLessThan(25);
  expect(written.at(-1)).toBe('10,000 of 10,000 letters, 100/s\n');

  const quiet = aStream(false);
  progressBar(10, 'events', { stream: quiet.stream }).to(10);
  expect(quiet.written).toEqual([]);
});
