/** What the figures of destinations cost: however many look on, a long queue must not hold up the home. */
import { expect, test } from '@jest/globals';
import { makeDeliveriesRecord } from '../../src/local/deliveries-record.ts';
import { makeDeliveryFigures } from '../../src/local/delivery-figures.ts';
import { aDestination } from '../sink/a-delivery.ts';

function figuresOf(countMs: number) {
  let nowMs = 0;
  let counted = 0;
  const deliveries = makeDeliveryFigures({
    destinations: [aDestination('datadog', { apiKey: { env: 'KEY' } })],
    breakers: new Map(),
    record: makeDeliveriesRecord(0),
    countQueue: () => {
      nowMs += countMs;
      return { waiting: ++counted, dead: 0 };
    },
    now: () => nowMs,
  });
  return {
    /** Somebody looks every 10 ms for so long. */
    async look(forMs: number) {
      for (const untilMs = nowMs + forMs; nowMs < untilMs; nowMs += 10) await deliveries.destinations();
      return counted;
    },
  };
}

test('a short queue is counted twice a second, however many look on', async () => {
  expect(await figuresOf(0).look(10_000)).toBe(20);
});

test('a queue that takes long to count is counted less often: a fiftieth of the time', async () => {
  const counts = await figuresOf(60).look(60_000);
  expect(counts).toBeGreaterThan(10);
  expect(counts * 60).toBeLessThan(60_000 / 45);
});
