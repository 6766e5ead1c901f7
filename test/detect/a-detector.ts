/** A detector over a store in memory, with a clock that a test turns. */
import { expect } from '@jest/globals';
import { makeDetector } from '../../src/detect/make-detector.ts';
import { makeMemoryStore } from '../../src/detect/memory-store.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { parseAlert } from '../../src/domain/alert/parse-alert.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { parseRules } from '../../src/domain/rules/parse-rules.ts';
import type { Publish } from '../../src/stream/ports.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { messageOf } from './message-of.ts';

export const START_MS = Date.parse('2026-11-01T12:00:00.000Z');
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

export interface DetectorSetUp {
  readonly rules: readonly object[];
  readonly policy?: object;
  readonly channels?: readonly string[];
}

export function aDetector({ rules, policy, channels = ['slack', 'pagerduty'] }: DetectorSetUp) {
  let nowMs = START_MS;
  let made = 0;
  let isBusDown = false;
  const now = () => nowMs;
  const store = makeMemoryStore({ now });
  const documents = [
    { file: 'rules.yaml', value: { rules: rules.map((rule) => ({ ...DEFAULTS, ...rule })) } },
    ...(policy ? [{ file: 'policy.yaml', value: policy }] : []),
  ];
  const { book, faults } = parseRules(documents);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const published: Alert[] = [];
  const publish: Publish = async (entries) =>
    entries.map(({ detail }) => {
      if (isBusDown) return { kind: 'refused', code: 'Down', message: 'the bus is down' };
      // As whoever takes it reads it, which is as it was written.
      expect(parseAlert(detail)).toEqual(detail);
      published.push(detail as Alert);
      return { kind: 'accepted', busId: `${published.length}` };
    });
  const options = {
    store,
    book,
    channels,
    publish,
    now,
    random: () => 0.5,
    log: () => {},
    newId: () => `id-${++made}`,
    sleep: async () => {},
    dashboardUrl: 'https://audit.example.com',
  };
  const detector = makeDetector(options);
  return {
    detector,
    /** The same state, other rules: what a deployment does. */
    redeployed: (more: readonly object[]) => {
      const changed = parseRules([
        { file: 'rules.yaml', value: { rules: more.map((rule) => ({ ...DEFAULTS, ...rule })) } },
      ]);
      return makeDetector({ ...options, book: changed.book });
    },
    store,
    published,
    /** What has been published since it was asked last. */
    news: () => published.splice(0).map(({ change, count, channels: to = [] }) => ({ change, count, to })),
    now,
    setBus: (isUp: boolean) => {
      isBusDown = !isUp;
    },
    /** Lets time pass, looking every second as the home does, or at the end only. */
    async pass(ms: number, everyMs = ms) {
      const endMs = nowMs + ms;
      while (nowMs < endMs) {
        nowMs = Math.min(endMs, nowMs + everyMs);
        await detector.tick();
      }
    },
    /** One batch of events that happen now, or when they say. */
    send: (...events: readonly Partial<AuditEvent>[]) =>
      detector.consume(
        events.map((fields) => {
          const at = new Date(nowMs).toISOString();
          return messageOf(anAuditEvent({ action: 'user.login', occurredAt: at, ...fields }), nowMs);
        }),
      ),
  };
}

const DEFAULTS = {
  name: 'Rule',
  why: 'A test.',
  kind: 'match',
  pattern: { action: ['user.login'] },
  severity: 'high',
  title: '{count} of {actor.id}',
  tests: [],
};
