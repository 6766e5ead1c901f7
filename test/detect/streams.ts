/** Random streams of events, and random ways in which they reach a detector that crashes. */
import fc from 'fast-check';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';
import { aRule } from '../builders/a-rule.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { seededRandom } from '../journey/random.ts';
import { type Delivery, type Moment, scheduleOf } from './schedule.ts';
import { type Placed, place, type Step, type Subject } from './timelines.ts';

export interface Timings {
  readonly count: number;
  readonly windowMs: number;
  readonly quietMs: number;
  readonly latenessMs: number;
  readonly learningMs: number;
  readonly afterMs: number;
}

export interface Stream {
  readonly rules: readonly Rule[];
  /** Each once. */
  readonly events: readonly AuditEvent[];
  readonly moments: readonly Moment[];
  /** By then all that can be over is. */
  readonly endMs: number;
  /** Of what is left to chance while it is played. */
  readonly seed: number;
  /** The share of calls of the store and the bus that go wrong. */
  readonly faults: number;
}

export function streams(): fc.Arbitrary<Stream> {
  return fc
    .record({
      timings: timings(),
      stories: fc.uniqueArray(story, { minLength: 1, maxLength: 6, selector: nameOf }),
      seed: fc.nat(),
      faults: fc.constantFrom(0, 0.02, 0.1),
    })
    .map(streamOf);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEGIN_MS = Date.parse('2026-11-01T00:00:00Z');
/** Deliveries may come again for so long. */
const AGAIN_MS = 48 * HOUR;
const SUBJECTS = ['match', 'threshold', 'distinct', 'new', 'silence'] as const;

function timings(): fc.Arbitrary<Timings> {
  return fc
    .record({
      count: fc.integer({ min: 2, max: 5 }),
      windowMs: fc.integer({ min: 1_000, max: 20 * MINUTE }),
      latenessMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10 * MINUTE })),
      more: fc.integer({ min: 1_000, max: 30 * MINUTE }),
    })
    .map(({ count, windowMs, latenessMs, more }) => ({
      count,
      windowMs,
      latenessMs,
      quietMs: Math.max(windowMs, 2 * latenessMs) + more,
      learningMs: latenessMs + more,
      afterMs: 2 * latenessMs + more,
    }));
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

const step: fc.Arbitrary<Step> = fc.record({
  gap: fc.oneof(
    { weight: 1, arbitrary: fc.constant('none' as const) },
    { weight: 5, arbitrary: fc.constant('small' as const) },
    { weight: 2, arbitrary: fc.constant('edge' as const) },
    { weight: 2, arbitrary: fc.constant('short' as const) },
    { weight: 1, arbitrary: fc.constant('long' as const) },
  ),
  share,
  late: fc.oneof(fc.constant(0), fc.constant(1), share),
  what: fc.oneof(
    { weight: 7, arbitrary: fc.constant('counts' as const) },
    { weight: 1, arbitrary: fc.constant('ends' as const) },
    { weight: 1, arbitrary: fc.constant('bare' as const) },
  ),
  value: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  again: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(share, { maxLength: 2 }) },
  ),
});

/** What happens in one group of events. */
interface Story {
  readonly subject: Subject;
  readonly tenantId: string;
  readonly actorId: string;
  readonly begin: number;
  readonly steps: readonly Step[];
}

const story: fc.Arbitrary<Story> = fc.record({
  subject: fc.constantFrom(...SUBJECTS),
  tenantId: fc.constantFrom('acme', 'globex'),
  actorId: fc.constantFrom('jo', 'kim', 'lee'),
  begin: share,
  steps: fc.array(step, { minLength: 1, maxLength: 30 }),
});

function nameOf({ subject, tenantId, actorId }: Story): string {
  return `${subject} ${tenantId} ${actorId}`;
}

function streamOf(drawn: {
  readonly timings: Timings;
  readonly stories: readonly Story[];
  readonly seed: number;
  readonly faults: number;
}): Stream {
  const { timings, stories, seed, faults } = drawn;
  const { latenessMs, quietMs, afterMs } = timings;
  const deliveries = stories.flatMap((one) => {
    const placed = place(one.subject, one.steps, BEGIN_MS + Math.round(one.begin * HOUR), timings);
    return placed.flatMap((each, i) => deliveriesOf(eventOf(one, each, i), each, latenessMs));
  });
  const overMs = deliveries.flatMap(({ ms }) => [ms + latenessMs + quietMs, ms + latenessMs + afterMs]);
  const moments = scheduleOf(deliveries, overMs, seededRandom(seed));
  return {
    rules: rulesOf(timings),
    events: [...new Set(deliveries.map(({ event }) => event))],
    moments,
    endMs: Math.max(...moments.map(({ atMs }) => atMs)),
    seed,
    faults,
  };
}

function deliveriesOf(event: AuditEvent, { ms, late, again }: Placed, latenessMs: number): Delivery[] {
  const atMs = ms + Math.round(late * latenessMs);
  const more = again.map((one) => atMs + Math.round(one ** 3 * AGAIN_MS));
  return [
    { event, ms, atMs, latestMs: ms + latenessMs },
    ...more.map((moreMs) => ({ event, ms, atMs: moreMs, latestMs: Number.POSITIVE_INFINITY })),
  ];
}

function eventOf({ subject, tenantId, actorId }: Story, { what, value, ms }: Placed, i: number): AuditEvent {
  const at = new Date(ms).toISOString();
  return anAuditEvent({
    id: `${subject}-${actorId}-${i}`,
    tenantId,
    occurredAt: at,
    recordedAt: at,
    action: what === 'ends' ? `${subject}.undone` : `${subject}.done`,
    actor: { type: 'user', id: actorId },
    ...(what !== 'bare' && { context: { userAgent: value } }),
  });
}

/** One rule a subject, and two for the same events. */
function rulesOf({ count, windowMs, quietMs, latenessMs, learningMs, afterMs }: Timings): readonly Rule[] {
  const field = 'context.userAgent';
  const conditions = {
    match: { kind: 'match' },
    threshold: { kind: 'threshold', count, windowMs },
    distinct: { kind: 'distinct_values', field, count, windowMs },
    new: { kind: 'new_value', field, learningMs },
    silence: { kind: 'silence', afterMs },
  } as const;
  const ruleOf = (id: string, subject: Subject, condition: Rule['condition']) =>
    aRule({
      id,
      pattern: { action: [`${subject}.done`] },
      condition,
      groupBy: ['actor.id'],
      quietMs,
      latenessMs,
      maxAlertsPerHour: 1_000_000,
      ...(subject !== 'new' && subject !== 'silence' && { resolvedBy: { action: [`${subject}.undone`] } }),
    });
  return [
    ...SUBJECTS.map((subject) => ruleOf(subject, subject, conditions[subject])),
    ruleOf('each-of-threshold', 'threshold', { kind: 'match' }),
  ];
}
