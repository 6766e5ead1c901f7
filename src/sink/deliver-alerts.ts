/** Brings notices about alerts to a destination, one after the other: in the order of each alert, at the pace that the
 * destination allows, and never what a later notice has outdated. */
import type { Alert } from '../domain/alert/alert.ts';
import { type Producers, readBusDetail } from '../stream/bus-detail.ts';
import { causeOf, type Log } from '../stream/log.ts';
import type { Consumer, Outcome, QueueMessage } from '../stream/ports.ts';
import type { AlertMemory, Turn } from './alert-memory.ts';
import { type Call, type Caller, misconfigured, type Settings } from './caller.ts';
import { settled } from './deliver-events.ts';
import type { Destination } from './destination.ts';
import { omitFrom } from './omit.ts';
import { makePace, type Pace } from './pace.ts';
import type { AlertRef, AlertSink } from './sink.ts';
import type { Again } from './verdict.ts';

export interface DeliverAlertsOptions {
  readonly destination: Destination;
  readonly sink: AlertSink;
  readonly caller: Caller;
  readonly memory: AlertMemory;
  readonly log: Log;
  readonly budgetMs: number;
  readonly note: (name: string, count: number) => void;
  readonly producers: Producers | undefined;
  readonly now: () => number;
  readonly random: () => number;
}

interface Notice {
  readonly at: number;
  readonly alert: Alert;
  readonly acceptedAtMs: number;
  readonly tries: number;
}

