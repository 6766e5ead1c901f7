/** Who gets what, written once: read by the CDK construct and by the home on one machine, so that neither drifts. */
import { AUDIT_ALERT, AUDIT_EVENT } from './bus-event.ts';

/** A consumer behind its own queue and dead-letter queue. */
export interface QueuedRoute {
  readonly name: string;
  readonly delivery: 'queue';
  /** EventBridge rule over the envelope. */
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  /** How long a consumer may hold a message before it is handed out again. */
  readonly visibilityMs: number;
  /** Receives before the message goes to the dead-letter queue. */
  readonly maxReceives: number;
  /** Where set, what can be tried again is given up after this long, not after so many receives: an outage must not
   * empty the queue into the dead letters. */
  readonly patienceMs?: number;
  /** Where set, the consumer does not date events that are older as they were: who replays is told. */
  readonly redatesAfterMs?: number;
  readonly retentionDays: number;
  /** Longer than `retentionDays`: SQS counts from the first enqueue. */
  readonly deadLetterRetentionDays: number;
}

/** A consumer that the bus calls itself: fast, best effort, no second try. */
export interface DirectRoute {
  readonly name: string;
  readonly delivery: 'direct';
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly retryAttempts: 0;
  readonly maxAgeSeconds: number;
}

const live = { 'detail-type': [AUDIT_EVENT, AUDIT_ALERT] };

export const TOPOLOGY = {
  /** Pushes to viewers. A replay from the archive is not news: it reaches viewers through the trail. */
  broadcast: {
    name: 'broadcast',
    delivery: 'direct',
    pattern: { ...live, 'replay-name': [{ exists: false }] },
    retryAttempts: 0,
    maxAgeSeconds: 60,
  },
  /** Appends to the trail. */
  record: {
    name: 'record',
    delivery: 'queue',
    pattern: live,
    batchSize: 100,
    batchWindowMs: 0,
    visibilityMs: 30_000,
    maxReceives: 5,
    retentionDays: 4,
    deadLetterRetentionDays: 14,
  },
  /** Looks for what rules describe. Alerts are none of its business, so that none can cause another; what a replay brings
   * back has been looked at. */
  detect: {
    name: 'detect',
    delivery: 'queue',
    pattern: { 'detail-type': [AUDIT_EVENT], 'replay-name': [{ exists: false }] },
    // If every other event ends what the one before it fired, that is 45 alerts in one change of a group: see MAX_RECORDS.
    batchSize: 90,
    batchWindowMs: 0,
    visibilityMs: 30_000,
    maxReceives: 5,
    retentionDays: 4,
    deadLetterRetentionDays: 14,
  },
} as const satisfies Record<string, QueuedRoute | DirectRoute>;

const { detect: _, ...others } = TOPOLOGY;
/** Of a home that has no rules: nobody would take what waits for the detector. */
export const TOPOLOGY_WITHOUT_RULES = others;

/** Dead letters of the Lambda that reads journals, which has no queue: no destination may be named so. */
export const JOURNAL = 'journal';

/** Whether a message that could be tried again has been tried enough. */
export function isGivenUp(
  route: Pick<QueuedRoute, 'maxReceives' | 'patienceMs'>,
  message: { readonly receiveCount: number; readonly acceptedAtMs: number; readonly queuedAtMs?: number },
  nowMs: number,
): boolean {
  const { maxReceives, patienceMs } = route;
  if (patienceMs === undefined) return message.receiveCount >= maxReceives;
  return nowMs - (message.queuedAtMs ?? message.acceptedAtMs) >= patienceMs;
}
