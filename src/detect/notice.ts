/** Makes the notice of what is known of an alert now. */
import { type Alert, type AlertChange, type AlertSample, PAGE_CHANNEL } from '../domain/alert/alert.ts';
import { type AlertStep, MAX_STEPS } from '../domain/alert/alert-record.ts';
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { GroupState, OpenAlert, PipelineFacts } from './group-state.ts';
import type { StepContext } from './step-context.ts';

/** Before it is known who hears of it. */
export function draftOf(
  { group }: Pick<GroupState, 'group'>,
  open: OpenAlert,
  change: AlertChange,
  { source, tenantId, nowMs, newId, dashboardUrl }: StepContext,
  resolvedBy?: Alert['resolvedBy'],
): Alert {
  const { alertId, sequence, title, message, count, firstMs, lastMs, samples, acknowledgedBy } = open;
  return {
    schemaVersion: '1.0',
    id: newId(nowMs),
    tenantId,
    alertId,
    sequence: sequence + 1,
    status: change === 'resolved' ? 'resolved' : acknowledgedBy ? 'acknowledged' : 'firing',
    change,
    occurredAt: time(nowMs),
    severity: open.pipeline?.severity ?? source.severity,
    rule: { ...source.shown, ...shownOf(open.pipeline) },
    title,
    ...(message !== undefined && { message }),
    ...(Object.keys(group).length > 0 && { group }),
    count,
    firstAt: time(firstMs),
    lastAt: time(lastMs),
    ...(samples.length > 0 && { samples }),
    ...(dashboardUrl !== undefined && {
      links: [{ url: `${dashboardUrl}/?alert=${encodeURIComponent(alertId)}`, text: 'Open in Audit Stream' }],
    }),
    ...(source.labels && { labels: source.labels }),
    ...(acknowledgedBy && { acknowledgedBy }),
    ...(resolvedBy && { resolvedBy }),
  };
}

/** The page always hears. */
export function addressed(
  draft: Alert,
  channels: readonly string[],
  suppressedBy: Alert['suppressedBy'],
): Alert {
  return {
    ...draft,
    channels: [PAGE_CHANNEL, ...channels],
    ...(suppressedBy && { suppressedBy }),
  };
}

function shownOf(facts: PipelineFacts | undefined): Partial<Alert['rule']> {
  if (!facts) return {};
  const { name, runbookUrl } = facts;
  return { name, ...(runbookUrl !== undefined && { runbookUrl }) };
}

export function stepOf(alert: Alert): AlertStep {
  const { sequence, change, occurredAt, count, channels = [], suppressedBy, resolvedBy } = alert;
  const person =
    change === 'acknowledged'
      ? alert.acknowledgedBy
      : resolvedBy?.kind === 'person'
        ? { id: resolvedBy.id, ...(resolvedBy.name !== undefined && { name: resolvedBy.name }) }
        : undefined;
  return {
    sequence,
    change,
    occurredAt,
    count,
    channels,
    ...(person && { by: person }),
    ...(suppressedBy && { suppressedBy }),
  };
}

/** The beginning stays, and the latest. */
export function withStep(steps: readonly AlertStep[], step: AlertStep): readonly AlertStep[] {
  const all = [...steps, step];
  return all.length <= MAX_STEPS ? all : [...all.slice(0, KEPT_FIRST), ...all.slice(1 + KEPT_FIRST)];
}

/** The first ones, and the latest in the place of those between. */
export function withSample(samples: readonly AlertSample[], event: AuditEvent): readonly AlertSample[] {
  const sample = sampleOf(event);
  if (samples.length < MAX_SAMPLES) return [...samples, sample];
  return [...samples.slice(0, FIRST_SAMPLES), ...samples.slice(FIRST_SAMPLES + 1), sample];
}

function sampleOf({ id, occurredAt, action, outcome, actor, message }: AuditEvent): AlertSample {
  const { type, id: actorId, name } = actor;
  return {
    id,
    occurredAt,
    action,
    outcome,
    actor: { type, id: actorId, ...(name !== undefined && { name }) },
    ...(message !== undefined && { message: message.slice(0, MAX_SAMPLE_MESSAGE).toWellFormed() }),
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

const KEPT_FIRST = 5;
const MAX_SAMPLES = 5;
const FIRST_SAMPLES = 3;
const MAX_SAMPLE_MESSAGE = 200;