export function deliverAlerts(options: DeliverAlertsOptions): Consumer {
  const { destination, sink, caller, memory, log, budgetMs, note, producers, now, random } = options;
  const { name } = destination;

  return async (messages) => {
    const untilMs = now() + budgetMs;
    const settings = await caller.readSettings();
    if (settings === undefined) return messages.map(() => misconfigured('secret_unreadable'));
    const outcomes = new Array<Outcome>(messages.length);
    const notices = messages.flatMap((message, at) => {
      const read = noticeOf(message, at);
      if ('alert' in read) return [read];
      outcomes[at] = read;
      return [];
    });
    if (notices.length === 0) return outcomes;
    const turn = await takeTurn(untilMs);
    if ('kind' in turn) {
      for (const { at } of notices) outcomes[at] = turn;
      return outcomes;
    }
    const pace = makePace(sink, turn.nextCallMs, now);
    const tellSafely = (notice: Notice) => tell(notice, pace, settings, untilMs).catch(cannotRemember);
    try {
      for (const group of byAlert(notices)) {
        let skipped: readonly Notice[] = [];
        for (const [i, notice] of group.entries()) {
          // More of the same is told once, by the last of it.
          if (notice.alert.change === 'merged' && i < group.length - 1) {
            skipped = [...skipped, notice];
            continue;
          }
          const outcome = await tellSafely(notice);
          outcomes[notice.at] = outcome;
          for (const { at } of skipped) outcomes[at] = outcome.kind === 'rejected' ? AGAIN : outcome;
          skipped = [];
        }
      }
    } finally {
      // If it cannot be given back it ends by itself.
      await turn.end(pace.nextCallMs()).catch(() => undefined);
    }
    return outcomes;
  };

  async function takeTurn(untilMs: number): Promise<Turn | Outcome> {
    try {
      const turn = await memory.takeTurn(name, now(), untilMs + SPARE_MS);
      return turn ?? { kind: 'retry', reason: 'busy', afterMs: BUSY_MS * (1 + random()) };
    } catch (error) {
      return cannotRemember(error);
    }
  }

  function cannotRemember(error: unknown): Outcome {
    log('error', 'what was told of an alert cannot be read or kept', {
      destination: name,
      cause: causeOf(error),
    });
    return { kind: 'retry', reason: 'memory_unavailable' };
  }

  function noticeOf({ event, acceptedAtMs, receiveCount }: QueueMessage, at: number): Notice | Outcome {
    const read = readBusDetail(event, producers);
    if (read.kind === 'refused') return { kind: 'rejected', reason: read.reason, detail: read.detail };
    if (read.kind === 'event') return { kind: 'rejected', reason: 'invalid_event', detail: NO_ALERT };
    return { at, alert: omitFrom(read.event, destination.omit), acceptedAtMs, tries: receiveCount };
  }

  async function tell(notice: Notice, pace: Pace, settings: Settings, untilMs: number): Promise<Outcome> {
    const { alert, acceptedAtMs } = notice;
    const { tenantId, alertId, sequence, status, change } = alert;
    const told = await memory.told(name, tenantId, alertId);
    if (told !== undefined && told.sequence >= sequence) {
      note('outdated', 1);
      return { kind: 'delivered' };
    }
    // A queue may hand out the end before the beginning: what is about to come is waited for, not for ever.
    if (told === undefined && change !== 'fired' && now() - acceptedAtMs < EARLIER_MS)
      return { kind: 'retry', reason: 'earlier_notice_missing', afterMs: AWAIT_MS };
    let way: Way = { ref: told?.ref, plain: false };
    for (let isFirst = true; ; isFirst = false) {
      const planned = requestsOf(alert, settings, way);
      if ('kind' in planned) return planned;
      // What cannot be sent yet is put off by the queue: nobody sleeps.
      const waitMs = isFirst && planned.length > 0 ? pace.waitMs() : 0;
      if (waitMs > 0) return { kind: 'retry', reason: 'pace', afterMs: waitMs };
      const { verdict, ref } = await say(notice, way, planned.length, pace, untilMs);
      if (verdict.kind === 'delivered') {
        await memory.remember(name, tenantId, alertId, { sequence, status, ...(ref && { ref }) }, now());
        return verdict;
      }
      if (verdict.kind !== 'again') return verdict;
      const { way: other, reason } = verdict;
      log('warn', 'a notice is told in another way', { destination: name, way: other, reason });
      note(other, 1);
      way = other === 'plain' ? { ...way, plain: true } : { ...way, ref: undefined };
    }
  }

  /** All `count` requests of a notice; `ref` is what the vendor calls the alert now. */
  async function say(
    notice: Notice,
    way: Way,
    count: number,
    pace: Pace,
    untilMs: number,
  ): Promise<{ readonly verdict: Outcome | Again; readonly ref: AlertRef | undefined }> {
    let { ref } = way;
    for (let step = 0; step < count; step++) {
      const answer = await caller.attempt(callOf(notice, way, step, pace, onRef), untilMs);
      const said = 'kind' in answer ? answer : answer[0];
      const verdict = said?.kind === 'again' ? said : (settled(said, 1) as Outcome);
      if (verdict.kind !== 'delivered') return { verdict, ref };
    }
    return { verdict: { kind: 'delivered' }, ref };

    function onRef(found: AlertRef | undefined): void {
      ref = found ?? ref;
    }
  }

  function callOf(
    { alert, tries }: Notice,
    way: Way,
    step: number,
    pace: Pace,
    onRef: (ref: AlertRef | undefined) => void,
  ): Call {
    let used: Settings = {};
    return {
      ids: [alert.id],
      tenantIds: [alert.tenantId],
      tries: [tries],
      request(settings) {
        const planned = requestsOf(alert, settings, way);
        const request = 'kind' in planned ? undefined : planned[step];
        if (request === undefined) throw new RangeError(`${sink.name} has no request ${step}`);
        used = settings;
        pace.called();
        return request;
      },
      ways: [...(way.plain ? [] : ['plain' as const]), ...(way.ref ? ['anew' as const] : [])],
      ...(step === 0 && { onTaken: (answer) => onRef(sink.refOf?.(answer, used, way.ref)) }),
    };
  }

  function requestsOf(alert: Alert, settings: Settings, { ref, plain }: Way) {
    return sink.requests(alert, settings, ref, now(), plain);
  }
}

/** How a notice is put. */
interface Way {
  readonly ref: AlertRef | undefined;
  readonly plain: boolean;
}

/** Each alert's notices together, in the order in which they were made. */
function byAlert(notices: readonly Notice[]): Iterable<readonly Notice[]> {
  const groups = new Map<string, Notice[]>();
  for (const notice of notices) {
    const key = `${notice.alert.tenantId} ${notice.alert.alertId}`;
    groups.set(key, [...(groups.get(key) ?? []), notice]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.alert.sequence - b.alert.sequence);
  return groups.values();
}

const NO_ALERT = 'an audit event, and this destination takes alerts';
/** What this notice was to say was left to one that is refused. */
const AGAIN: Outcome = { kind: 'retry', reason: 'later_notice_refused', afterMs: 0 };
/** A turn outlasts the batch's calls by what settling them takes. */
const SPARE_MS = 5_000;
const BUSY_MS = 1_000;
const EARLIER_MS = 30_000;
const AWAIT_MS = 3_000;
