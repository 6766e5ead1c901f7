/** Plays the demo's alerts, round after round: notices as the rules will make them, about events that were just played. */
import type { Alert } from '../src/domain/alert/alert.ts';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import { newEventId } from '../src/domain/event/new-event-id.ts';
import { ALERT_STORIES, type AlertStep, type AlertStory, ROUND_SECONDS } from './alert-stories.ts';
import { pause } from './pause.ts';

export interface PlayAlertsOptions {
  readonly publish: (alert: Alert) => Promise<void>;
  /** Where people look further. */
  readonly url: string;
  readonly signal: AbortSignal;
  readonly stories?: readonly AlertStory[];
  readonly now?: () => number;
  readonly newId?: (nowMs: number) => string;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface AlertPlayer {
  /** An event that was played: an alert about its action tells of it. */
  saw(event: AuditEvent): void;
  /** Resolves when the signal stops it. */
  readonly done: Promise<void>;
}

export function playAlerts(options: PlayAlertsOptions): AlertPlayer {
  const { publish, signal, stories = ALERT_STORIES, now = Date.now, sleep = pause } = options;
  const played = new Map<string, readonly AuditEvent[]>();
  return {
    saw(event) {
      const key = keyOf(event);
      played.set(key, [...(played.get(key) ?? []).slice(1 - MOST_SAMPLES), event]);
    },
    done: rounds(),
  };

  async function rounds(): Promise<void> {
    while (!signal.aborted) await round(now());
  }

  async function round(beganMs: number): Promise<void> {
    const told = new Map<AlertStory, Alert>();
    for (const { story, step } of inOrder(stories)) {
      await sleep(beganMs + step.atSeconds * 1_000 - now(), signal);
      if (signal.aborted) return;
      const events = played.get(keyOf(story)) ?? [];
      // What has not been played yet nobody can be told of.
      if (step.change === 'fired' ? step.count > 0 && events.length === 0 : !told.has(story)) continue;
      const notice = noticeOf(story, step, told.get(story), events, options);
      told.set(story, notice);
      await publish(notice);
    }
    await sleep(beganMs + ROUND_SECONDS * 1_000 - now(), signal);
  }
}

function noticeOf(
  story: AlertStory,
  { change, count, by }: AlertStep,
  before: Alert | undefined,
  events: readonly AuditEvent[],
  { url, now = Date.now, newId = newEventId }: PlayAlertsOptions,
): Alert {
  const { action, steps: _, ...said } = story;
  const nowMs = now();
  const at = new Date(nowMs).toISOString();
  const samples = before?.samples ?? events.map(sampleOf);
  const person = typeof by === 'object' ? by : undefined;
  const acknowledgedBy = change === 'acknowledged' ? person : before?.acknowledgedBy;
  return {
    schemaVersion: '1.0',
    id: newId(nowMs),
    alertId: before?.alertId ?? newId(nowMs),
    sequence: (before?.sequence ?? 0) + 1,
    status: change === 'resolved' ? 'resolved' : acknowledgedBy ? 'acknowledged' : 'firing',
    change,
    occurredAt: at,
    ...said,
    ...(action !== undefined && { group: { action } }),
    count,
    firstAt: before?.firstAt ?? samples[0]?.occurredAt ?? at,
    lastAt: change === 'merged' ? at : (before?.lastAt ?? samples.at(-1)?.occurredAt ?? at),
    ...(samples.length > 0 && { samples }),
    links: [{ url, text: 'Open Audit Stream' }],
    labels: { demo: 'true' },
    ...(acknowledgedBy && { acknowledgedBy }),
    ...(change === 'resolved' && { resolvedBy: endOf(person, by, samples.at(-1)?.id) }),
  };
}

function endOf(
  person: Exclude<AlertStep['by'], string>,
  by: AlertStep['by'],
  eventId: string | undefined,
): NonNullable<Alert['resolvedBy']> {
  if (person) return { kind: 'person', ...person };
  return by === 'event' && eventId !== undefined ? { kind: 'event', eventId } : { kind: 'quiet' };
}

function sampleOf({ id, occurredAt, action, outcome, actor, message }: AuditEvent) {
  const { type, id: actorId, name } = actor;
  return {
    id,
    occurredAt,
    action,
    outcome,
    actor: { type, id: actorId, ...(name !== undefined && { name }) },
    ...(message !== undefined && { message: message.slice(0, 1_024) }),
  };
}

function inOrder(stories: readonly AlertStory[]) {
  return stories
    .flatMap((story) => story.steps.map((step) => ({ story, step })))
    .sort((a, b) => a.step.atSeconds - b.step.atSeconds);
}

function keyOf({
  tenantId,
  action,
}: {
  readonly tenantId: string;
  readonly action?: string | undefined;
}): string {
  return `${tenantId} ${action}`;
}

const MOST_SAMPLES = 3;
