/** What every memory of told alerts must do, at home and in AWS. */
import { describe, expect, test } from '@jest/globals';
import type { AlertMemory } from '../../src/sink/alert-memory.ts';

export function alertMemoryContract(name: string, make: () => Promise<AlertMemory>): void {
  describe(`the memory of alerts of ${name}`, () => {
    test('what was told last is found again, apart for each destination, tenant and alert', async () => {
      const memory = await make();
      const told = {
        sequence: 3,
        status: 'firing',
        ref: { channel: 'C1', ts: '1700000000.000100' },
      } as const;
      await memory.remember('slack', 'acme', 'a', { sequence: 1, status: 'firing' }, 0);
      await memory.remember('slack', 'acme', 'a', told, 1);
      expect(await memory.told('slack', 'acme', 'a')).toEqual(told);
      expect(await memory.told('slack', 'acme', 'b')).toBeUndefined();
      expect(await memory.told('slack', 'globex', 'a')).toBeUndefined();
      expect(await memory.told('pagerduty', 'acme', 'a')).toBeUndefined();
    });

    test('one has the turn, and hands on when the next request may be', async () => {
      const memory = await make();
      const first = await memory.takeTurn('slack', 1_000, 61_000);
      expect(first?.nextCallMs).toBe(0);
      expect(await memory.takeTurn('slack', 2_000, 62_000)).toBeUndefined();
      expect(await memory.takeTurn('pagerduty', 2_000, 62_000)).toBeDefined();
      await first?.end(7_500);
      expect((await memory.takeTurn('slack', 3_000, 63_000))?.nextCallMs).toBe(7_500);
    });

    test('a turn that is not given back ends by itself, and its late end takes nothing from the next', async () => {
      const memory = await make();
      const lost = await memory.takeTurn('slack', 1_000, 61_000);
      const next = await memory.takeTurn('slack', 61_000, 121_000);
      expect(next).toBeDefined();
      await lost?.end(999_999);
      expect(await memory.takeTurn('slack', 62_000, 122_000)).toBeUndefined();
      await next?.end(62_500);
      expect((await memory.takeTurn('slack', 63_000, 123_000))?.nextCallMs).toBe(62_500);
    });
  });
}
