/** What is kept of deliveries: enough for a person, bounded whatever is sent. */
import { expect, test } from '@jest/globals';
import { MOST_ATTEMPTS, makeDeliveriesRecord } from '../../src/local/deliveries-record.ts';
import type { Attempt } from '../../src/sink/caller.ts';
import type { Verdict } from '../../src/sink/verdict.ts';

const DELIVERED: Verdict = { kind: 'delivered' };

function anAttempt(fields: Partial<Attempt> & Pick<Attempt, 'ids'>): Attempt {
  return {
    destination: 'datadog',
    atMs: 1,
    durationMs: 2,
    tenantIds: fields.ids.map(() => 'acme'),
    tries: fields.ids.map(() => 1),
    bytes: 100,
    answer: { status: 202 },
    outcomes: fields.ids.map(() => DELIVERED),
    ...fields,
  };
}

test('it keeps the newest attempts, and of each a few events of a few tenants', () => {
  const record = makeDeliveriesRecord(0);
  const ids = Array.from({ length: 1_000 }, (_, i) => `e-${i}`);
  const tenantIds = ids.map((_, i) => `tenant-${i % 100}`);
  for (let i = 0; i < MOST_ATTEMPTS + 500; i++) record.take(anAttempt({ ids, tenantIds }));

  const kept = [...record.newestFirst()];
  expect(kept).toHaveLength(MOST_ATTEMPTS);
  expect(kept[0]?.n).toBe(MOST_ATTEMPTS + 500);
  expect(kept.at(-1)?.n).toBe(501);
  for (const { count, events } of kept) {
    expect(count).toBe(1_000);
    expect(events.length).toBeLessThanOrEqual(60);
  }
});

test('a busy tenant does not push out the ids of a quiet one', () => {
  const record = makeDeliveriesRecord(0);
  const ids = Array.from({ length: 1_000 }, (_, i) => `e-${i}`);
  record.take(anAttempt({ ids, tenantIds: ids.map((_, i) => (i === 999 ? 'quiet' : 'busy')) }));
  const [kept] = [...record.newestFirst()];
  expect(kept?.events.filter(({ tenantId }) => tenantId === 'quiet')).toEqual([
    { id: 'e-999', tenantId: 'quiet', tries: 1, outcome: 'delivered' },
  ]);
});

test('what was not delivered is kept before what was', () => {
  const record = makeDeliveriesRecord(0);
  const ids = Array.from({ length: 20 }, (_, i) => `e-${i}`);
  const outcomes = ids.map(
    (_, i): Verdict => (i === 19 ? { kind: 'rejected', reason: 'mapping' } : DELIVERED),
  );
  record.take(anAttempt({ ids, outcomes, tries: ids.map((_, i) => i + 1) }));
  const [kept] = [...record.newestFirst()];
  expect(kept?.events[0]).toEqual({ id: 'e-19', tenantId: 'acme', tries: 20, outcome: 'rejected' });
  expect(kept).toMatchObject({
    tryNumber: 20,
    outcomes: [
      { kind: 'delivered', count: 19 },
      { kind: 'rejected', reason: 'mapping', count: 1 },
    ],
  });
});

test('a refused request of several is sent in halves; the one that stands alone is given up', () => {
  const record = makeDeliveriesRecord(0);
  const split: Verdict = { kind: 'split', reason: 'http_400', status: 400 };
  record.take(anAttempt({ ids: ['a', 'b'], outcomes: [split, split] }));
  record.take(anAttempt({ ids: ['a'], outcomes: [split] }));
  const [alone, both] = [...record.newestFirst()];
  expect(both).toMatchObject({ outcomes: [{ kind: 'split', count: 2 }] });
  expect(alone).toMatchObject({
    outcomes: [{ kind: 'rejected', reason: 'http_400', count: 1 }],
    events: [{ id: 'a', outcome: 'rejected' }],
  });
});

test('a vendor that words each reason differently fills no memory, and every event stays counted', () => {
  const record = makeDeliveriesRecord(0);
  const ids = Array.from({ length: 1_000 }, (_, i) => `e-${i}`);
  record.take(
    anAttempt({
      ids,
      outcomes: ids.map((id): Verdict => ({ kind: 'rejected', reason: id.padEnd(900, '.') })),
    }),
  );
  const [kept] = [...record.newestFirst()];
  expect(kept?.outcomes.length).toBeLessThanOrEqual(9);
  expect(kept?.outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  expect(Math.max(...(kept?.outcomes ?? []).map(({ reason = '' }) => reason.length))).toBeLessThanOrEqual(
    120,
  );
});

test('deliveries are counted a destination, from what became of its messages', () => {
  const record = makeDeliveriesRecord(0);
  record.settled('a', [{ kind: 'delivered' }, { kind: 'retry', reason: 'http_503' }, { kind: 'delivered' }]);
  record.settled('a', [{ kind: 'delivered' }]);
  expect(record.delivered('a')).toBe(3);
  expect(record.delivered('b')).toBe(0);
});
