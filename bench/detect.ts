/** The detector's compute under many rules, against asking every rule one by one: ratios of one run. */
import { makeDetector } from '../src/detect/make-detector.ts';
import { makeMemoryStore } from '../src/detect/memory-store.ts';
import { AUDIT_EVENT, type BusEvent } from '../src/domain/bus-event.ts';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import { FilterIndex, matches, parseFilter } from '../src/domain/filter/index.ts';
import type { Condition, Rule } from '../src/domain/rules/rule.ts';
import { NO_RULES } from '../src/domain/rules/rule-book.ts';
import { TOPOLOGY } from '../src/domain/topology.ts';
import { readBusDetail } from '../src/stream/bus-detail.ts';
import type { QueueMessage } from '../src/stream/ports.ts';
import { type Envelope, eventTexts, generateRules, median } from './rules-and-events.ts';

const RULES = 1_000;
const TENANT = 't-1';
const MINUTE = 60_000;
const BEGIN_MS = Date.parse('2026-11-01T00:00:00Z');
const EVENTS_PER_MS = 5;

export async function run({
  quick,
}: {
  readonly quick: boolean;
}): Promise<Record<string, readonly object[]>> {
  const rules = makeRules();
  const details = eventTexts().map((text) => {
    const { source, detail } = JSON.parse(text) as Envelope & { readonly source: string };
    const more = { tenantId: TENANT, source: { service: source, environment: 'bench' } };
    return { ...ofAuditEvent(detail), ...more };
  });
  const index = new FilterIndex<string>();
  for (const { id, filter } of rules) index.add(id, filter);
  const matched = details.filter((detail) => index.match(detail).length > 0);
  const unmatched = details.filter((detail) => index.match(detail).length === 0);
  const loads = { 'as they come': details, 'no rule matches': unmatched, 'a rule matches each': matched };
  const rows: object[] = [];
  for (const [load, events] of Object.entries(loads)) {
    const matches = events.reduce((sum, event) => sum + index.match(event).length, 0);
    const speed = await speedOf(
      rules,
      index,
      events,
      quick ? { rounds: 2, count: 2_000 } : { rounds: 7, count: 20_000 },
    );
    rows.push({ load, rules: RULES, matchesPerEvent: matches / events.length, ...speed });
  }
  return { detector: rows };
}

/** In turns, processor time: the texts of a queue alone, found by the index, found by asking every rule, and the whole. */
async function speedOf(
  rules: readonly Rule[],
  index: FilterIndex<string>,
  details: readonly object[],
  { rounds, count }: { readonly rounds: number; readonly count: number },
) {
  const taken: Record<'parse' | 'index' | 'walk' | 'whole', number[]> = {
    parse: [],
    index: [],
    walk: [],
    whole: [],
  };
  let made = 0;
  let nowMs = BEGIN_MS;
  const consume = detectorOf(rules, () => nowMs);
  for (let round = -1; round < rounds; round++) {
    const texts = Array.from({ length: count }, () => textOf(details, ++made));
    const events = texts.slice(0, count / 4).map(eventOf);
    const times = {
      parse: await usPerEvent(texts, (text) => void eventOf(text)),
      index: await usPerEvent(events, (event) => {
        kept.matches += index.match(event).length;
      }),
      walk: await usPerEvent(events.slice(0, count / 20), (event) => {
        for (const { filter } of rules) if (matches(filter, event)) kept.matches++;
      }),
      whole: await usPerEvent(batches(texts), async (batch) => {
        nowMs = BEGIN_MS + made / EVENTS_PER_MS;
        await consume(batch.map(messageOf));
      }),
    };
    // The first round warms up.
    if (round < 0) continue;
    for (const name of ['parse', 'index', 'walk', 'whole'] as const)
      taken[name].push(name === 'whole' ? times.whole / TOPOLOGY.detect.batchSize : times[name]);
  }
  return {
    parseUs: median(taken.parse),
    indexUs: median(taken.index),
    oneByOneUs: median(taken.walk),
    wholeUs: median(taken.whole),
    eventsPerSecond: Math.round(1_000_000 / median(taken.whole)),
    // Parsed and every rule asked, with nothing counted, against all of it.
    oneByOnePerWhole: median(
      taken.whole.map((us, i) => ((taken.parse[i] as number) + (taken.walk[i] as number)) / us),
    ),
    oneByOnePerIndex: Math.round(median(taken.walk.map((us, i) => us / (taken.index[i] as number)))),
  };
}

