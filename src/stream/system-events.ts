/** Makes what people do to the system into audit events of its own: connects, denials, subscriptions, refused acts.
 * Never for deliveries: each would cause another. The caller neither waits nor fails; a flood is counted, not stored. */
import { AUDIT_EVENT, SYSTEM_SOURCE } from '../domain/bus-event.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { causeOf, type Log } from './log.ts';
import type { Publish } from './ports.ts';
import { asAuditEvent, type SystemEvent } from './system-audit-event.ts';

export interface SystemEvents {
  /** Returns at once and never throws. */
  report(event: SystemEvent): void;
  /** Resolves when everything reported so far has been published or given up. */
  settled(): Promise<void>;
}

export interface SystemEventsOptions {
  readonly publish: Publish;
  readonly now: () => number;
  readonly log: Log;
  readonly perMinute: number;
  readonly environment?: string;
  readonly newId?: () => string;
  readonly schedule?: (run: () => unknown, ms: number) => void;
}

export function makeSystemEvents(options: SystemEventsOptions): SystemEvents {
  const {
    publish,
    now,
    log,
    perMinute,
    environment = 'default',
    newId = () => crypto.randomUUID(),
    schedule = (run, ms) => void setTimeout(run, ms).unref(),
  } = options;
  const windows = new Map<string, Window>();
  const waiting: AuditEvent[] = [];
  let flushing: Promise<void> | undefined;

  const windowOf = (key: string): Window => {
    const held = windows.get(key);
    if (held && now() - held.sinceMs < MINUTE_MS) return held;
    endWindow(key);
    const oldest = windows.size >= MAX_CAUSES ? windows.keys().next().value : undefined;
    if (oldest !== undefined) endWindow(oldest);
    const window = { sinceMs: now(), published: 0, suppressed: 0 };
    windows.set(key, window);
    return window;
  };
  /** The last one suppressed is published after all, with the number of those before it. */
  const endWindow = (key: string) => {
    const window = windows.get(key);
    windows.delete(key);
    if (window?.last) enqueue(window.last, window.suppressed - 1);
  };
  const enqueue = (event: SystemEvent, suppressedBefore: number) => {
    if (event.reason)
      log('warn', event.action, { reason: event.reason.code, sourceIp: event.sourceIp, suppressedBefore });
    if (waiting.length >= MAX_WAITING && !ALWAYS.has(event.action)) {
      log('error', 'system event dropped: the bus does not take them', { action: event.action });
      return;
    }
    waiting.push(asAuditEvent(event, suppressedBefore, { id: newId(), nowMs: now(), environment }));
    flushing ??= Promise.resolve().then(flush);
  };
  const flush = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        const outcomes = await publish(batch.map(asEntry));
        const refused = outcomes.filter((outcome) => outcome.kind === 'refused');
        if (refused[0])
          log('error', 'system events refused', { count: refused.length, code: refused[0].code });
      } catch (error) {
        log('error', 'system events not published', { count: batch.length, cause: causeOf(error) });
      }
    }
    flushing = undefined;
  };

  return {
    report(event) {
      if (ALWAYS.has(event.action)) return enqueue(event, 0);
      const key = `${event.action} ${event.cause}`;
      const window = windowOf(key);
      if (window.published < perMinute) {
        window.published++;
        enqueue(event, 0);
      } else {
        window.suppressed++;
        if (!window.last) schedule(() => windows.get(key) === window && endWindow(key), MINUTE_MS);
        window.last = event;
      }
    },
    async settled() {
      while (flushing) await flushing;
    },
  };
}

/** What moves or deletes anything, or quiets an alert, is on record each time, however often. */
const ALWAYS: ReadonlySet<SystemEvent['action']> = new Set([
  'dead_letters.replayed',
  'dead_letters.purged',
  'alert.acknowledged',
  'alert.resolved',
  'silence.created',
  'silence.ended',
]);
const MINUTE_MS = 60_000;
const BATCH = 10;
const MAX_WAITING = 1_000;
const MAX_CAUSES = 10_000;

interface Window {
  readonly sinceMs: number;
  published: number;
  suppressed: number;
  last?: SystemEvent;
}

const asEntry = (detail: AuditEvent) => ({
  source: SYSTEM_SOURCE,
  detailType: AUDIT_EVENT,
  detail,
  time: detail.occurredAt,
});
