/** Published threshold rules over copies of the real records that they are for: they fire at the count, and not before. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { makeDetector } from '../../src/detect/make-detector.ts';
import { makeMemoryStore } from '../../src/detect/memory-store.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { aRule } from '../builders/a-rule.ts';
import { messageOf } from './message-of.ts';

interface Published {
  readonly name: string;
  readonly kind: 'event' | 'threshold';
  readonly pattern?: unknown;
  readonly expectMatch: readonly string[];
  readonly threshold?: {
    readonly count: number;
    readonly windowMinutes: number;
    readonly groupBy: readonly string[];
    readonly distinct?: string;
  };
}

const corpus = new URL('../data/corpus/', import.meta.url);
const events = new Map(
  readFileSync(new URL('events.ndjson', corpus), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEvent)
    .map((event) => [event.id, event]),
);
const cases = (JSON.parse(readFileSync(new URL('rules.json', corpus), 'utf8')) as Published[]).flatMap(
  ({ name, pattern, threshold, expectMatch }) =>
    threshold && pattern !== undefined
      ? expectMatch.map((id) => ({ name, id, pattern, ...threshold, event: events.get(id) as AuditEvent }))
      : [],
);
type Case = (typeof cases)[number];

test('there are thresholds, and one of different values', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(13);
  expect(cases.some(({ distinct }) => distinct !== undefined)).toBe(true);
});

describe.each(cases)('$name ($id)', (one) => {
  const { count, windowMinutes } = one;
  const windowMs = windowMinutes * 60_000;

  test('one event less than the count is nothing', async () => {
    expect(await fired(one, spread(one, count - 1, windowMs - 1))).toEqual([]);
  });

  test('the count within the window fires once', async () => {
    const alerts = await fired(one, spread(one, count, windowMs - 1));
    const begin = Date.parse(one.event.occurredAt);
    expect(alerts).toMatchObject([
      {
        count,
        firstAt: new Date(begin).toISOString(),
        lastAt: new Date(begin + windowMs - 1).toISOString(),
        rule: { id: idOf(one) },
      },
    ]);
  });

  test("the count across the window's edge is nothing", async () => {
    expect(await fired(one, spread(one, count, windowMs))).toEqual([]);
  });

  test('two keys with one less each are nothing, and with the count each are two alerts', async () => {
    for (const [each, alerts] of [
      [count - 1, 0],
      [count, 2],
    ] as const) {
      const here = spread(one, each, windowMs - 1);
      const there = here.map((event) => ({
        ...withValue(event, one.groupBy[0] as string, 'somebody-else'),
        id: `${event.id}-b`,
      }));
      expect(await fired(one, [...here, ...there])).toHaveLength(alerts);
    }
  });

  test('the same event again is nothing', async () => {
    const [first, ...others] = spread(one, count - 1, windowMs - 1);
    expect(await fired(one, [first as AuditEvent, ...others, first as AuditEvent])).toEqual([]);
  });
});

describe.each(cases.filter(({ distinct }) => distinct !== undefined))('$name ($id)', (one) => {
  test('the same value again is nothing', async () => {
    const different = spread(one, one.count - 1, 60_000);
    const again = different.map((event) => ({ ...event, id: `${event.id}-b` }));
    expect(await fired(one, [...different, ...again])).toEqual([]);
  });
});

/** Copies of the record, the last so long after the first; each has a value of its own, where values are counted. */
function spread({ event, distinct }: Case, count: number, overMs: number): readonly AuditEvent[] {
  const begin = Date.parse(event.occurredAt);
  return Array.from({ length: count }, (_, i) => {
    const ms = begin + Math.floor((overMs * i) / Math.max(1, count - 1));
    const copy = { ...event, id: `${event.id}-${i}`, occurredAt: new Date(ms).toISOString() };
    return distinct === undefined ? copy : withValue(copy, distinct, `value-${i}`);
  });
}

async function fired(one: Case, events: readonly AuditEvent[]): Promise<readonly Alert[]> {
  const { pattern, groupBy, count, distinct, windowMinutes } = one;
  const windowMs = windowMinutes * 60_000;
  const rule = aRule({
    id: idOf(one),
    pattern,
    groupBy,
    condition:
      distinct === undefined
        ? { kind: 'threshold', count, windowMs }
        : { kind: 'distinct_values', field: distinct, count, windowMs },
    quietMs: windowMs,
  });
  const now = () => Date.parse(one.event.occurredAt) + windowMs;
  const store = makeMemoryStore({ now });
  const detector = makeDetector({
    store,
    book: { rules: [rule], policy: { routes: [], inhibitions: [], maintenance: [] } },
    channels: [],
    publish: async (entries) => entries.map(() => ({ kind: 'accepted', busId: 'bus' })),
    now,
    random: Math.random,
    log: () => {},
  });
  const outcomes = await detector.consume(events.map((event) => messageOf(event, now())));
  expect(outcomes.every(({ kind }) => kind === 'delivered')).toBe(true);
  const { records } = await store.records.page(one.event.tenantId, { limit: 10 });
  return records.map(({ alert }) => alert);
}

function idOf({ name }: Case): string {
  return name.replaceAll('_', '-');
}

function withValue(event: AuditEvent, path: string, value: string): AuditEvent {
  const copy = structuredClone(event) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  let at = copy;
  for (const step of steps.slice(0, -1)) at = at[step] as Record<string, unknown>;
  at[steps.at(-1) as string] = value;
  return copy as unknown as AuditEvent;
}