function detectorOf(rules: readonly Rule[], now: () => number) {
  const { consume } = makeDetector({
    store: makeMemoryStore({ now }),
    book: { ...NO_RULES, rules },
    channels: ['slack'],
    publish: async (entries) => entries.map(() => ({ kind: 'accepted', busId: '' })),
    now,
    random: Math.random,
    log: () => {},
  });
  return async (messages: readonly QueueMessage[]) => {
    const outcomes = await consume(messages);
    if (outcomes.some(({ kind }) => kind !== 'delivered')) throw new Error('an event was not taken');
  };
}

/** Of all kinds, as a large book may have them. */
function makeRules(): readonly Rule[] {
  return generateRules(RULES).map(({ source, detail }, i) => {
    const pattern = { ...ofAuditEvent(detail), tenantId: [TENANT], source: { service: source } };
    return {
      ...{ id: `rule-${i}`, name: `Rule ${i}`, why: 'For the bench.', pattern, filter: parseFilter(pattern) },
      ...{
        condition: conditionOf(i),
        severity: 'medium',
        title: '{action} of {actor.id}',
        groupBy: ['actor.id'],
      },
      ...{ quietMs: 15 * MINUTE, repeatMs: 240 * MINUTE, mergeMs: MINUTE, latenessMs: 10 * MINUTE },
      ...{ maxAlertsPerHour: 100, tests: [] },
    };
  });
}

/** What the other benches draw and no audit event has is under its metadata. */
function ofAuditEvent({ risk, metadata, ...detail }: Envelope['detail']): Record<string, unknown> {
  const more = { ...(metadata as object), ...(risk !== undefined && { risk }) };
  return { ...detail, ...(Object.keys(more).length > 0 && { metadata: more }) };
}

function conditionOf(i: number): Condition {
  const window = { windowMs: 10 * MINUTE };
  const kinds: readonly Condition[] = [
    { kind: 'match' },
    { kind: 'threshold', count: 10, ...window },
    { kind: 'threshold', count: 50, ...window },
    { kind: 'distinct_values', field: 'context.ip', count: 5, ...window },
    { kind: 'new_value', field: 'context.ip', learningMs: 7 * 24 * 60 * MINUTE },
  ];
  return kinds[i % kinds.length] as Condition;
}

/** Another event each time. */
function textOf(details: readonly object[], number: number): string {
  const at = new Date(BEGIN_MS + Math.floor(number / EVENTS_PER_MS)).toISOString();
  const detail = details[number % details.length];
  const bus: BusEvent = {
    ...{ version: '0', id: `bus-${number}`, 'detail-type': AUDIT_EVENT, source: 'audit.bench' },
    ...{ account: '000000000000', time: at, region: 'local', resources: [] },
    detail: { ...detail, id: `event-${number}`, occurredAt: at, recordedAt: at },
  };
  return JSON.stringify(bus);
}

function messageOf(text: string): QueueMessage {
  const event = JSON.parse(text) as BusEvent;
  return { messageId: event.id, receiveCount: 1, acceptedAtMs: Date.parse(event.time), event };
}

function eventOf(text: string): AuditEvent {
  const read = readBusDetail(JSON.parse(text) as BusEvent);
  if (read.kind !== 'event')
    throw new Error(`an event of the bench is none: ${read.kind === 'refused' ? read.detail : read.kind}`);
  return read.event;
}

function batches(texts: readonly string[]): readonly (readonly string[])[] {
  const { batchSize } = TOPOLOGY.detect;
  return Array.from({ length: Math.floor(texts.length / batchSize) }, (_, i) =>
    texts.slice(i * batchSize, (i + 1) * batchSize),
  );
}

async function usPerEvent<T>(all: readonly T[], work: (one: T) => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (const one of all) await work(one);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / all.length;
}

/** So that no answer is thrown away unasked. */
const kept = { matches: 0 };
