/** Plays past events to the real detector, in the order of their own time, by a clock that goes with them. Repetitions are
 * reckoned, not played: a log that fell silent would be told of for years. */

import { makeDetector } from '../../src/detect/make-detector.ts';
import { makeMemoryStore } from '../../src/detect/memory-store.ts';
import type { AlertStore } from '../../src/detect/ports.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertRecord } from '../../src/domain/alert/alert-record.ts';
import { AUDIT_EVENT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { RuleBook } from '../../src/domain/rules/rule-book.ts';
import type { QueueMessage } from '../../src/stream/ports.ts';
import { DueTimes } from './due-times.ts';

export interface Simulation {
  readonly book: RuleBook;
  /** Destinations of alerts, by name. */
  readonly channels: readonly string[];
  readonly events: readonly AuditEvent[];
  /** The last moment of what is looked at. */
  readonly untilMs: number;
  readonly onProgress?: (done: number) => void;
}

/** An alert that would have been. */
export interface WouldBe {
  readonly firedMs: number;
  /** Whom its first notice was for. */
  readonly told: readonly string[];
  /** As it was in the end. */
  readonly last: Alert;
  readonly isOpen: boolean;
  /** Up to the last moment, by channel. */
  readonly notices: ReadonlyMap<string, number>;
}

export async function simulate(simulation: Simulation): Promise<readonly WouldBe[]> {
  const { book, channels, untilMs, onProgress = () => {} } = simulation;
  const events = simulation.events
    .map((event) => ({ event, ms: Date.parse(event.occurredAt) }))
    .sort((a, b) => a.ms - b.ms);
  const alerts = new Map<string, WouldBe>();
  const due = new DueTimes();
  let nowMs = events[0]?.ms ?? untilMs;
  const now = () => nowMs;
  const detector = makeDetector({
    store: watched(makeMemoryStore({ now }), due),
    book: { ...book, rules: book.rules.map((rule) => ({ ...rule, repeatMs: NEVER_MS })) },
    channels,
    now,
    random: Math.random,
    log: () => {},
    publish: async (entries) => {
      for (const { detail } of entries) heard(detail as Alert);
      return entries.map(() => ({ kind: 'accepted', busId: '' }));
    },
  });

  for (let done = 0; done < events.length; ) {
    const batch = batchFrom(events, done, due.nextMs);
    await clockTo((batch[0] as Timed).ms);
    nowMs = (batch.at(-1) as Timed).ms;
    const outcomes = await detector.consume(batch.map(({ event, ms }) => messageOf(event, ms)));
    const failed = outcomes.find(({ kind }) => kind !== 'delivered');
    if (failed) throw new Error(`the detector did not take an event: ${'reason' in failed && failed.reason}`);
    done += batch.length;
    onProgress(done);
  }
  // What is open counts on to its end, so that each alert has all its events.
  await clockTo(untilMs + Math.max(0, ...book.rules.map(({ quietMs }) => quietMs)) + MINUTE);
  const repeatMs = new Map(book.rules.map((rule) => [rule.id, rule.repeatMs]));
  return [...alerts.values()].map((alert) => withRepeats(alert, repeatMs.get(alert.last.rule.id), untilMs));

  /** Once a minute at most, as in AWS. */
  async function clockTo(ms: number): Promise<void> {
    for (let next = due.takeUntil(ms); next !== undefined; next = due.takeUntil(ms)) {
      nowMs = Math.max(nowMs, next);
      for (let times = 0; times < MOST_TICKS && (await detector.tick()) > 0; times++);
    }
    nowMs = Math.max(nowMs, ms);
  }

  function heard(notice: Alert): void {
    const before = alerts.get(notice.alertId);
    const isWithin = nowMs <= untilMs;
    if (!before && !isWithin) return;
    const notices = new Map(before?.notices);
    if (isWithin) for (const name of notice.channels ?? []) notices.set(name, (notices.get(name) ?? 0) + 1);
    alerts.set(notice.alertId, {
      firedMs: before?.firedMs ?? nowMs,
      told: before?.told ?? notice.channels ?? [],
      last: notice,
      isOpen: isWithin ? notice.status !== 'resolved' : (before?.isOpen ?? true),
      notices,
    });
  }
}

/** While it lasted and until somebody would have taken it in hand; nobody did. */
function withRepeats(alert: WouldBe, repeatMs = NEVER_MS, untilMs: number): WouldBe {
  const { firedMs, told, last, isOpen } = alert;
  const endMs = isOpen ? untilMs : Date.parse(last.occurredAt);
  const repeats = Math.floor(Math.max(0, endMs - firedMs - 1) / repeatMs);
  if (repeats === 0) return alert;
  const notices = new Map(alert.notices);
  for (const name of told) notices.set(name, (notices.get(name) ?? 0) + repeats);
  return { ...alert, notices };
}

interface Timed {
  readonly event: AuditEvent;
  readonly ms: number;
}

/** Events of about the same time, and no more than up to when the clock has something to do. */
function batchFrom(events: readonly Timed[], first: number, dueMs: number): readonly Timed[] {
  const beginMs = (events[first] as Timed).ms;
  let end = first + 1;
  while (end < events.length && end - first < BATCH) {
    const { ms } = events[end] as Timed;
    if (ms > beginMs + TOGETHER_MS || (ms >= dueMs && beginMs < dueMs)) break;
    end++;
  }
  return events.slice(first, end);
}

/** Notes what falls due; and keeps open alerts at hand, for which every step asks. */
function watched(store: AlertStore, due: DueTimes): AlertStore {
  const open = new Map<string, AlertRecord>();
  const { states, records } = store;
  return {
    ...store,
    states: {
      ...states,
      write(changes) {
        for (const { dueMs, records = [] } of changes) {
          if (dueMs !== undefined) due.add(dueMs);
          for (const record of records) {
            if (record.alert.status === 'resolved') open.delete(record.alert.alertId);
            else open.set(record.alert.alertId, record);
          }
        }
        return states.write(changes);
      },
    },
    records: {
      ...records,
      open: async (tenantId, limit) =>
        [...open.values()]
          .filter(({ alert }) => alert.tenantId === tenantId)
          .slice(-limit)
          .reverse(),
    },
  };
}

function messageOf(event: AuditEvent, ms: number): QueueMessage {
  return {
    messageId: event.id,
    receiveCount: 1,
    acceptedAtMs: ms,
    event: {
      version: '0',
      id: event.id,
      'detail-type': AUDIT_EVENT,
      source: SYSTEM_SOURCE,
      account: '',
      time: event.occurredAt,
      region: '',
      resources: [],
      detail: event,
    },
  };
}

const MINUTE = 60_000;
/** A time that no clock comes to. */
const NEVER_MS = 1e15;
/** More is not due at once, whatever the rules. */
const MOST_TICKS = 10_000;
const BATCH = 100;
const TOGETHER_MS = 1_000;
